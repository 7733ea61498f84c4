import { clearanceKey } from '@cowatch/shared/resume';
import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { LAST_SEEN, rowsIn } from './resume.rows.postgres.ts';
import type { RetentionStore } from './resume.store.ts';

/** Retention: clearances, erasure and expiry. */
export function createPostgresRetention(database: Database): RetentionStore {
  const rows = rowsIn(database);

  return {
    async clear(viewerId, atMs) {
      const at = Math.floor(atMs);
      await database.transaction(async (db) => {
        await db.execute(sql`
          insert into resume_viewers as v (viewer_id, cleared_at_ms) values (${viewerId}, ${at})
          on conflict (viewer_id) do update set cleared_at_ms = greatest(v.cleared_at_ms, excluded.cleared_at_ms)`);
        await db.execute(sql`
          delete from resume_titles
          where viewer_id = ${viewerId} and order_key collate "C" < ${clearanceKey(at)}`);
        await db.execute(sql`delete from resume_history where viewer_id = ${viewerId} and begun_at_ms <= ${at}`);
        await db.execute(sql`delete from resume_dead_letters where viewer_id = ${viewerId}`);
      });
    },

    async erase(viewerId, idleSinceMs) {
      await database.transaction(async (db) => {
        if (idleSinceMs !== undefined) {
          const { rows: seen } = await db.execute(sql`
            select 1 from resume_titles
            where viewer_id = ${viewerId} and ${LAST_SEEN} >= ${Math.floor(idleSinceMs)} limit 1`);
          if (seen.length > 0) return;
        }
        for (const table of ['resume_titles', 'resume_history', 'resume_viewers', 'resume_dead_letters']) {
          await db.execute(sql`delete from ${sql.raw(table)} where viewer_id = ${viewerId}`);
        }
        await db.execute(sql`
          delete from resume_undo where to_viewer_id = ${viewerId} or from_viewer_id = ${viewerId}`);
      });
    },

    async idle(afterViewerId, idleSinceMs, limit) {
      const found = await rows(sql`
        select viewer_id, max(${LAST_SEEN}) < ${Math.floor(idleSinceMs)} as idle from resume_titles
        where viewer_id > ${afterViewerId} group by viewer_id order by viewer_id limit ${limit}`);
      return {
        viewerIds: found.filter(({ idle }) => idle === true).map(({ viewer_id }) => String(viewer_id)),
        next: found.length < limit ? null : String(found.at(-1)?.viewer_id),
      };
    },

    async expire(beforeMs, limit) {
      const gone = await rows(sql`
        delete from resume_titles where (viewer_id, content_id) in (
          select viewer_id, content_id from resume_titles
          where order_key <> '' and not offered and deleted_at_ms > 0 and deleted_at_ms < ${Math.floor(beforeMs)}
            and record ->> 'state' = 'deleted'
          limit ${limit})
        returning viewer_id`);
      return gone.map(({ viewer_id }) => String(viewer_id));
    },
  };
}
