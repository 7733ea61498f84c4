import type { SessionRecord } from '@cowatch/shared/timeline';
import type { Companion } from './session.companion.ts';
import type { SessionStore } from './session.store.ts';

/** Sessions in the memory of one process. Records are immutable, so they are handed out as they are. */
export function createMemorySessionStore(): SessionStore {
  const records = new Map<string, SessionRecord>();
  const companions = new Map<string, Map<string, Companion>>();
  const keep = (id: string, companion: Companion) => {
    const ofSession = companions.get(id) ?? new Map<string, Companion>();
    companions.set(id, ofSession.set(companion.name, companion));
  };
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
    commit: async (record, expectedVersion, companion) => {
      if (!isAt(record.id, expectedVersion)) return 'conflict';
      records.set(record.id, record);
      if (companion !== undefined) keep(record.id, companion);
      return 'committed';
    },
    companion: async (id, name) => companions.get(id)?.get(name) ?? null,
    drop: async (id, expectedVersion) => {
      if (!isAt(id, expectedVersion)) return false;
      companions.delete(id);
      return records.delete(id);
    },
    restore: async (record, expectedVersion, companion) => {
      if ((records.get(record.id)?.version ?? null) !== expectedVersion) return false;
      records.set(record.id, record);
      if (companion !== undefined) keep(record.id, companion);
      return true;
    },
    // There is no other instance with a newer record.
    fence: async () => {},
    versions: async (ids) => ids.map((id) => records.get(id)?.version ?? null),
  };
}
