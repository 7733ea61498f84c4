import { callApi, HttpProblem, isOriginRefusal } from './http.ts';

/** Why the live connection does not come about. */
export type LinkTrouble =
  /** No answer to anything: no network, or no server. */
  | { readonly kind: 'unreachable' }
  /** The server answers that it cannot right now. */
  | { readonly kind: 'busy' }
  /** The page reaches the server, and the live connection does not: something in between lets no WebSocket through. */
  | { readonly kind: 'blocked' }
  /** The server was told another address than the one people open, or none. Trying again mends nothing. */
  | { readonly kind: 'wrongAddress'; readonly reachedAs: string | null };

/** Where the live connection is opened; asked by plain HTTP it says why it would not be. */
const DOOR = '/socket.io/?EIO=4&transport=polling';
const ANSWER_WITHIN_MS = 6000;

/**
 * Asks why a WebSocket fails, which browsers do not say. Null where nothing in the way is found: it may come about yet.
 */
export async function knock(): Promise<LinkTrouble | null> {
  const answer = await fetch(DOOR, { method: 'POST', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(() => null);
  const problem = (await answer?.json().catch(() => null)) as Record<string, unknown> | null | undefined;
  if (answer && problem && typeof problem === 'object') {
    if (isOriginRefusal(problem)) return { kind: 'wrongAddress', reachedAs: hostOf(problem.reachedAs) };
    if (problem.code === 'bad_request') return { kind: 'blocked' };
    if (problem.code === 'unavailable' || problem.code === 'rate_limited') return { kind: 'busy' };
  }
  // What answered was not the server, or nothing did. Does the page reach it otherwise?
  return callApi('GET', '/me').then(
    () => ({ kind: 'blocked' as const }),
    (error: unknown) => {
      const code = error instanceof HttpProblem ? error.code : 'internal';
      return code === 'offline' ? { kind: 'unreachable' } : { kind: 'busy' };
    },
  );
}

const hostOf = (value: unknown) => (typeof value === 'string' ? value : null);
