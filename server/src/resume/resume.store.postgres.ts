import {
  clearanceKey,
  type KnownMedia,
  orderKey,
  type PutSitting,
  type ResumeRecord,
  type SaveOutcome,
} from '@cowatch/shared/resume';
import { type SQL, sql } from 'drizzle-orm';
import type { Database, Sql } from '../platform/database/database.ts';
import { isOffered, joinsHistory, unknownTitle } from './resume.domain.ts';
import { SAMPLE } from './resume.sample.ts';
import type {
  ChangedTitle,
  ColdResumeStore,
  PageEnd,
  StoredSitting,
  StoredTitle,
  TitleChange,
} from './resume.store.ts';

/** A title as the statements here give it. */
interface Row {
  readonly content_id: string;
  readonly order_key: string;
  readonly record: ResumeRecord | null;
  readonly media: KnownMedia | null;
  readonly last_watched_at_ms: string;
  readonly hidden_at_ms: string;
  readonly unhidden_at_ms: string;
  readonly deleted_at_ms: string;
  readonly put: PutSitting | null;
  readonly rev: string;
  readonly cleared_at_ms: string | null;
  [column: string]: unknown;
}

const COLUMNS = sql.raw(
  'content_id order_key record media last_watched_at_ms hidden_at_ms unhidden_at_ms deleted_at_ms put rev'
    .split(' ')
    .map((column) => `t.${column}`)
    .join(', '),
);

/** The newest of a title's key and a change's: the only comparison there is. */
const NEWER = sql.raw('excluded.order_key collate "C" > t.order_key collate "C"');
const MEDIA_NEWER = sql.raw(
  `coalesce(excluded.media ->> 'key', '') collate "C" > coalesce(t.media ->> 'key', '') collate "C"`,
);
const REGISTERS = ['last_watched_at_ms', 'hidden_at_ms', 'unhidden_at_ms', 'deleted_at_ms'] as const;
const GROWN = sql.raw(REGISTERS.map((name) => `excluded.${name} > t.${name}`).join(' or '));
const GREATEST = sql.raw(REGISTERS.map((name) => `${name} = greatest(excluded.${name}, t.${name})`).join(', '));

/** When something of a title was said last. */
const LAST_HEARD = sql.raw(`greatest(intent_at_ms, ${REGISTERS.join(', ')})`);

/** Positions in PostgreSQL, embedded or not. */
export function createPostgresResumeStore(database: Database): ColdResumeStore {
  const rows = async (query: SQL): Promise<readonly Row[]> =>
    (await database.run((db) => db.execute<Row>(query))).rows as Row[];
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
      const [row] = await rows(
        sql`select cleared_at_ms, history_paused from resume_viewers where viewer_id = ${viewerId}`,
      );
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

    async moveHistory(fromViewerId, toViewerId) {
      await rows(sql`
        insert into resume_history as h (viewer_id, content_id, sitting_id, begun_at_ms, completed_at_ms)
        select ${toViewerId}, s.content_id, s.sitting_id, s.begun_at_ms, s.completed_at_ms
        from resume_history s left join resume_viewers v on v.viewer_id = ${toViewerId}
          left join resume_titles t on t.viewer_id = ${toViewerId} and t.content_id = s.content_id
        where s.viewer_id = ${fromViewerId}
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

/** One statement may name a row only once: the second change of a title goes into the second layer. */
function layersOf(changes: readonly TitleChange[]): TitleChange[][] {
  const layers: TitleChange[][] = [];
  const depths = new Map<string, number>();
  for (const change of changes) {
    const title = `${change.viewerId} ${change.contentId}`;
    const depth = depths.get(title) ?? 0;
    depths.set(title, depth + 1);
    const layer = layers[depth] ?? [];
    layers[depth] = layer;
    layer.push(change);
  }
  return layers;
}

/** New titles that are too many for their viewer. Titles are counted only where there are new ones. */
const SURPLUS = sql.raw(`
    fresh as (
      select s.n, s.viewer, s.most, row_number() over (partition by s.viewer order by s.n) as nth
      from said s left join resume_titles t on t.viewer_id = s.viewer and t.content_id = s.content
      where s.most is not null and t.viewer_id is null
    ),
    surplus as (
      select f.n from fresh f join (
        select f.viewer, (select count(*) from resume_titles t where t.viewer_id = f.viewer) as titles
        from fresh f group by f.viewer
      ) as known using (viewer)
      where known.titles + f.nth > f.most
    )`);

/**
 * Puts changes in and brings the history along: a statement without its end, which may ask what was written. Rows are locked
 * in one order by all writers, so that two never wait for each other.
 */
function writing(layer: readonly TitleChange[]): SQL {
  const said = layer.map(({ viewerId, contentId, record, registers, media, put, titlesMax }, n) => ({
    ...{ n, viewer: viewerId, content: contentId, record, media, put, ...snakeOf(registers) },
    key: record === null ? '' : orderKey(record),
    sitting: record?.sittingId ?? '',
    intent: record?.intentAtMs ?? 0,
    most: titlesMax ?? null,
    offered: record !== null && isOffered(record),
    counts: record !== null && joinsHistory(record),
    completed: record?.state === 'completed' ? record.savedAtMs : 0,
    removes: record?.state === 'deleted',
  }));
  return sql`
    with said as (
      select * from jsonb_to_recordset(${JSON.stringify(said)}::jsonb) as s(
        n int, viewer text, content text, key text, record jsonb, media jsonb, put jsonb,
        last_watched_at_ms bigint, hidden_at_ms bigint, unhidden_at_ms bigint, deleted_at_ms bigint,
        sitting text, intent bigint, offered boolean, counts boolean, completed bigint, removes boolean, most int)
    ),
    ${SURPLUS},
    written as (
      insert into resume_titles as t (viewer_id, content_id, order_key, record, media, put, last_watched_at_ms,
        hidden_at_ms, unhidden_at_ms, deleted_at_ms, intent_at_ms, offered)
      select viewer, content, key, record, media, put,
        last_watched_at_ms, hidden_at_ms, unhidden_at_ms, deleted_at_ms, intent, offered
      from said where n not in (select n from surplus) order by viewer collate "C", content collate "C"
      on conflict (viewer_id, content_id) do update set
        order_key = case when ${NEWER} then excluded.order_key else t.order_key end,
        record = case when ${NEWER} then excluded.record else t.record end,
        put = case when ${NEWER} then excluded.put else t.put end,
        intent_at_ms = case when ${NEWER} then excluded.intent_at_ms else t.intent_at_ms end,
        offered = case when ${NEWER} then excluded.offered else t.offered end,
        media = case when ${MEDIA_NEWER} then excluded.media else t.media end,
        ${GREATEST}, rev = t.rev + 1
      where ${NEWER} or ${MEDIA_NEWER} or ${GROWN}
      returning t.viewer_id, ${COLUMNS}
    ),
    sittings as (
      insert into resume_history as h (viewer_id, content_id, sitting_id, begun_at_ms, completed_at_ms)
      select s.viewer, s.content, s.sitting, s.intent, s.completed
      from said s left join resume_viewers v on v.viewer_id = s.viewer
        left join resume_titles t on t.viewer_id = s.viewer and t.content_id = s.content
        left join resume_history known
          on known.viewer_id = s.viewer and known.content_id = s.content and known.sitting_id = s.sitting
      where s.counts and s.n not in (select n from surplus) and not coalesce(v.history_paused, false)
        and s.intent > greatest(coalesce(v.cleared_at_ms, 0), coalesce(t.deleted_at_ms, 0))
        and (known.viewer_id is null or (known.completed_at_ms = 0 and s.completed > 0))
      on conflict (viewer_id, content_id, sitting_id) do update set completed_at_ms = excluded.completed_at_ms
      where h.completed_at_ms = 0
    ),
    removed as (
      delete from resume_history h using said s
      where s.removes and h.viewer_id = s.viewer and h.content_id = s.content and h.begun_at_ms <= s.intent
    )`;
}

/**
 * One statement: puts the changes in, brings the history along, and says what was there before and what is there now.
 * What was there before is what the statement saw when it began; if another writer came between, it is read again.
 */
async function applyLayer(
  db: Sql,
  layer: readonly TitleChange[],
  found: Map<TitleChange, ChangedTitle>,
): Promise<void> {
  const { rows } = await db.execute<
    Row & { n: number; key: string; written: boolean; before: string | null; surplus: boolean }
  >(sql`
    ${writing(layer)}
    select s.n, s.key, w.viewer_id is not null as written, b.order_key as before, v.cleared_at_ms,
      s.n in (select n from surplus) as surplus,
      s.content as content_id, ${either('order_key record media put rev', REGISTERS)}
    from said s left join written w on w.viewer_id = s.viewer and w.content_id = s.content
      left join resume_titles b on b.viewer_id = s.viewer and b.content_id = s.content
      left join resume_viewers v on v.viewer_id = s.viewer`);
  const again: number[] = [];
  for (const row of rows) {
    const change = layer[row.n] as TitleChange;
    const settled = row.written || (row.before !== null && row.before >= row.key);
    if (row.surplus) found.set(change, { outcome: 'full', stored: unknownTitle(change.contentId) });
    else if (settled) found.set(change, { outcome: outcomeOf(row), stored: storedOf(row) });
    else again.push(row.n);
  }
  // Another writer was there between the look and the write: this one lost, and needs to know to whom.
  if (again.length > 0)
    await applyLayer(
      db,
      again.map((n) => layer[n] as TitleChange),
      found,
    );
}

/** Columns of what was written, or else of what was there. */
function either(names: string, more: readonly string[]): SQL {
  const columns = [...names.split(' '), ...more];
  return sql.raw(
    columns.map((name) => `case when w.viewer_id is null then b.${name} else w.${name} end as ${name}`).join(', '),
  );
}

function outcomeOf({
  written,
  before,
  key,
  order_key,
}: Row & { key: string; written: boolean; before: string | null }): SaveOutcome {
  if (key === '') return written ? 'applied' : 'duplicate';
  if (order_key !== key) return 'stale';
  return written && before !== key ? 'applied' : 'duplicate';
}

function snakeOf({ lastWatchedAtMs, hiddenAtMs, unhiddenAtMs, deletedAtMs }: TitleChange['registers']) {
  return {
    last_watched_at_ms: lastWatchedAtMs,
    hidden_at_ms: hiddenAtMs,
    unhidden_at_ms: unhiddenAtMs,
    deleted_at_ms: deletedAtMs,
  };
}

function storedOf(row: Row): StoredTitle {
  return {
    contentId: row.content_id,
    record: row.record,
    media: row.media,
    registers: {
      lastWatchedAtMs: Number(row.last_watched_at_ms),
      hiddenAtMs: Number(row.hidden_at_ms),
      unhiddenAtMs: Number(row.unhidden_at_ms),
      deletedAtMs: Number(row.deleted_at_ms),
    },
    put: row.put,
    rev: Number(row.rev),
    clearedAtMs: Number(row.cleared_at_ms ?? 0),
  };
}
