import { bigint, boolean, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { Entry } from './chat.entries.ts';

/**
 * Lines of chats and what changed them, by the number that the live store gave. Without a foreign key: a line may be written
 * down before its party is. Times are cluster milliseconds.
 */
export const chatEntries = pgTable(
  'chat_entries',
  {
    sessionId: text('session_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    opId: text('op_id').notNull(),
    memberId: text('member_id'),
    /** Whose it is; told to nobody. */
    viewerId: text('viewer_id'),
    /** Whose it was before they signed in, so that it can be undone. */
    movedFrom: text('moved_from'),
    atMs: bigint('at_ms', { mode: 'number' }).notNull(),
    isLine: boolean('is_line').notNull(),
    entry: jsonb('entry').$type<Entry>().notNull(),
    /** The newest change that was applied to this line; 0 at first. */
    changedSeq: bigint('changed_seq', { mode: 'number' }).notNull(),
    /** Taken away: its text and name are gone from `entry`. */
    removed: boolean('removed').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.seq] }),
    index('chat_entries_viewer').on(table.viewerId, table.sessionId, table.seq),
    index('chat_entries_at').on(table.atMs),
  ],
);
