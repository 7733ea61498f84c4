/**
 * Who this tab is where the browser keeps no cookie for the page: the token of a guest of its own, held by the tab alone.
 * It outlives a reload where the browser lets tabs keep anything.
 */

const KEY = 'cowatch.tab-token';

let token = read();

/** The token of this tab; undefined where the browser's cookie says who is here. */
export const tabToken = (): string | undefined => token;

/** The same, for what takes a token where there is one. */
export const ownToken = (): { readonly token?: string } => (token === undefined ? {} : { token });

export function keepTabToken(next: string | undefined): void {
  token = next;
  try {
    if (next === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, next);
  } catch {
    // Closed to this page: the token is gone with it.
  }
}

function read(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}
