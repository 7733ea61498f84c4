import { expect, it } from 'vitest';
import { bringByDefault } from './bring-rules.ts';

const asked = { titles: 3, rememberedName: null, username: 'ana.b', byCode: false };

it.each([
  ['few titles that bear no name', asked, true],
  ['many that bear none', { ...asked, titles: 200 }, false],
  ['many that bear their name', { ...asked, titles: 200, rememberedName: 'Ana B' }, true],
  ['few that bear another', { ...asked, rememberedName: 'Ben' }, false],
  ['their own, by a code', { ...asked, rememberedName: 'Ana B', byCode: true }, false],
])('%s', (_, given, expected) => {
  expect(bringByDefault(given)).toBe(expected);
});
