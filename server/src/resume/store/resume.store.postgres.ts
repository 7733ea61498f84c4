import { clearanceKey } from '@cowatch/shared/resume';
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Sql } from '../../platform/database/database.ts';
import { SAMPLE } from './resume.probe.ts';
import type { ChangedTitle, ColdResumeStore, PageEnd, StoredSitting, TitleChange } from './resume.store.ts';
import { applyLayer, COLUMNS, LAST_HEARD, layersOf, type Row, storedOf, writing } from './resume.upsert.postgres.ts';

/** Positions in PostgreSQL, embedded or not. */
export function createPostgresResumeStore(database: Database): ColdResumeStore {
  const rows = async (query: SQL): Promise<readonly Row[]> => (await database.run((db) => db.execute<Row>(query))).rows as Row[];
  const titles = async (query: SQL) => (await rows(query)).map(storedOf);

  /** Does something with each layer: at once, or all in one transaction. */
  const inLayers = async (changes: readonly TitleChange[], work: (db: Sql, layer: TitleChange[]) => Promise<void>) => {
    const layers = layersOf(changes);
    const [only] = layers;
    if (only === undefined) return;
    if (layers.length === 1) await database.run((db) => work(db, only));
    else {
      await database.transaction(async (db) => {
        for (const layer of layers) await work(db, layer);
      });
    }
  };

  return {
    async verify() {
      const undo = new Error('the sample is taken back');
      await database
        .transaction(async (db) => {
          await db.execute(sql`${writing([SAMPLE])} select 1 limit 0`);
          throw undo;
        })
        .catch((error: unknown) => {
          if (error !== undo) throw error;
        });
    },

    async apply(changes) {
      const found = new Map<TitleChange, ChangedTitle>();
      await inLayers(changes, (db, layer) => applyLayer(db, layer, found));
      return changes.map((change) => found.get(change) as ChangedTitle);
    },

    write: (changes) =>
      inLayers(changes, async (db, layer) => {
        await db.execute(sql`${writing(layer)} select 1 limit 0`);
      }),

    async find(wanted) {
      const found = await rows(sql`
        select t.viewer_id, ${COLUMNS}, v.cleared_at_ms
        from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w("viewerId" text, "contentId" text)
          join resume_titles t on t.viewer_id = w."viewerId" and t.content_id = w."contentId"
          left join resume_viewers v on v.viewer_id = t.viewer_id`);
      const stored = new Map(found.map((row) => [`${row.viewer_id} ${row.content_id}`, storedOf(row)]));
      return wanted.map(({ viewerId, contentId }) => stored.get(`${viewerId} ${contentId}`) ?? null);
    },

    async bury(letters) {
      await rows(sql`
        insert into resume_dead_letters (entry, viewer_id, content_id, change, reason, at_ms)
        select entry, "viewerId", "contentId", change, reason, "atMs"
        from jsonb_to_recordset(${JSON.stringify(letters)}::jsonb)
          as l(entry text, "viewerId" text, "contentId" text, change text, reason text, "atMs" bigint)
        on conflict (entry) do nothing`);
    },

    async buried(viewerId) {
      const found = await rows(sql`select content_id from resume_dead_letters where viewer_id = ${viewerId}`);
      return found.map(({ content_id }) => content_id);
    },

    async expireDeadLetters(beforeMs) {
      await rows(sql`delete from resume_dead_letters where at_ms < ${Math.floor(beforeMs)}`);
    },

    async totals(viewerIds) {
      const found = await rows(sql`
        select coalesce(v.cleared_at_ms, 0) as cleared_at_ms,
          (select count(*) from resume_titles t where t.viewer_id = w.id) as titles
        from jsonb_array_elements_text(${JSON.stringify(viewerIds)}::jsonb) with ordinality as w(id, n)
          left join resume_viewers v on v.viewer_id = w.id
        order by w.n`);
      return found.map((row) => ({ clearedAtMs: Number(row.cleared_at_ms), titles: Number(row.titles) }));
    },

    async load(viewerId, contentIds) {
      const stored = await rows(sql`
        select ${COLUMNS}, v.cleared_at_ms from resume_titles t left join resume_viewers v using (viewer_id)
        where t.viewer_id = ${viewerId} and t.content_id in (select jsonb_array_elements_text(${JSON.stringify(contentIds)}::jsonb))`);
      return new Map(stored.map((row) => [row.content_id, storedOf(row)]));
    },

    async offered(viewerId, sinceMs, after, limit) {
      const found = await titles(sql`
        select ${COLUMNS}, v.cleared_at_ms from resume_titles t left join resume_viewers v using (viewer_id)
        where t.viewer_id = ${viewerId} and t.offered and t.intent_at_ms >= ${Math.floor(sinceMs)}
          and ${beyond('t.intent_at_ms', 't.content_id', after)}
        order by t.intent_at_ms desc nulls last, t.content_id limit ${limit}`);
      const last = found.length < limit ? undefined : found.at(-1);
      return {
        titles: found,
        next: last === undefined ? null : { atMs: last.record?.intentAtMs ?? 0, id: last.contentId },
      };
    },

    all: (viewerId, afterId, limit) =>
      titles(sql`
        select ${COLUMNS}, v.cleared_at_ms from resume_titles t left join resume_viewers v using (viewer_id)
        where t.viewer_id = ${viewerId} and t.content_id > ${afterId ?? ''}
        order by t.content_id limit ${limit}`),

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

    async outline(viewerId) {
      const [row] = await rows(sql`
        with own as (
          select content_id, media, intent_at_ms from resume_titles
          where viewer_id = ${viewerId} and order_key <> '' and record ->> 'state' <> 'deleted')
        select (select count(*) from own) as titles, l.content_id, l.media
        from (select 1) one left join (select * from own order by intent_at_ms desc, content_id limit 1) l on true`);
      const { content_id: contentId = null, media = null } = row ?? {};
      return { titles: Number(row?.titles ?? 0), last: contentId === null ? null : { contentId, media } };
    },

    settle: async () => {},

    rewritten: async () => [],

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

    async erase(viewerId, idleSinceMs) {
      await database.transaction(async (db) => {
        if (idleSinceMs !== undefined) {
          const { rows: heard } = await db.execute(sql`
            select 1 from resume_titles
            where viewer_id = ${viewerId} and ${LAST_HEARD} >= ${Math.floor(idleSinceMs)} limit 1`);
          if (heard.length > 0) return;
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
        select viewer_id, max(${LAST_HEARD}) < ${Math.floor(idleSinceMs)} as idle from resume_titles
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

/** What comes after a page that is sorted by time, newest first, and then by id. */
function beyond(time: string, id: string, after: PageEnd | null): SQL {
  if (after === null) return sql`true`;
  const [atMs, column] = [sql.raw(time), sql.raw(id)];
  return sql`(${atMs} < ${after.atMs} or (${atMs} = ${after.atMs} and ${column} > ${after.id}))`;
}
