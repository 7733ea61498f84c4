import { expect, it } from 'vitest';
import { bringByDefault } from './bring-rules.ts';

const asked = { titles: 3, chosenName: null, username: 'ana.b', byCode: false };

it.each([
  ['few titles that bear no name', asked, true],
  ['many that bear none', { ...asked, titles: 200 }, false],
  ['many that bear their name', { ...asked, titles: 200, chosenName: 'Ana B' }, true],
  ['few that bear another', { ...asked, chosenName: 'Ben' }, false],
  ['their own, by a code', { ...asked, chosenName: 'Ana B', byCode: true }, false],
])('%s', (_, given, expected) => {
  expect(bringByDefault(given)).toBe(expected);
});
