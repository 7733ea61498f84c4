import { bigint, doublePrecision, index, pgTable, text } from 'drizzle-orm/pg-core';
import { bytes } from '../platform/database/bytes.ts';

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
