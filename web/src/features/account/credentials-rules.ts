import {
  charsOf,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
  USERNAME_MAX_CHARS,
  USERNAME_MIN_CHARS,
  USERNAME_PATTERN,
} from '@cowatch/shared/protocol';

/** The lengths, as the catalogue's words about names and passwords name them. */
export const LENGTHS = {
  nameMin: USERNAME_MIN_CHARS,
  nameMax: USERNAME_MAX_CHARS,
  passwordMin: PASSWORD_MIN_CHARS,
  passwordMax: PASSWORD_MAX_CHARS,
} as const;

export type UsernameFault = 'nameMissing' | 'nameLength' | 'nameCharacters';
export type PasswordFault = 'passwordMissing' | 'passwordShort' | 'passwordLong';

/** What is wrong with a name that somebody chooses; null where nothing is. */
export function usernameFault(name: string): UsernameFault | null {
  if (name === '') return 'nameMissing';
  if (!USERNAME_PATTERN.test(name)) return 'nameCharacters';
  return name.length < USERNAME_MIN_CHARS || name.length > USERNAME_MAX_CHARS ? 'nameLength' : null;
}

/** What is wrong with a password that somebody chooses; null where nothing is. */
export function newPasswordFault(password: string): PasswordFault | null {
  if (password === '') return 'passwordMissing';
  if (charsOf(password) < PASSWORD_MIN_CHARS) return 'passwordShort';
  return charsOf(password) > PASSWORD_MAX_CHARS ? 'passwordLong' : null;
}
