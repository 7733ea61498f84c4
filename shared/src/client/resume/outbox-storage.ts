import { type OutboxEntry, orderKey, type ResumeRecord } from '../../resume/index.ts';

/** What a device knows of a title without asking: what it said or heard last. */
export interface KnownTitle {
  readonly viewerId: string;
  readonly record: ResumeRecord;
}

/**
 * Where what was said is kept until the server has answered, on a disk where there is one. All tabs of a browser share
 * it. Rejects where it cannot write, as when the disk is full.
 */
export interface OutboxStorage {
  /** Reads everything, oldest first, and writes what `change` makes of it, as one step that no other tab comes between. */
  update<T>(change: (entries: readonly OutboxEntry[]) => { readonly entries: readonly OutboxEntry[]; readonly result: T }): Promise<T>;
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
  return {
    async update(change) {
      const { entries, result } = change(kept);
      kept = entries;
      return result;
    },
    async remember(title) {
      titles.set(keyOf(title.viewerId, title.record.contentId), title);
    },
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
