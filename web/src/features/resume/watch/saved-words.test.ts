import type { ResumeClientState } from '@cowatch/shared/client';
import { expect, it } from 'vitest';
import { savedWords } from './saved-words.ts';

const WELL: ResumeClientState = { waiting: 0, durable: true, givenUp: 0, refused: null, connected: true };

it.each([
  [WELL, null],
  [{ ...WELL, waiting: 3 }, null],
  [{ ...WELL, connected: false }, null],
  [{ ...WELL, connected: false, waiting: 1 }, 'watch.keptText'],
  [{ ...WELL, connected: false, waiting: 1, durable: false }, 'watch.notKeptText'],
  [{ ...WELL, refused: 'conflict' }, 'watch.fullText'],
  [{ ...WELL, connected: false, refused: 'bad_request' }, 'watch.refusedText'],
] as const)('[RES29] where a place is kept is told where it is not on the server: %j', (state, text) => {
  expect(savedWords(state)?.text ?? null).toBe(text);
});
