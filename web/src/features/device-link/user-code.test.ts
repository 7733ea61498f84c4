import { userCodeSchema } from '@cowatch/shared/protocol';
import { expect, it } from 'vitest';
import { groupCode, readCode } from './user-code.ts';

it.each([
  ['BCDFGHJK', 'BCDFGHJK'],
  ['bcdf-ghjk', 'BCDFGHJK'],
  [' bcdf ghjk ', 'BCDFGHJK'],
  ['BCDF-GHJ', null],
  ['BCDF-GHJKL', null],
  ['', null],
])('what is typed is read as the server reads it: “%s”', (text, code) => {
  expect(readCode(text)).toBe(code);
  expect(userCodeSchema.safeParse(text).data ?? null).toBe(code);
});

it('a code is shown in two halves, and read back from there', () => {
  expect(groupCode('BCDFGHJK')).toBe('BCDF-GHJK');
  expect(readCode(groupCode('BCDFGHJK'))).toBe('BCDFGHJK');
});
