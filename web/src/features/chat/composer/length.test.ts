import { expect, it } from 'vitest';
import { graphemesLeft } from './length.ts';

it.each([
  ['', null],
  ['a'.repeat(449), null],
  ['a'.repeat(450), 50],
  ['a'.repeat(500), 0],
  ['a'.repeat(503), -3],
  // Eleven units of UTF-16 and one grapheme each.
  ['👨‍👩‍👧‍👦'.repeat(60), null],
])('%#', (text, left) => expect(graphemesLeft(text)).toBe(left));

it('what has too many bytes has no room, however few graphemes it is', () => {
  expect(graphemesLeft('👨‍👩‍👧‍👦'.repeat(100))).toBeLessThan(0);
});
