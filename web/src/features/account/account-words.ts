import type { TFunction } from 'i18next';
import { HttpProblem } from '../../lib/http/http.ts';
import { problemWords, waitOf } from '../../lib/http/problem-words.ts';

/** What went wrong with an account: the browser's own word on passkeys, or the server's. */
export function accountWords(t: TFunction, error: unknown): string {
  if (error instanceof DOMException) {
    return error.name === 'InvalidStateError' ? t('account.passkeyThere') : t('account.passkeyNone');
  }
  return problemWords(t, error, t('problem.serverFailed'));
}

/** The same where a password was asked for: what is refused for a while are wrong ones, and not this person's haste. */
export function passwordWords(t: TFunction, error: unknown): string {
  const tooOften = error instanceof HttpProblem && error.code === 'rate_limited';
  return tooOften ? t('account.tooManyWrong', { time: waitOf(error) }) : accountWords(t, error);
}

/** Is this the answer to somebody whose name or password is not right? */
export const isUnknown = (error: unknown) => error instanceof HttpProblem && error.code === 'unauthenticated';

/** Is this the answer to somebody who is not signed in, or not any more? */
export const isSignedOut = (error: unknown) =>
  error instanceof HttpProblem && (error.code === 'forbidden' || error.code === 'unauthenticated');
