import type { CreateSessionRequest, SessionInfo } from '@cowatch/shared/protocol';
import { callApi, HttpProblem } from '../../lib/http/http.ts';
import { beTabOnly, isKnownAgain, meSoFar } from '../../lib/identity/api.ts';
import { randomId } from '../../lib/random-id.ts';

/** The party that was asked for last, while it is not known whether there is one now. */
let unanswered: { readonly request: string; readonly key: string } | null = null;

/**
 * Starts a party. A repeat of a request that was not answered finds that party, and makes no second. Two requests of somebody
 * without an identity would make two of them: what makes one waits for the one under way.
 */
export async function createSession(request: CreateSessionRequest): Promise<SessionInfo> {
  const me = await meSoFar();
  // What is started by somebody who is forgotten at once would be nobody's.
  if (me !== null && !(await isKnownAgain(me))) await beTabOnly();
  const text = JSON.stringify(request);
  const key = unanswered?.request === text ? unanswered.key : randomId();
  unanswered = { request: text, key };
  try {
    const info = await callApi<SessionInfo>('POST', '/sessions', request, { 'idempotency-key': key });
    unanswered = null;
    return info;
  } catch (error) {
    if (!(error instanceof HttpProblem && UNCERTAIN.has(error.code))) unanswered = null;
    throw error;
  }
}

/** After these nobody knows whether what was asked for has happened. */
const UNCERTAIN: ReadonlySet<string> = new Set(['offline', 'unavailable', 'internal']);

/** What the address of this page holds where the party's link was changed: who is new needs it. */
export const linkKey = () => new URLSearchParams(window.location.search).get('k');

export function fetchSession(sessionId: string): Promise<SessionInfo> {
  const key = linkKey();
  return callApi('GET', `/sessions/${sessionId}${key === null ? '' : `?k=${encodeURIComponent(key)}`}`);
}
