import { newPasswordSchema, usernameSchema } from '@cowatch/shared/protocol';
import { expect, it } from 'vitest';
import { newPasswordFault, usernameFault } from './credentials-rules.ts';

it.each([
  ['', 'nameMissing'],
  ['an', 'nameLength'],
  ['a'.repeat(31), 'nameLength'],
  ['ana maria', 'nameCharacters'],
  ['änä', 'nameCharacters'],
  ['Ana_1.b-c', null],
])('a name says what is wrong with it, as the server sees it: %s', (name, fault) => {
  expect(usernameFault(name)).toBe(fault);
  expect(usernameSchema.safeParse(name).success).toBe(fault === null);
});

it.each([
  ['', 'passwordMissing'],
  ['nine char', 'passwordShort'],
  ['ten  chars', null],
  ['p'.repeat(129), 'passwordLong'],
])('and so does a password: %s', (password, fault) => {
  expect(newPasswordFault(password)).toBe(fault);
  expect(newPasswordSchema.safeParse(password).success).toBe(fault === null);
});
