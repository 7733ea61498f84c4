import { expect, it } from 'vitest';
import { addressWithin } from './address-within.ts';

const HERE = 'https://watch.example';

it.each([
  ['/', '/'],
  ['/link?code=BCDFGHJK', '/link?code=BCDFGHJK'],
  ['/s/abc#x', '/s/abc#x'],
  ['/x/..//elsewhere.example', '//elsewhere.example'],
  ['//elsewhere.example/a', '/'],
  ['/\\elsewhere.example', '/'],
  ['https://elsewhere.example', '/'],
  ['javascript:alert(1)', '/'],
  ['history', '/'],
  ['//[', '/'],
])('somebody who has signed in goes on within this site: %s', (path, to) => {
  expect(addressWithin(path, HERE)).toBe(`${HERE}${to}`);
});
