import type { TFunction } from 'i18next';
import { HttpProblem } from '../../lib/http.ts';
import { problemWords } from '../../lib/problem-words.ts';

/** What went wrong with an account: the browser's own word on passkeys, or the server's. */
export function accountWords(t: TFunction, error: unknown): string {
  if (error instanceof DOMException) {
    return error.name === 'InvalidStateError' ? t('account.passkeyThere') : t('account.passkeyNone');
  }
  return problemWords(t, error, t('problem.serverText'));
}

/** Is this the answer to somebody whose name or password is not right? */
export const isUnknown = (error: unknown) => error instanceof HttpProblem && error.code === 'unauthenticated';

/** Is this the answer to somebody who is not signed in, or not any more? */
export const isSignedOut = (error: unknown) =>
  error instanceof HttpProblem && (error.code === 'forbidden' || error.code === 'unauthenticated');
