import type { SessionRecord } from '@cowatch/shared/timeline';
import { and, eq, gte, inArray, lt, notExists, sql } from 'drizzle-orm';
import type { Database, Sql } from '../../platform/database/database.ts';
import { sessionCompanions, sessionMarks, sessionSnapshots } from '../session.schema.ts';
import type { OwnedCompanion, SessionSnapshots } from './snapshots.ts';

/** Snapshots in PostgreSQL, embedded or not. */
export function createPostgresSessionSnapshots(database: Database): SessionSnapshots {
  return {
    async load(id) {
      const [row] = await database.run((db) =>
        db
          .select({ record: sessionSnapshots.record, seenAtMs: sessionMarks.seenAtMs })
          .from(sessionSnapshots)
          .leftJoin(sessionMarks, eq(sessionMarks.sessionId, sessionSnapshots.id))
          .where(eq(sessionSnapshots.id, id)),
      );
      return row ?? null;
    },

    async companion(id, name) {
      const [row] = await database.run((db) =>
        db
          .select({ name: sessionCompanions.name, version: sessionCompanions.version, record: sessionCompanions.record })
          .from(sessionCompanions)
          .where(and(eq(sessionCompanions.sessionId, id), eq(sessionCompanions.name, name))),
      );
      return row ?? null;
    },

    async save(records, nowMs, owned = []) {
      const rows = newestOfEach(records);
      const companions = newestCompanions(owned);
      if (rows.length === 0) return;
      if (companions.length === 0) {
        await database.run((db) => writeRecords(db, rows, nowMs));
        return;
      }
      await database.transaction(async (db) => {
        await writeRecords(db, rows, nowMs);
        await writeCompanions(db, companions);
      });
    },

    async mark(marks) {
      const newest = new Map<string, number>();
      for (const { sessionId, seenAtMs } of marks) {
        newest.set(sessionId, Math.max(Math.floor(seenAtMs), newest.get(sessionId) ?? 0));
      }
      if (newest.size === 0) return;
      const rows = [...newest].sort(byFirst).map(([sessionId, seenAtMs]) => ({ sessionId, seenAtMs }));
      await database.run((db) =>
        db
          .insert(sessionMarks)
          .values(rows)
          .onConflictDoUpdate({
            target: sessionMarks.sessionId,
            set: { seenAtMs: sql`excluded.seen_at_ms` },
            setWhere: sql`excluded.seen_at_ms > ${sessionMarks.seenAtMs}`,
          }),
      );
    },

    expire: (beforeMs, limit) => database.transaction((db) => expireUnused(db, Math.floor(beforeMs), limit)),
  };
}

async function writeRecords(db: Sql, records: readonly SessionRecord[], nowMs: number): Promise<void> {
  const rows = records.map((record) => ({
    id: record.id,
    version: record.version,
    record,
    createdAtMs: Math.floor(record.createdAtMs),
    updatedAtMs: Math.floor(nowMs),
    endedAtMs: record.endedAtMs === null ? null : Math.floor(record.endedAtMs),
  }));
  await db
    .insert(sessionSnapshots)
    .values(rows)
    .onConflictDoUpdate({
      target: sessionSnapshots.id,
      set: {
        version: sql`excluded.version`,
        record: sql`excluded.record`,
        updatedAtMs: sql`excluded.updated_at_ms`,
        endedAtMs: sql`excluded.ended_at_ms`,
      },
      // A write that was repeated, or overtaken by a later one, must not bring an older session back.
      setWhere: sql`excluded.version > ${sessionSnapshots.version}`,
    });
}

async function writeCompanions(db: Sql, companions: ReturnType<typeof newestCompanions>): Promise<void> {
  await db
    .insert(sessionCompanions)
    .values(companions)
    .onConflictDoUpdate({
      target: [sessionCompanions.sessionId, sessionCompanions.name],
      set: { version: sql`excluded.version`, record: sql`excluded.record` },
      setWhere: sql`excluded.version > ${sessionCompanions.version}`,
    });
}

/** Deletes sessions that were neither changed nor attended since, and marks that say nothing any more; returns how many sessions. */
async function expireUnused(db: Sql, before: number, limit: number): Promise<number> {
  const attended = db
    .select({ one: sql`1` })
    .from(sessionMarks)
    .where(and(eq(sessionMarks.sessionId, sessionSnapshots.id), gte(sessionMarks.seenAtMs, before)));
  const unused = db
    .select({ id: sessionSnapshots.id })
    .from(sessionSnapshots)
    .where(and(lt(sessionSnapshots.updatedAtMs, before), notExists(attended)))
    .limit(limit);
  const gone = await db
    .delete(sessionSnapshots)
    // Said again outside: a row that was written to meanwhile is looked at once more, and stays.
    .where(and(inArray(sessionSnapshots.id, unused), lt(sessionSnapshots.updatedAtMs, before)))
    .returning({ id: sessionSnapshots.id });
  const goneIds = gone.map(({ id }) => id);
  if (goneIds.length > 0) await db.delete(sessionCompanions).where(inArray(sessionCompanions.sessionId, goneIds));
  // A mark older than `before` says nothing about any session that is left: those were changed after it.
  const stale = db.select({ id: sessionMarks.sessionId }).from(sessionMarks).where(lt(sessionMarks.seenAtMs, before)).limit(limit);
  await db.delete(sessionMarks).where(inArray(sessionMarks.sessionId, stale));
  return gone.length;
}

/** One statement may name a row only once; in one order for all writers, so that two never wait for each other. */
function newestOfEach(records: readonly SessionRecord[]): SessionRecord[] {
  const newest = new Map<string, SessionRecord>();
  for (const record of records) {
    const other = newest.get(record.id);
    if (other === undefined || other.version < record.version) newest.set(record.id, record);
  }
  return [...newest].sort(byFirst).map(([, record]) => record);
}

function newestCompanions(owned: readonly OwnedCompanion[]) {
  const newest = new Map<string, OwnedCompanion>();
  for (const one of owned) {
    const key = `${one.sessionId} ${one.companion.name}`;
    const other = newest.get(key);
    if (other === undefined || other.companion.version < one.companion.version) newest.set(key, one);
  }
  return [...newest].sort(byFirst).map(([, { sessionId, companion }]) => ({ sessionId, ...companion }));
}

const byFirst = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : a > b ? 1 : 0);
