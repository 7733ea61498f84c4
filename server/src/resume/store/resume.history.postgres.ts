import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { beyond, rowsIn } from './resume.rows.postgres.ts';
import type { HistoryStore, StoredSitting } from './resume.store.ts';

/** The watch history. */
export function createPostgresHistory(database: Database): HistoryStore {
  const rows = rowsIn(database);

  return {
    async history(viewerId, after, limit) {
      const found = await rows(sql`
        select h.content_id, h.sitting_id, h.begun_at_ms, h.completed_at_ms, t.media
        from resume_history h left join resume_titles t using (viewer_id, content_id)
        where h.viewer_id = ${viewerId} and ${beyond('h.begun_at_ms', 'h.sitting_id', after)}
        order by h.begun_at_ms desc nulls last, h.sitting_id limit ${limit}`);
      return found.map(
        (row): StoredSitting => ({
          contentId: row.content_id,
          sittingId: String(row.sitting_id),
          begunAtMs: Number(row.begun_at_ms),
          completedAtMs: Number(row.completed_at_ms),
          media: row.media,
        }),
      );
    },

    async settings(viewerId) {
      const [row] = await rows(sql`select cleared_at_ms, history_paused from resume_viewers where viewer_id = ${viewerId}`);
      return { clearedAtMs: Number(row?.cleared_at_ms ?? 0), historyPaused: row?.history_paused === true };
    },

    async pauseHistory(viewerId, paused) {
      await rows(sql`
        insert into resume_viewers (viewer_id, history_paused) values (${viewerId}, ${paused})
        on conflict (viewer_id) do update set history_paused = excluded.history_paused`);
    },

    async moveHistory(fromViewerId, toViewerId, contentIds) {
      await rows(sql`
        insert into resume_history as h (viewer_id, content_id, sitting_id, begun_at_ms, completed_at_ms)
        select ${toViewerId}, s.content_id, s.sitting_id, s.begun_at_ms, s.completed_at_ms
        from resume_history s left join resume_viewers v on v.viewer_id = ${toViewerId}
          left join resume_titles t on t.viewer_id = ${toViewerId} and t.content_id = s.content_id
        where s.viewer_id = ${fromViewerId}
          and s.content_id in (select jsonb_array_elements_text(${JSON.stringify(contentIds)}::jsonb))
          and s.begun_at_ms > greatest(coalesce(v.cleared_at_ms, 0), coalesce(t.deleted_at_ms, 0))
        on conflict (viewer_id, content_id, sitting_id) do update set
          completed_at_ms = greatest(h.completed_at_ms, excluded.completed_at_ms)`);
    },
  };
}
