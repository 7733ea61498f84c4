import { bigint, boolean, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytes } from '../platform/database/bytes.ts';

/**
 * Frames that people's players have grabbed. `place` is whose picture it is: `viewer:<id>` of what they watch themselves,
 * `session:<id>` of a party; `viewer_id` is whoever grabbed it.
 */
export const titleGrabs = pgTable(
  'title_grabs',
  {
    place: text('place').notNull(),
    contentId: text('content_id').notNull(),
    viewerId: text('viewer_id').notNull(),
    /** Of a party: who that is within it, and whether they were a host then. */
    memberId: text('member_id'),
    byHost: boolean('by_host').notNull().default(false),
    picture: bytes('picture').notNull(),
    pictureTag: text('picture_tag').notNull(),
    grabbedAtMs: bigint('grabbed_at_ms', { mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.place, table.contentId] }),
    index('title_grabs_viewer').on(table.viewerId, table.grabbedAtMs),
    index('title_grabs_grabbed_at').on(table.grabbedAtMs),
  ],
);
