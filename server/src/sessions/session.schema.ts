import type { SessionRecord } from '@cowatch/shared/timeline';
import { bigint, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

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

/** Companions of sessions, each written in one transaction with the record that names its version. */
export const sessionCompanions = pgTable(
  'session_companions',
  {
    sessionId: text('session_id').notNull(),
    name: text('name').notNull(),
    version: bigint('version', { mode: 'number' }).notNull(),
    record: jsonb('record').$type<unknown>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.name] })],
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

/**
 * Subtitle files for everyone, as WebVTT; which of them are in a party says its record. Without a foreign key: a party is
 * told of one that is written down, and may itself not be yet.
 */
export const sessionSubtitles = pgTable(
  'session_subtitles',
  {
    sessionId: text('session_id').notNull(),
    id: text('id').notNull(),
    vtt: text('vtt').notNull(),
    addedAtMs: bigint('added_at_ms', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.id] }), index('session_subtitles_added_at').on(table.addedAtMs)],
);

/**
 * Who has been in a session, or was let in: when it is not open to new people they are none. Without a foreign key: it is
 * written behind, and may be there before the session is saved.
 */
export const sessionVisitors = pgTable(
  'session_visitors',
  {
    sessionId: text('session_id').notNull(),
    memberId: text('member_id').notNull(),
    seenAtMs: bigint('seen_at_ms', { mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.sessionId, table.memberId] }), index('session_visitors_seen_at').on(table.seenAtMs)],
);
