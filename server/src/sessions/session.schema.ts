import type { SessionRecord } from '@cowatch/shared/timeline';
import { bigint, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core';

/** Sessions as they outlast every process. Times are cluster milliseconds. */
export const sessionSnapshots = pgTable(
  'session_snapshots',
  {
    id: text('id').primaryKey(),
    version: bigint('version', { mode: 'number' }).notNull(),
    record: jsonb('record').$type<SessionRecord>().notNull(),
    createdAtMs: bigint('created_at_ms', { mode: 'number' }).notNull(),
    updatedAtMs: bigint('updated_at_ms', { mode: 'number' }).notNull(),
    endedAtMs: bigint('ended_at_ms', { mode: 'number' }),
  },
  (table) => [index('session_snapshots_updated_at').on(table.updatedAtMs)],
);

/**
 * When somebody was last in a session. A table of its own, without a foreign key: it is written every few seconds, in
 * one statement for all sessions, and must neither rewrite records nor fail over one that is not saved yet.
 */
export const sessionMarks = pgTable(
  'session_marks',
  {
    sessionId: text('session_id').primaryKey(),
    seenAtMs: bigint('seen_at_ms', { mode: 'number' }).notNull(),
  },
  (table) => [index('session_marks_seen_at').on(table.seenAtMs)],
);
