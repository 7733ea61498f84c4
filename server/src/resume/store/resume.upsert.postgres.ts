import { isOffered, orderKey, type SaveOutcome } from '@cowatch/shared/resume';
import { type SQL, sql } from 'drizzle-orm';
import type { Sql } from '../../platform/database/database.ts';
import { joinsHistory, unknownTitle } from '../resume.domain.ts';
import { SITTINGS_PER_TITLE_MAX } from '../resume.limits.ts';
import { COLUMNS, REGISTERS, type Row, storedOf } from './resume.rows.postgres.ts';
import type { ChangedTitle, TitleChange } from './resume.store.ts';

// How changes are written to PostgreSQL: one statement for all of them.

/** The newest of a title's key and a change's: the only comparison there is. */
const NEWER = sql.raw('excluded.order_key collate "C" > t.order_key collate "C"');
const MEDIA_NEWER = sql.raw(`coalesce(excluded.media ->> 'key', '') collate "C" > coalesce(t.media ->> 'key', '') collate "C"`);
const GROWN = sql.raw(REGISTERS.map((name) => `excluded.${name} > t.${name}`).join(' or '));
const GREATEST = sql.raw(REGISTERS.map((name) => `${name} = greatest(excluded.${name}, t.${name})`).join(', '));

/** One statement may name a row only once: the second change of a title goes into the second layer. */
export function layersOf(changes: readonly TitleChange[]): TitleChange[][] {
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
export function upsertOf(layer: readonly TitleChange[]): SQL {
  const said = layer.map(({ viewerId, contentId, record, registers, media, put, titlesMax }, n) => ({
    n,
    viewer: viewerId,
    content: contentId,
    record,
    media,
    put,
    ...snakeOf(registers),
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
      returning h.viewer_id, h.content_id, h.sitting_id
    ),
    outgrown as (
      delete from resume_history h using sittings s left join resume_history known using (viewer_id, content_id, sitting_id)
      where known.begun_at_ms is null and h.viewer_id = s.viewer_id and h.content_id = s.content_id
        and h.begun_at_ms <= (
          select o.begun_at_ms from resume_history o where o.viewer_id = s.viewer_id and o.content_id = s.content_id
          order by o.begun_at_ms desc offset ${SITTINGS_PER_TITLE_MAX - 1} limit 1)
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
export async function applyLayer(db: Sql, layer: readonly TitleChange[], found: Map<TitleChange, ChangedTitle>): Promise<void> {
  const { rows } = await db.execute<Row & { n: number; key: string; written: boolean; before: string | null; surplus: boolean }>(sql`
    ${upsertOf(layer)}
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
  // Another writer was there between the read and the write: this one lost, and answers with what won.
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
  return sql.raw(columns.map((name) => `case when w.viewer_id is null then b.${name} else w.${name} end as ${name}`).join(', '));
}

function outcomeOf({ written, before, key, order_key }: Row & { key: string; written: boolean; before: string | null }): SaveOutcome {
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
