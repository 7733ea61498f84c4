import { isMeantLater, type KnownTitle, type OutboxStorage } from '@cowatch/shared/client';
import type { OutboxEntry, ResumeRecord } from '@cowatch/shared/resume';
import { type DBSchema, type IDBPDatabase, type IDBPObjectStore, openDB } from 'idb';

const NAME = 'cowatch';
const VERSION = 1;
/** Titles that are remembered for when nobody can be asked. */
const TITLES_MAX = 500;

interface Schema extends DBSchema {
  /** In the order in which they were said: the key counts up. */
  outbox: { key: number; value: OutboxEntry };
  titles: {
    key: [viewerId: string, contentId: string];
    value: KnownTitle & { readonly contentId: string; readonly atMs: number };
    indexes: { atMs: number };
  };
}

/** What waits to be said, on this browser's disk; all its tabs share it. */
export function createIndexedDbStorage(): OutboxStorage {
  let opening: Promise<IDBPDatabase<Schema>> | null = null;
  const open = () => {
    opening ??= openDB<Schema>(NAME, VERSION, {
      upgrade(database) {
        database.createObjectStore('outbox', { autoIncrement: true });
        const titles = database.createObjectStore('titles', { keyPath: ['viewerId', 'contentId'] });
        titles.createIndex('atMs', 'atMs');
      },
      // A newer page of ours wants to bring the database up to date.
      blocking: () => void opening?.then((database) => database.close()),
      terminated: () => {
        opening = null;
      },
    });
    opening.catch(() => {
      opening = null;
    });
    return opening;
  };

  return {
    async update(change, title) {
      const database = await open();
      const stores: ('outbox' | 'titles')[] = title === undefined ? ['outbox'] : ['outbox', 'titles'];
      const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
      const store = transaction.objectStore('outbox');
      const [keys, kept] = await Promise.all([store.getAllKeys(), store.getAll()]);
      const { entries, result } = change(kept);
      const keyOf = new Map(kept.map((entry, i) => [entry.id, keys[i]]));
      const before = new Map(kept.map((entry) => [entry.id, entry]));
      for (const entry of entries) {
        const key = keyOf.get(entry.id);
        if (key === undefined) await store.add(entry);
        else if (before.get(entry.id) !== entry) await store.put(entry, key);
        keyOf.delete(entry.id);
      }
      for (const key of keyOf.values()) if (key !== undefined) await store.delete(key);
      if (title !== undefined) await rememberIn(transaction.objectStore('titles'), title);
      await transaction.done;
      return result;
    },

    async remember(title) {
      const database = await open();
      const { store, done } = database.transaction('titles', 'readwrite');
      await rememberIn(store, title);
      await done;
    },

    async recall(viewerId, contentId): Promise<ResumeRecord | null> {
      const database = await open();
      return (await database.get('titles', [viewerId, contentId]))?.record ?? null;
    },

    async moveTitles(fromViewerIds, toViewerId) {
      const database = await open();
      const { store, done } = database.transaction('titles', 'readwrite');
      for (const viewerId of fromViewerIds) {
        // An array comes after every text: all titles of this viewer.
        const range = IDBKeyRange.bound([viewerId], [viewerId, []]);
        for (let cursor = await store.openCursor(range); cursor; cursor = await cursor.continue()) {
          const title = cursor.value;
          await cursor.delete();
          if (toViewerId === null) continue;
          const there = await store.get([toViewerId, title.contentId]);
          if (isMeantLater(title.record, there?.record ?? null)) await store.put({ ...title, viewerId: toViewerId });
        }
      }
      await done;
    },
  };
}

/** Writes down what is known of a title; of too many those go that were written first. */
async function rememberIn(
  store: IDBPObjectStore<Schema, ('outbox' | 'titles')[], 'titles', 'readwrite'>,
  { viewerId, record }: KnownTitle,
): Promise<void> {
  await store.put({ viewerId, record, contentId: record.contentId, atMs: Date.now() });
  let tooMany = (await store.count()) - TITLES_MAX;
  if (tooMany <= 0) return;
  for (let cursor = await store.index('atMs').openCursor(); cursor && tooMany > 0; cursor = await cursor.continue()) {
    await cursor.delete();
    tooMany -= 1;
  }
}
