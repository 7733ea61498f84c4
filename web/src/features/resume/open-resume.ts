import { forgetViewer, ResumeClient, type TypedConnection } from '@cowatch/shared/client';
import type { KeyValueStorage } from '../../lib/device-storage.ts';
import { fetchFormerViewerIds, nameOwnDevice } from '../../lib/identity/api.ts';
import { identity } from '../../lib/identity/identity.ts';
import { ownDevice, renameOwnDevice } from '../../lib/identity/own-device.ts';
import { createIndexedDbStorage } from './indexed-db-storage.ts';

/** One tab at a time says what waits. */
const LOCK = 'cowatch-outbox';

const outboxStorage = createIndexedDbStorage();

/** This browser's word to the server about what is watched in it, over a typed connection; the caller closes both. */
export function openResume(connection: TypedConnection, storage: KeyValueStorage): ResumeClient {
  return new ResumeClient({
    serverUrl: window.location.origin,
    ...identity.ownToken(),
    connection,
    storage: outboxStorage,
    // Another tab may have renamed it.
    get device() {
      return ownDevice(storage, navigator.userAgent);
    },
    onNamed: (name) => renameOwnDevice(storage, navigator.userAgent, name),
    rename: async (name) => void (await nameOwnDevice(storage, name)),
    viewerId: identity.viewerId,
    onViewer: (viewerId) => identity.remember(viewerId),
    formerViewerIds: fetchFormerViewerIds,
    async exclusively(work) {
      // Absent where the page is not secure: then each tab speaks for itself, and duplicates are harmless.
      if (navigator.locks === undefined) return work();
      let asked = false;
      const once = (lock: Lock | null) => {
        asked = true;
        return lock === null ? undefined : work();
      };
      await navigator.locks.request(LOCK, { ifAvailable: true }, once).catch((error: unknown) => {
        // Closed to a page that may store nothing: it has no other tabs to wait for.
        if (asked) throw error;
        return work();
      });
    },
  });
}

/** Removes from this browser's disk what somebody watched and could not say yet. */
export async function forgetWatched(viewerId: string): Promise<void> {
  await forgetViewer(outboxStorage, viewerId);
}

/** How much of what somebody watched here could not be sent yet. */
export const countWaiting = (viewerId: string): Promise<number> =>
  outboxStorage.update((entries) => ({
    entries,
    result: entries.filter((entry) => entry.viewerId === viewerId).length,
  }));

/** Forgets what this browser knows of titles without asking: the server knows better. */
export const forgetKnownTitles = (viewerId: string) => outboxStorage.moveTitles([viewerId], null);

/** Sends what waits when the page is hidden or goes; returns its stop. */
export function flushWhenLeft(resume: ResumeClient): () => void {
  const onVisibility = () => {
    if (document.visibilityState === 'hidden') resume.leave();
  };
  const onPageHide = () => resume.leave();
  const onOnline = () => resume.flush();
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('pagehide', onPageHide);
  window.addEventListener('online', onOnline);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('pagehide', onPageHide);
    window.removeEventListener('online', onOnline);
  };
}
