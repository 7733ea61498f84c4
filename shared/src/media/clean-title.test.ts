import { expect, it } from 'vitest';
import { charsOf } from '../protocol/index.ts';
import { cleanTitle } from './clean-title.ts';

it.each([
  ['  Big   Buck\n\tBunny ', 'Big Buck Bunny'],
  ['\u202egnp.exe\u2066 film\u2069', 'gnp.exe film'],
  ['a\u0000b\u200bc\ufeffd', 'abcd'],
  ['Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306algo', 'Z\u0300\u0301\u0302\u0303algo'],
  ['\u0915\u094d\u200d\u0937', '\u0915\u094d\u200d\u0937'],
  ['👨‍👩‍👧 Family ❤️', '👨‍👩‍👧 Family ❤️'],
  ['שָּׁלוֹם', 'שָּׁלוֹם'.normalize('NFC')],
  ['half \ud83d', 'half'],
  ['<b>&amp;</b>', '<b>&amp;</b>'],
])('a title is one line that can be read: %j', (said, shown) => {
  expect(cleanTitle(said)).toBe(shown);
});

it.each(['', ' ', '\u202e', '\u200b\u200d', '\u2800'])('nothing to see is no title: %j', (said) => {
  expect(cleanTitle(said)).toBeNull();
});

it('however long it is', () => {
  expect(charsOf(cleanTitle(`${'🎬\u202e'.repeat(10_000)}`) ?? '')).toBe(200);
  expect(cleanTitle('Z'.concat('\u0301'.repeat(10_000)))).toHaveLength(5);
});
