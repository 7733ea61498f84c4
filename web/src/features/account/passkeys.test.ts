import { expect, it } from 'vitest';
import { isNumericHost } from './passkeys.ts';

it.each([
  ['127.0.0.1', true],
  ['[::1]', true],
  ['localhost', false],
  ['watch.example', false],
  ['10.0.0.1.example', false],
])('passkeys belong to names: %s', (host, numeric) => {
  expect(isNumericHost(host)).toBe(numeric);
});
