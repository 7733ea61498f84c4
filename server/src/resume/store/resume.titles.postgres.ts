import { type SQL, sql } from 'drizzle-orm';
import type { Database, Sql } from '../../platform/database/database.ts';
import { PROBE } from './resume.probe.ts';
import { beyond, COLUMNS, rowsIn, storedOf } from './resume.rows.postgres.ts';
import type { ChangedTitle, ColdResumeStore, TitleChange } from './resume.store.ts';
import { applyLayer, layersOf, upsertOf } from './resume.upsert.postgres.ts';

/** Writes of titles: upserts that compare order keys. */
export function createPostgresTitleWrites(database: Database): Pick<ColdResumeStore, 'verify' | 'apply' | 'write'> {
  /** Runs each layer: a single one by itself, several in one transaction. */
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
      const rollback = new Error('the probe is rolled back');
      await database
        .transaction(async (db) => {
          await db.execute(sql`${upsertOf([PROBE])} select 1 limit 0`);
          throw rollback;
        })
        .catch((error: unknown) => {
          if (error !== rollback) throw error;
        });
    },

    async apply(changes) {
      const found = new Map<TitleChange, ChangedTitle>();
      await inLayers(changes, (db, layer) => applyLayer(db, layer, found));
      return changes.map((change) => found.get(change) as ChangedTitle);
    },

    write: (changes) =>
      inLayers(changes, async (db, layer) => {
        await db.execute(sql`${upsertOf(layer)} select 1 limit 0`);
      }),
  };
}

/** Reads of titles. */
export function createPostgresTitleReads(
  database: Database,
): Pick<ColdResumeStore, 'find' | 'totals' | 'load' | 'offered' | 'all' | 'outline'> {
  const rows = rowsIn(database);
  const titles = async (query: SQL) => (await rows(query)).map(storedOf);

  return {
    async find(wanted) {
      const found = await rows(sql`
        select t.viewer_id, ${COLUMNS}, v.cleared_at_ms
        from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w("viewerId" text, "contentId" text)
          join resume_titles t on t.viewer_id = w."viewerId" and t.content_id = w."contentId"
          left join resume_viewers v on v.viewer_id = t.viewer_id`);
      const stored = new Map(found.map((row) => [`${row.viewer_id} ${row.content_id}`, storedOf(row)]));
      return wanted.map(({ viewerId, contentId }) => stored.get(`${viewerId} ${contentId}`) ?? null);
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
  };
}
