import { bigint, boolean, customType, doublePrecision, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
const timeMs = (name: string) => bigint(name, { mode: 'number' }).notNull();

/** What services said of titles, and their pictures: a cache. Times are cluster milliseconds. */
export const titleFacts = pgTable(
  'title_facts',
  {
    contentId: text('content_id').primaryKey(),
    /** Null where the service does not know the title, or could not be asked: that is remembered, too. */
    title: text('title'),
    durationS: doublePrecision('duration_s'),
    /** A WebP, and the digest that names it; null where there is none. */
    picture: bytes('picture'),
    pictureTag: text('picture_tag'),
    expiresAtMs: timeMs('expires_at_ms'),
    usedAtMs: timeMs('used_at_ms'),
  },
  (table) => [index('title_facts_used_at').on(table.usedAtMs)],
);

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
    grabbedAtMs: timeMs('grabbed_at_ms'),
  },
  (table) => [
    primaryKey({ columns: [table.place, table.contentId] }),
    index('title_grabs_viewer').on(table.viewerId, table.grabbedAtMs),
    index('title_grabs_grabbed_at').on(table.grabbedAtMs),
  ],
);
