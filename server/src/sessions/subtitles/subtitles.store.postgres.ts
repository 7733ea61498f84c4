import { and, eq, inArray, isNotNull, lt, notExists, or, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { sessionSnapshots, sessionSubtitles } from '../session.schema.ts';
import type { SubtitleStore } from './subtitles.store.ts';

/** Subtitle files in PostgreSQL, embedded or not. */
export function createPostgresSubtitleStore(database: Database): SubtitleStore {
  const isOf = (sessionId: string) => eq(sessionSubtitles.sessionId, sessionId);
  return {
    async put(sessionId, id, vtt, nowMs) {
      const row = { sessionId, id, vtt, addedAtMs: Math.floor(nowMs) };
      await database.run((db) => db.insert(sessionSubtitles).values(row).onConflictDoNothing());
    },

    async load(sessionId, id) {
      const [row] = await database.run((db) =>
        db
          .select({ vtt: sessionSubtitles.vtt })
          .from(sessionSubtitles)
          .where(and(isOf(sessionId), eq(sessionSubtitles.id, id))),
      );
      return row?.vtt ?? null;
    },

    async remove(sessionId, ids) {
      if (ids.length === 0) return;
      await database.run((db) => db.delete(sessionSubtitles).where(and(isOf(sessionId), inArray(sessionSubtitles.id, [...ids]))));
    },

    expire(beforeMs, limit) {
      return database.transaction(async (db) => {
        const party = db.select({ one: sql`1` }).from(sessionSnapshots).where(eq(sessionSnapshots.id, sessionSubtitles.sessionId));
        const ended = db.select({ id: sessionSnapshots.id }).from(sessionSnapshots).where(isNotNull(sessionSnapshots.endedAtMs));
        const rows = await db
          .select({ sessionId: sessionSubtitles.sessionId, id: sessionSubtitles.id })
          .from(sessionSubtitles)
          .where(
            or(inArray(sessionSubtitles.sessionId, ended), and(lt(sessionSubtitles.addedAtMs, Math.floor(beforeMs)), notExists(party))),
          )
          .limit(limit);
        for (const { sessionId, id } of rows) {
          await db.delete(sessionSubtitles).where(and(isOf(sessionId), eq(sessionSubtitles.id, id)));
        }
        return rows.length;
      });
    },
  };
}
