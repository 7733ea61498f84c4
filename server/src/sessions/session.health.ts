import type { Database } from '../platform/database/database.ts';
import type { HealthPart, PartHealth } from '../platform/health/health.ts';
import type { Redis } from '../platform/redis/redis.ts';
import type { SnapshotWriter } from './recovery/snapshot-writer.ts';

export interface PartiesHealthDeps {
  readonly writer: Pick<SnapshotWriter, 'away' | 'isLate' | 'unsavedCount' | 'refusedCount'>;
  readonly database: Pick<Database, 'health'>;
  /** Null where parties are in memory. */
  readonly redis: Pick<Redis, 'health'> | null;
  nowMs(): number;
}

/** What parties can do now: go on, be changed, be saved. */
export function partiesHealth({ writer, database, redis, nowMs }: PartiesHealthDeps): HealthPart {
  const degraded = (detail: string): PartHealth => ({ state: 'degraded', detail });
  return {
    name: 'parties',
    check() {
      const { unsavedCount, refusedCount } = writer;
      if (redis?.health().ok === false) return degraded('none can be begun or changed until Redis is back');
      if (writer.away) {
        const reason = database.health().error ?? 'the database does not take them';
        const unsaved = unsavedCount > 0 ? `${unsavedCount} are not saved yet, nor is what changes now` : 'what changes now is not saved';
        return degraded(`${unsaved}: ${reason}`);
      }
      if (writer.isLate(nowMs())) return degraded(`${unsavedCount} are not saved yet: the database is slow to answer`);
      if (refusedCount > 0) return degraded(`${refusedCount} are refused by the database: the log says why`);
      return { state: 'ok' };
    },
  };
}
