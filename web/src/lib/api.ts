import type {
  ContinueEntry,
  CreateSessionRequest,
  HistoryEntry,
  Me,
  ResumeEntry,
  SessionInfo,
} from '@cowatch/shared/protocol';
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
  const me = await callApi<Me>('GET', '/me');
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

/**
 * Is somebody of whom the server has just said who they are known again? Whoever keeps no cookie is not, which can be
 * with cookies turned off, and is so in a frame of another site; elsewhere it is not asked.
 */
export async function isKnownAgain({ viewerId }: Me): Promise<boolean> {
  if (!forgetful && isFramed()) forgetful = (await callApi<Me>('GET', '/me')).viewerId !== viewerId;
  return !forgetful;
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
  await asking?.catch(() => {});
  const text = JSON.stringify(request);
  const key = unanswered?.request === text ? unanswered.key : randomKey();
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

/** Not `randomUUID`, which is there only over TLS. */
const randomKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

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

export const fetchHistory = (after: string | null) =>
  callApi<HistoryPage>('GET', after === null ? '/history' : `/history?after=${after}`);

export const pauseHistory = (paused: boolean) => callApi<unknown>('PATCH', '/history', { paused });

export const clearHistory = () => callApi<null>('DELETE', '/history');

/** Everything the server keeps of whoever asks, as it came. */
export const exportAll = () => callApi<unknown>('POST', '/exports');
