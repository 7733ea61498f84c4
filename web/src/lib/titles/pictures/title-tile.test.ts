import { expect, it } from 'vitest';
import { hueOf, initialsOf } from './title-tile.ts';

it('a title without a picture has letters and a colour of its own', () => {
  expect(['The Long Way Home (2024)', 'Show · S1 E2', 'It', '東京物語', '…', 'Dune: Part Two'].map(initialsOf)).toEqual([
    'LW',
    'S',
    'I',
    '東',
    '',
    'DP',
  ]);
  expect(hueOf('yt:a')).toBe(hueOf('yt:a'));
  expect(hueOf('yt:a')).not.toBe(hueOf('yt:b'));
});
