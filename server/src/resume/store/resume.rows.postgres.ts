import type { KnownMedia, PutSitting, ResumeRecord } from '@cowatch/shared/resume';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import type { PageEnd, StoredTitle } from './resume.store.ts';

// Rows of the tables of positions, as the adapters read them.

/** Row of a title, as the statements name its columns; others beside. */
export interface Row {
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

export const COLUMNS = sql.raw(
  'content_id order_key record media last_watched_at_ms hidden_at_ms unhidden_at_ms deleted_at_ms put rev'
    .split(' ')
    .map((column) => `t.${column}`)
    .join(', '),
);

/** Columns that only grow. */
export const REGISTERS = ['last_watched_at_ms', 'hidden_at_ms', 'unhidden_at_ms', 'deleted_at_ms'] as const;

/** Last seen: the time of the newest write of a title. */
export const LAST_SEEN = sql.raw(`greatest(intent_at_ms, ${REGISTERS.join(', ')})`);

/** Runs one statement at a time, and gives its rows. */
export function rowsIn(database: Database) {
  return async (query: SQL): Promise<readonly Row[]> => (await database.run((db) => db.execute<Row>(query))).rows as Row[];
}

/** The title of a row. */
export function storedOf(row: Row): StoredTitle {
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

/** Keyset pagination: the condition of what comes after a page that is sorted by time, the newest first, and then by id. */
export function beyond(time: string, id: string, after: PageEnd | null): SQL {
  if (after === null) return sql`true`;
  const [atMs, column] = [sql.raw(time), sql.raw(id)];
  return sql`(${atMs} < ${after.atMs} or (${atMs} = ${after.atMs} and ${column} > ${after.id}))`;
}
