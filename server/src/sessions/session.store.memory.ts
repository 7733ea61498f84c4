import type { SessionRecord } from '@cowatch/shared/timeline';
import type { SessionStore } from './session.store.ts';

/** Sessions in the memory of one process. Records are immutable, so they are handed out as they are. */
export function createMemorySessionStore(): SessionStore {
  const records = new Map<string, SessionRecord>();
  const isAt = (id: string, version: number) => records.get(id)?.version === version;
  return {
    isShared: false,
    generation: 0,
    load: async (id) => records.get(id) ?? null,
    create: async (record) => {
      if (records.has(record.id)) return false;
      records.set(record.id, record);
      return true;
    },
    commit: async (record, expectedVersion) => {
      if (!isAt(record.id, expectedVersion)) return 'conflict';
      records.set(record.id, record);
      return 'committed';
    },
    drop: async (id, expectedVersion) => isAt(id, expectedVersion) && records.delete(id),
    restore: async (record, expectedVersion) => {
      if ((records.get(record.id)?.version ?? null) !== expectedVersion) return false;
      records.set(record.id, record);
      return true;
    },
    // There is no other instance with a newer record.
    fence: async () => {},
    versions: async (ids) => ids.map((id) => records.get(id)?.version ?? null),
  };
}
