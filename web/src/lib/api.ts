import type {
  ContinueEntry,
  CreateSessionRequest,
  HistoryEntry,
  Me,
  ResumeEntry,
  SessionInfo,
} from '@cowatch/shared/protocol';
import { callApi } from './http.ts';

let asking: Promise<Me> | null = null;
/** Who is here, as the server said last. */
let known: Me | null = null;
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
  if (isAnother) for (const listener of replaced) listener();
  return me;
}

/** Calls back when the server says that somebody else is here than was; returns its stop. */
export function onReplaced(listener: () => void): () => void {
  replaced.add(listener);
  return () => void replaced.delete(listener);
}

/** Who a viewer was before they signed in; nobody where somebody else is here by now. */
export async function fetchFormerViewerIds(viewerId: string): Promise<readonly string[]> {
  const me = known?.viewerId === viewerId ? known : await fetchMe();
  return me.viewerId === viewerId ? me.formerViewerIds : [];
}

/** Two requests of somebody without an identity would make two of them: what makes one waits for the one under way. */
export async function createSession(request: CreateSessionRequest): Promise<SessionInfo> {
  await asking?.catch(() => {});
  return callApi<SessionInfo>('POST', '/sessions', request);
}

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
