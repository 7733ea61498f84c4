import type { ContinueEntry, CreateSessionRequest, HistoryEntry, Me, ResumeEntry, SessionInfo } from '@cowatch/shared/protocol';
import { keepTabToken, tabToken } from '../identity/tab-identity.ts';
import { randomId } from '../random-id.ts';
import { callApi, HttpProblem } from './http.ts';

let asking: Promise<Me> | null = null;
/** Who is here, as the server said last, and when. */
let known: Me | null = null;
let knownAtMs = Number.NEGATIVE_INFINITY;
const replaced = new Set<() => void>();

/**
 * Says who is here. A browser that is nobody yet is given its guest identity (a cookie); the socket wants it to be there.
 * Who asks meanwhile asks along.
 */
export function fetchMe(): Promise<Me> {
  asking ??= askMe().finally(() => {
    asking = null;
  });
  return asking;
}

async function askMe(): Promise<Me> {
  const me = await callApi<Me>('GET', '/me').catch((error: unknown) => {
    // A token of this tab that counts no more: whoever it named was signed out.
    if (tabToken() === undefined || !(error instanceof HttpProblem) || error.code !== 'unauthenticated') throw error;
    return beTabOnly();
  });
  const isAnother = known !== null && known.viewerId !== me.viewerId;
  known = me;
  knownAtMs = performance.now();
  if (isAnother && !forgetful) for (const listener of replaced) listener();
  return me;
}

/** This browser is somebody new at every request. */
let forgetful = globalThis.navigator?.cookieEnabled === false;

/** Is this page shown inside another one? */
export const isFramed = () => window.top !== window;

/** Whom this browser brought back to the server by its cookie. */
let comesBackAs: string | null = null;

/** Somebody is who they were on an earlier visit: their cookie is kept. */
export function noteComesBack(viewerId: string): void {
  comesBackAs = viewerId;
}

/**
 * Is somebody of whom the server has just said who they are known again? Whoever keeps no cookie is not, which can be
 * with cookies turned off, in a frame of another site, or behind a proxy that takes them away. It is asked once.
 */
export async function isKnownAgain({ viewerId }: Me): Promise<boolean> {
  if (tabToken() !== undefined) return true;
  if (!forgetful && comesBackAs !== viewerId) {
    forgetful = (await callApi<Me>('GET', '/me')).viewerId !== viewerId;
    if (!forgetful) comesBackAs = viewerId;
  }
  return !forgetful;
}

/** From now on this tab has an identity of its own, beside whatever cookies the browser keeps or does not. */
export async function beTabOnly(): Promise<Me> {
  keepTabToken(undefined);
  known = null;
  return callApi<Me>('GET', '/me', undefined, { prefer: 'token' });
}

/** Calls back when the server says that somebody else is here than was; returns its stop. */
export function onReplaced(listener: () => void): () => void {
  replaced.add(listener);
  return () => void replaced.delete(listener);
}

/** How long what the server said of an account counts without asking: another device may have taken a guest out. */
const KNOWN_FOR_MS = 5000;

/**
 * The guests who are in an account; nobody where somebody else is here by now.
 * @throws Error where the server cannot say
 */
export async function fetchFormerViewerIds(viewerId: string): Promise<readonly string[]> {
  const isFresh = known?.device === null || performance.now() - knownAtMs < KNOWN_FOR_MS;
  const me = known?.viewerId === viewerId && isFresh ? known : await fetchMe();
  if (me.viewerId !== viewerId) return [];
  if (me.device !== null && me.account === null) throw new Error('the server cannot say who is in this account');
  return me.formerViewerIds;
}

/** The party that was asked for last, while it is not known whether there is one now. */
let unanswered: { readonly request: string; readonly key: string } | null = null;

/**
 * Starts a party. Whoever asks again for one that was not answered gets that one, and no second. Two requests of somebody
 * without an identity would make two of them: what makes one waits for the one under way.
 */
export async function createSession(request: CreateSessionRequest): Promise<SessionInfo> {
  const me = (await asking?.catch(() => null)) ?? known;
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

export const fetchSession = (sessionId: string) => callApi<SessionInfo>('GET', `/sessions/${sessionId}`);

export const fetchRow = () => callApi<{ readonly entries: readonly ContinueEntry[] }>('GET', '/continue');

const ofTitle = (contentId: string) => `/resume/${encodeURIComponent(contentId)}`;

export const hideTitle = (contentId: string, hidden: boolean) =>
  callApi<ResumeEntry>('POST', `${ofTitle(contentId)}/${hidden ? 'hide' : 'unhide'}`);

export const forgetTitle = (contentId: string) => callApi<null>('DELETE', ofTitle(contentId));

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  readonly paused: boolean;
  readonly next: string | null;
}

export const fetchHistory = (after: string | null) => callApi<HistoryPage>('GET', after === null ? '/history' : `/history?after=${after}`);

/** Titles that the server is asked about at once. */
const PLACES_MAX = 50;

/** Where one is in these titles; what nothing is known of is not among them. */
export async function fetchPlaces(contentIds: readonly string[]): Promise<readonly ResumeEntry[]> {
  const places: ResumeEntry[] = [];
  for (let i = 0; i < contentIds.length; i += PLACES_MAX) {
    const query = contentIds.slice(i, i + PLACES_MAX).map((id) => `id=${encodeURIComponent(id)}`);
    const { entries } = await callApi<{ readonly entries: readonly ResumeEntry[] }>('GET', `/resume?${query.join('&')}`);
    places.push(...entries);
  }
  return places;
}

export const pauseHistory = (paused: boolean) => callApi<unknown>('PATCH', '/history', { paused });

export const clearHistory = () => callApi<null>('DELETE', '/history');

/** Everything the server keeps of whoever asks, as it came. */
export const exportAll = () => callApi<unknown>('POST', '/exports');
