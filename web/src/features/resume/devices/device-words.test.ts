import { expect, it } from 'vitest';
import { refusalWords } from './device-words.ts';

it.each([
  ['not_found', 'pause', 'devices.gone'],
  ['unavailable', 'open', 'devices.silent'],
  ['rate_limited', 'seek', 'devices.tooOften'],
  ['forbidden', 'open', 'devices.inParty'],
  ['forbidden', 'play', 'devices.onlyHosts'],
  ['conflict', 'open', 'devices.cannotPlay'],
  ['conflict', 'pause', 'devices.nothingPlays'],
  ['internal', 'play', 'devices.failed'],
] as const)('%s to %s is told as %s', (code, kind, words) => {
  expect(refusalWords({ code }, kind)).toBe(words);
});
