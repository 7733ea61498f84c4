import { and, asc, desc, eq, gt, like, lt, notInArray, or, sql } from 'drizzle-orm';
import type { Database, Sql } from '../platform/database/database.ts';
import type { Grab, GrabPlace, GrabStore } from './grabs.store.ts';
import { GRABS_OF_SESSION_MAX, GRABS_OF_VIEWER_MAX } from './pictures.limits.ts';
import { titleGrabs } from './pictures.schema.ts';

const { place, contentId, viewerId, memberId, byHost, picture, pictureTag, grabbedAtMs } = titleGrabs;

const placeOf = (of: GrabPlace) => ('viewerId' in of ? `viewer:${of.viewerId}` : `session:${of.sessionId}`);
const isIn = (of: GrabPlace) => eq(place, placeOf(of));

const rowOf = (of: GrabPlace, grab: Grab) => ({
  place: placeOf(of),
  contentId: grab.contentId,
  viewerId: grab.viewerId,
  picture: grab.picture.webp,
  pictureTag: grab.picture.tag,
  grabbedAtMs: Math.floor(grab.grabbedAtMs),
});

/** The newest of a place stay. */
async function bound(db: Sql, of: GrabPlace, max: number): Promise<void> {
  const kept = db.select({ contentId }).from(titleGrabs).where(isIn(of)).orderBy(desc(grabbedAtMs), contentId).limit(max);
  await db.delete(titleGrabs).where(and(isIn(of), notInArray(contentId, kept)));
}

/** Grabbed frames in PostgreSQL, embedded or not. */
export function createPostgresGrabStore(database: Database): GrabStore {
  return {
    ...puts(database),
    ...copies(database),

    async load(of, id) {
      const [row] = await database.run((db) =>
        db
          .select({ webp: picture, tag: pictureTag })
          .from(titleGrabs)
          .where(and(isIn(of), eq(contentId, id))),
      );
      return row ?? null;
    },

    async ofViewer(id, afterId, limit) {
      const rows = await database.run((db) =>
        db
          .select()
          .from(titleGrabs)
          .where(and(isIn({ viewerId: id }), afterId === null ? undefined : gt(contentId, afterId)))
          .orderBy(asc(contentId))
          .limit(limit),
      );
      return rows.map((row) => ({
        contentId: row.contentId,
        viewerId: row.viewerId,
        picture: { webp: row.picture, tag: row.pictureTag },
        grabbedAtMs: row.grabbedAtMs,
      }));
    },

    async eraseOwn(id, title) {
      const which = and(isIn({ viewerId: id }), title === null ? undefined : eq(contentId, title));
      await database.run((db) => db.delete(titleGrabs).where(which));
    },

    async erase(id) {
      await database.run((db) => db.delete(titleGrabs).where(eq(viewerId, id)));
    },

    async eraseOfParty(sessionId, member) {
      const whose = and(isIn({ sessionId }), member === undefined ? undefined : eq(memberId, member));
      await database.run((db) => db.delete(titleGrabs).where(whose));
    },

    async sweep({ beforeMs, partiesBeforeMs, max }, limit) {
      const gone = await database.run((db) => {
        const key = { place, contentId };
        const beyond = db.select(key).from(titleGrabs).orderBy(desc(grabbedAtMs), place, contentId).offset(max);
        const isOld = or(
          lt(grabbedAtMs, Math.floor(beforeMs)),
          and(like(place, 'session:%'), lt(grabbedAtMs, Math.floor(partiesBeforeMs))),
        );
        const old = db.select(key).from(titleGrabs).where(isOld);
        const keys = sql`(select place, content_id from ((${beyond}) union (${old})) as old limit ${limit})`;
        return db.delete(titleGrabs).where(sql`(${place}, ${contentId}) in ${keys}`).returning({ contentId });
      });
      return gone.length;
    },
  };
}

function puts(database: Database): Pick<GrabStore, 'putOwn' | 'putOfParty'> {
  return {
    async putOwn(grab) {
      const of = { viewerId: grab.viewerId };
      const row = rowOf(of, grab);
      await database.transaction(async (db) => {
        await db
          .insert(titleGrabs)
          .values(row)
          .onConflictDoUpdate({ target: [place, contentId], set: row });
        await bound(db, of, GRABS_OF_VIEWER_MAX);
      });
    },

    putOfParty(sessionId, grab, by) {
      const of = { sessionId };
      const row = { ...rowOf(of, grab), memberId: by.memberId, byHost: by.isHost };
      return database.transaction(async (db) => {
        const put = await db
          .insert(titleGrabs)
          .values(row)
          // A host's replaces whatever there is; anybody else's their own.
          .onConflictDoUpdate({
            target: [place, contentId],
            set: row,
            setWhere: sql`${by.isHost} or (${memberId} = ${by.memberId} and not ${byHost})`,
          })
          .returning({ contentId });
        await bound(db, of, GRABS_OF_SESSION_MAX);
        return put.length > 0;
      });
    },
  };
}

function copies(database: Database): Pick<GrabStore, 'copy' | 'uncopy'> {
  return {
    async copy(fromViewerId, toViewerId) {
      const [from, to] = [{ viewerId: fromViewerId }, { viewerId: toViewerId }];
      await database.transaction(async (db) => {
        await db.execute(sql`
          insert into ${titleGrabs} (place, content_id, viewer_id, picture, picture_tag, grabbed_at_ms)
          select ${placeOf(to)}, content_id, ${toViewerId}, picture, picture_tag, grabbed_at_ms from ${titleGrabs} where ${isIn(from)}
          on conflict do nothing`);
        await bound(db, to, GRABS_OF_VIEWER_MAX);
      });
    },

    async uncopy(fromViewerId, toViewerId) {
      const [from, to] = [placeOf({ viewerId: fromViewerId }), placeOf({ viewerId: toViewerId })];
      await database.run((db) =>
        db.execute(sql`
          delete from ${titleGrabs} as copied using ${titleGrabs} as original
          where copied.place = ${to} and original.place = ${from} and copied.content_id = original.content_id
            and copied.picture_tag = original.picture_tag and copied.grabbed_at_ms = original.grabbed_at_ms`),
      );
    },
  };
}
