import { isOffered, orderKey } from '@cowatch/shared/resume';
import { and, asc, eq, gt, inArray, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import type { ViewerMove } from '../../platform/viewer-data.ts';
import { resumeUndo } from '../resume.schema.ts';
import type { ColdResumeStore, StoredTitle } from '../store/resume.store.ts';
import { type KeptTitle, takenBack, type UndoCopy } from './resume.undo.domain.ts';

/** The two viewers of a merge. */
export type MergedViewers = Pick<ViewerMove, 'fromViewerId' | 'toViewerId'>;

/** Undo log of viewer merges, in the database that the titles are in. */
export interface UndoStore {
  /** Copies of these titles, or of all from a content id on; by content id. */
  copies(merge: MergedViewers, which: readonly string[] | { afterId: string; limit: number }): Promise<readonly UndoCopy[]>;
  keep(merge: MergedViewers, copies: readonly UndoCopy[]): Promise<void>;
  /** Takes the guest's part out of the account's titles. Returns the copies of titles that were changed meanwhile: for another attempt. */
  takeBack(merge: MergedViewers, copies: readonly UndoCopy[]): Promise<readonly UndoCopy[]>;
  /** Ends an undo: the guest's sittings that nothing was added to leave the history, and the copies go. */
  finish(merge: MergedViewers): Promise<void>;
}

export function createUndoStore(database: Database, cold: Pick<ColdResumeStore, 'find'>): UndoStore {
  const { fromViewerId, toViewerId, contentId } = resumeUndo;
  const of = (merge: MergedViewers) => and(eq(toViewerId, merge.toViewerId), eq(fromViewerId, merge.fromViewerId)) as SQL;

  return {
    copies: (merge, which) =>
      database.run((db) => {
        const own = of(merge);
        const found = db.select({ contentId, before: resumeUndo.before, said: resumeUndo.said }).from(resumeUndo).orderBy(asc(contentId));
        return 'limit' in which
          ? found.where(and(own, gt(contentId, which.afterId))).limit(which.limit)
          : found.where(and(own, inArray(contentId, [...which])));
      }),

    async keep(merge, copies) {
      if (copies.length === 0) return;
      const rows = copies.map((copy) => ({ ...merge, ...copy }));
      const set = { before: sql`excluded.before`, said: sql`excluded.said` };
      await database.run((db) =>
        db
          .insert(resumeUndo)
          .values(rows)
          .onConflictDoUpdate({ target: [toViewerId, fromViewerId, contentId], set }),
      );
    },

    async takeBack(merge, copies) {
      const viewerId = merge.toViewerId;
      const current = await cold.find(copies.map((copy) => ({ viewerId, contentId: copy.contentId })));
      const changes = copies.flatMap((copy, i) => {
        const now = current[i] ?? null;
        return now === null ? [] : [{ copy, now, left: takenBack(now, copy) }];
      });
      const { rows } = await database.run((db) => db.execute<{ content_id: string }>(restoring(viewerId, changes)));
      const written = new Set(rows.map((row) => row.content_id));
      return changes.flatMap(({ copy }) => (written.has(copy.contentId) ? [] : [copy]));
    },

    async finish(merge) {
      await database.transaction(async (db) => {
        await db.execute(sql`
          delete from resume_history h using resume_history g
          where h.viewer_id = ${merge.toViewerId} and g.viewer_id = ${merge.fromViewerId}
            and h.content_id = g.content_id and h.sitting_id = g.sitting_id
            and h.completed_at_ms = g.completed_at_ms`);
        // What joined is a sitting of its own, also where the guest's history was paused.
        await db.execute(sql`
          delete from resume_history h using resume_undo u
          where h.viewer_id = ${merge.toViewerId} and h.content_id = u.content_id
            and u.to_viewer_id = ${merge.toViewerId} and u.from_viewer_id = ${merge.fromViewerId}
            and h.sitting_id = u.said -> 'record' ->> 'sittingId'
            and h.sitting_id is distinct from u.before -> 'record' ->> 'sittingId'
            and h.completed_at_ms =
              case u.said -> 'record' ->> 'state' when 'completed' then (u.said -> 'record' ->> 'savedAtMs')::bigint else 0 end`);
        await db.delete(resumeUndo).where(of(merge));
      });
    },
  };
}

/** Compare-and-set on `rev`: writes titles as they were, where they are as they were read; returns which. */
function restoring(viewerId: string, changes: readonly { readonly now: StoredTitle; readonly left: KeptTitle | null }[]): SQL {
  const said = changes.map(({ now, left }) => ({
    content: now.contentId,
    rev: now.rev,
    gone: left === null,
    record: left?.record ?? null,
    media: left?.media ?? null,
    put: left?.put ?? null,
    watched: left?.registers.lastWatchedAtMs ?? 0,
    hidden: left?.registers.hiddenAtMs ?? 0,
    unhidden: left?.registers.unhiddenAtMs ?? 0,
    deleted: left?.registers.deletedAtMs ?? 0,
    key: left?.record ? orderKey(left.record) : '',
    intent: left?.record?.intentAtMs ?? 0,
    offered: left?.record ? isOffered(left.record) : false,
  }));
  return sql`
    with said as (
      select * from jsonb_to_recordset(${JSON.stringify(said)}::jsonb) as s(
        content text, rev bigint, gone boolean, record jsonb, media jsonb, put jsonb, watched bigint, hidden bigint,
        unhidden bigint, deleted bigint, key text, intent bigint, offered boolean)
    ),
    removed as (
      delete from resume_titles t using said s
      where s.gone and t.viewer_id = ${viewerId} and t.content_id = s.content and t.rev = s.rev
      returning t.content_id
    ),
    restored as (
      update resume_titles t set order_key = s.key, record = s.record, media = s.media, put = s.put,
        last_watched_at_ms = s.watched, hidden_at_ms = s.hidden, unhidden_at_ms = s.unhidden,
        deleted_at_ms = s.deleted, intent_at_ms = s.intent, offered = s.offered, rev = t.rev + 1
      from said s
      where not s.gone and t.viewer_id = ${viewerId} and t.content_id = s.content and t.rev = s.rev
      returning t.content_id
    )
    select content_id from removed union all select content_id from restored`;
}
