import { type OutboxEntry, orderKey, type ResumeRecord } from '../../resume/index.ts';

/** What a device knows of a title without asking: its newest save, or the newest update of another device. */
export interface KnownTitle {
  readonly viewerId: string;
  readonly record: ResumeRecord;
}

/** What becomes of the entries, and what the change is to return. It may be asked twice, where the first could not be written. */
export type OutboxChange<T> = (entries: readonly OutboxEntry[]) => { readonly entries: readonly OutboxEntry[]; readonly result: T };

/**
 * Storage of an outbox, on a disk where there is one: an entry is kept until the server has answered it. All tabs of a
 * browser share it. Rejects where it cannot write, as when the disk is full.
 */
export interface OutboxStorage {
  /**
   * Reads everything, oldest first, and writes what `change` makes of it, as one step that no other tab comes between.
   * @param title remembered in the same step
   */
  update<T>(change: OutboxChange<T>, title?: KnownTitle): Promise<T>;
  remember(title: KnownTitle): Promise<void>;
  recall(viewerId: string, contentId: string): Promise<ResumeRecord | null>;
  /**
   * Files the titles of some viewers under another; of two records of one title the one that was meant later stays. Under
   * null they are forgotten.
   */
  moveTitles(fromViewerIds: readonly string[], toViewerId: string | null): Promise<void>;
}

/** Removes everything of a viewer: what was said, and what is known of titles. */
export async function forgetViewer(storage: OutboxStorage, viewerId: string): Promise<void> {
  await storage.update((entries) => ({
    entries: entries.filter((entry) => entry.viewerId !== viewerId),
    result: null,
  }));
  await storage.moveTitles([viewerId], null);
}

/** Was the first meant later than the second, or is there no second? */
export function isMeantLater(first: ResumeRecord, second: ResumeRecord | null): boolean {
  return second === null || orderKey(first) > orderKey(second);
}

/** Kept in memory: gone with the page. */
export function createMemoryOutboxStorage(): OutboxStorage {
  let kept: readonly OutboxEntry[] = [];
  const titles = new Map<string, KnownTitle>();
  const keyOf = (viewerId: string, contentId: string) => `${viewerId} ${contentId}`;
  const remember = (title: KnownTitle) => titles.set(keyOf(title.viewerId, title.record.contentId), title);
  return {
    async update(change, title) {
      const { entries, result } = change(kept);
      kept = entries;
      if (title !== undefined) remember(title);
      return result;
    },
    remember: async (title) => void remember(title),
    recall: async (viewerId, contentId) => titles.get(keyOf(viewerId, contentId))?.record ?? null,
    async moveTitles(fromViewerIds, toViewerId) {
      for (const [key, { viewerId, record }] of [...titles]) {
        if (!fromViewerIds.includes(viewerId)) continue;
        titles.delete(key);
        if (toViewerId === null) continue;
        const there = keyOf(toViewerId, record.contentId);
        if (isMeantLater(record, titles.get(there)?.record ?? null)) titles.set(there, { viewerId: toViewerId, record });
      }
    },
  };
}
