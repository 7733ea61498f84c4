import type { KnownMedia, PutSitting, ResumeRecord, ResumeTitle } from '@cowatch/shared/resume';
import { sql } from 'drizzle-orm';
import { bigint, boolean, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

const timeMs = (name: string) => bigint(name, { mode: 'number' }).notNull().default(0);

/** Titles of viewers: the record, and registers beside it. Times are cluster milliseconds; 0 stands for never. */
export const resumeTitles = pgTable(
  'resume_titles',
  {
    viewerId: text('viewer_id').notNull(),
    contentId: text('content_id').notNull(),
    /** Order key; empty where nothing was ever saved. Compared under `COLLATE "C"`. */
    orderKey: text('order_key').notNull().default(''),
    record: jsonb('record').$type<ResumeRecord>(),
    media: jsonb('media').$type<KnownMedia>(),
    lastWatchedAtMs: timeMs('last_watched_at_ms'),
    hiddenAtMs: timeMs('hidden_at_ms'),
    unhiddenAtMs: timeMs('unhidden_at_ms'),
    deletedAtMs: timeMs('deleted_at_ms'),
    /** Of the record: the gesture's time, and whether it is something to go on with. */
    intentAtMs: timeMs('intent_at_ms'),
    offered: boolean('offered').notNull().default(false),
    /** The sitting of a player that knows of none, where the record is one of its saves. */
    put: jsonb('put').$type<PutSitting>(),
    rev: bigint('rev', { mode: 'number' }).notNull().default(1),
  },
  (table) => [
    primaryKey({ columns: [table.viewerId, table.contentId] }),
    index('resume_titles_row').on(table.viewerId, table.intentAtMs.desc(), table.contentId).where(sql`offered`),
    index('resume_titles_deleted').on(table.deletedAtMs).where(sql`order_key <> '' and not offered and deleted_at_ms > 0`),
  ],
);

/** Watch history: the sittings that count. */
export const resumeHistory = pgTable(
  'resume_history',
  {
    viewerId: text('viewer_id').notNull(),
    contentId: text('content_id').notNull(),
    sittingId: text('sitting_id').notNull(),
    begunAtMs: timeMs('begun_at_ms'),
    /** 0 where the title was not watched to its end in this sitting. */
    completedAtMs: timeMs('completed_at_ms'),
  },
  (table) => [
    primaryKey({ columns: [table.viewerId, table.contentId, table.sittingId] }),
    index('resume_history_begun').on(table.viewerId, table.begunAtMs.desc(), table.sittingId),
  ],
);

/** Dead letters: changes that were refused, and why, for an operator. All in ASCII, so that they are not refused here too. */
export const resumeDeadLetters = pgTable(
  'resume_dead_letters',
  {
    /** The entry of the journal. */
    entry: text('entry').primaryKey(),
    viewerId: text('viewer_id').notNull(),
    contentId: text('content_id').notNull(),
    change: text('change').notNull(),
    reason: text('reason').notNull(),
    atMs: timeMs('at_ms'),
  },
  (table) => [index('resume_dead_letters_viewer').on(table.viewerId)],
);

/** Settings of viewers: the clearance, and whether their history is paused. */
export const resumeViewers = pgTable('resume_viewers', {
  viewerId: text('viewer_id').primaryKey(),
  clearedAtMs: timeMs('cleared_at_ms'),
  historyPaused: boolean('history_paused').notNull().default(false),
});

/** Undo log of viewer merges: what an account had of a title before the guest's was merged into it. */
export const resumeUndo = pgTable(
  'resume_undo',
  {
    toViewerId: text('to_viewer_id').notNull(),
    fromViewerId: text('from_viewer_id').notNull(),
    contentId: text('content_id').notNull(),
    /** Null where there was nothing. */
    before: jsonb('before').$type<ResumeTitle & { readonly put: PutSitting | null }>(),
    /** What was merged: as far as the title still says this, it is the guest's. */
    said: jsonb('said').$type<ResumeTitle>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.toViewerId, table.fromViewerId, table.contentId] }),
    index('resume_undo_from').on(table.fromViewerId),
  ],
);
