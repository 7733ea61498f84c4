import { type OwnConnection, openConnection } from '@cowatch/shared/client';
import type { ContinueEntry, HistoryEntry, ResumeEntry } from '@cowatch/shared/protocol';
import { callApi } from '../../lib/http/http.ts';
import { identity } from '../../lib/identity/identity.ts';
import { hearBuild } from '../../lib/newer-build.ts';

/** A typed connection for a page that has no party; the caller closes it. */
export const openOwnConnection = (): OwnConnection =>
  openConnection({ serverUrl: window.location.origin, onPagesBuild: hearBuild, ...identity.ownToken() });

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
