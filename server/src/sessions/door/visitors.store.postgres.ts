import { and, eq, inArray, lt, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { sessionVisitors } from '../session.schema.ts';
import type { VisitorStore } from './visitors.store.ts';

/** Visitors in PostgreSQL, embedded or not. */
export function createPostgresVisitorStore(database: Database): VisitorStore {
  const { sessionId: session, memberId: member, seenAtMs: seen } = sessionVisitors;
  return {
    async note(visits) {
      const latest = new Map(visits.map((visit) => [`${visit.sessionId} ${visit.memberId}`, visit]));
      if (latest.size === 0) return;
      // In one order on all instances: two that write the same people at once must not wait for each other.
      const rows = [...latest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, visit]) => visit);
      await database.run((db) =>
        db
          .insert(sessionVisitors)
          .values(rows.map((row) => ({ ...row, seenAtMs: Math.floor(row.seenAtMs) })))
          .onConflictDoUpdate({ target: [session, member], set: { seenAtMs: sql`greatest(${seen}, excluded.seen_at_ms)` } }),
      );
    },

    async hasAny(sessionId, memberIds) {
      const where = and(eq(session, sessionId), inArray(member, [...memberIds]));
      const found = await database.run((db) => db.select({ one: sql`1` }).from(sessionVisitors).where(where).limit(1));
      return found.length > 0;
    },

    expire(beforeMs, limit) {
      return database.transaction(async (db) => {
        const rows = await db
          .select({ sessionId: session, memberId: member })
          .from(sessionVisitors)
          .where(lt(seen, Math.floor(beforeMs)))
          .limit(limit);
        for (const row of rows) {
          await db.delete(sessionVisitors).where(and(eq(session, row.sessionId), eq(member, row.memberId)));
        }
        return rows.length;
      });
    },
  };
}
