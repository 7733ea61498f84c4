import { and, desc, eq, inArray, lt, lte, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { USED_STEP_MS } from '../titles.limits.ts';
import { titleFacts } from '../titles.schema.ts';
import type { FactsStore, StoredFacts } from './facts.store.ts';

/** Titles in PostgreSQL, embedded or not. */
export function createPostgresFactsStore(database: Database): FactsStore {
  const { contentId, title, durationS, picture, pictureTag, expiresAtMs, usedAtMs } = titleFacts;
  return {
    async load(contentIds, nowMs) {
      if (contentIds.length === 0) return [];
      const ids = [...contentIds];
      const rows = await database.run((db) =>
        db.select({ contentId, title, durationS, pictureTag, expiresAtMs, usedAtMs }).from(titleFacts).where(inArray(contentId, ids)),
      );
      const beforeMs = Math.floor(nowMs - USED_STEP_MS);
      if (rows.some((row) => row.usedAtMs < beforeMs)) {
        const isStale = and(inArray(contentId, ids), lt(usedAtMs, beforeMs));
        await database.run((db) =>
          db
            .update(titleFacts)
            .set({ usedAtMs: Math.floor(nowMs) })
            .where(isStale),
        );
      }
      return rows.map((row) => ({
        contentId: row.contentId,
        title: row.title,
        durationS: row.durationS,
        hasPicture: row.pictureTag !== null,
        expiresAtMs: row.expiresAtMs,
      }));
    },

    async save(facts, shown, nowMs) {
      const said = saidOf(facts, nowMs);
      const drawn = shown === null ? {} : { picture: shown.webp, pictureTag: shown.tag };
      await database.run((db) =>
        db
          .insert(titleFacts)
          .values({ contentId: facts.contentId, ...said, ...drawn })
          .onConflictDoUpdate({ target: contentId, set: { ...said, ...drawn } }),
      );
    },

    async saveFailure(facts, nowMs) {
      const said = saidOf(facts, nowMs);
      const hasExpired = lte(expiresAtMs, said.usedAtMs);
      await database.run((db) =>
        db
          .insert(titleFacts)
          .values({ contentId: facts.contentId, ...said })
          .onConflictDoUpdate({ target: contentId, set: said, setWhere: hasExpired }),
      );
    },

    async picture(id) {
      const [row] = await database.run((db) => db.select({ webp: picture, tag: pictureTag }).from(titleFacts).where(eq(contentId, id)));
      return row === undefined || row.webp === null || row.tag === null ? null : { webp: row.webp, tag: row.tag };
    },

    async sweep(unusedSinceMs, max, limit) {
      const gone = await database.run((db) => {
        const beyond = db.select({ contentId }).from(titleFacts).orderBy(desc(usedAtMs), contentId).offset(max);
        const unused = db
          .select({ contentId })
          .from(titleFacts)
          .where(lt(usedAtMs, Math.floor(unusedSinceMs)));
        const ids = sql`(select content_id from ((${beyond}) union (${unused})) as old limit ${limit})`;
        return db.delete(titleFacts).where(sql`${contentId} in ${ids}`).returning({ contentId });
      });
      return gone.length;
    },
  };
}

const saidOf = ({ title, durationS, expiresAtMs }: Omit<StoredFacts, 'hasPicture'>, nowMs: number) => ({
  title,
  durationS,
  expiresAtMs: Math.floor(expiresAtMs),
  usedAtMs: Math.floor(nowMs),
});
