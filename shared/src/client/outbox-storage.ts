import type { OutboxEntry, ResumeRecord } from '../resume/index.ts';

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
  update<T>(
    change: (entries: readonly OutboxEntry[]) => { readonly entries: readonly OutboxEntry[]; readonly result: T },
  ): Promise<T>;
  remember(title: KnownTitle): Promise<void>;
  recall(viewerId: string, contentId: string): Promise<ResumeRecord | null>;
}

/** Kept in memory: gone with the page. */
export function createMemoryOutboxStorage(): OutboxStorage {
  let kept: readonly OutboxEntry[] = [];
  const titles = new Map<string, ResumeRecord>();
  return {
    async update(change) {
      const { entries, result } = change(kept);
      kept = entries;
      return result;
    },
    async remember({ viewerId, record }) {
      titles.set(`${viewerId} ${record.contentId}`, record);
    },
    recall: async (viewerId, contentId) => titles.get(`${viewerId} ${contentId}`) ?? null,
  };
}
