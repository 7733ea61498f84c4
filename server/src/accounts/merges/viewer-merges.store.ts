import { CodedError } from '@cowatch/shared/protocol';
import { and, asc, desc, eq, inArray, lte, notInArray, type SQL, sql } from 'drizzle-orm';
import type { Database, Sql } from '../../platform/database/database.ts';
import { MERGE_SETTLES_MS } from '../accounts.limits.ts';
import { accountDevices, accountUsers, accountViewerMerges, type ViewerMergePhase } from '../accounts.schema.ts';
import { revokeDevices, revokeViewer } from '../tokens/revoked-tokens.store.ts';

/** What becomes of what a viewer leaves behind who is one no more. */
export interface ViewerMerge {
  readonly viewerId: string;
  /** Whose it is to be; null where it is nobody's. */
  readonly toViewerId: string | null;
  readonly atMs: number;
  readonly phase: ViewerMergePhase;
  readonly cursor: string | null;
  /** Titles that are done in this phase, of about how many. */
  readonly moved: number;
  readonly total: number;
  /** Nobody works on it before; null where nothing is left to do. */
  readonly dueAtMs: number | null;
}

/** What a step has come to. */
export type ViewerMergeProgress = Pick<ViewerMerge, 'phase' | 'cursor' | 'moved' | 'dueAtMs'>;

/** As long as a guest is on the way to an account, or there: what they said is that account's. */
const THERE: readonly ViewerMergePhase[] = ['moving', 'settling', 'brought', 'kept'];

/** The durable queue of merges. */
export type ViewerMergesStore = ReturnType<typeof createViewerMergesStore>;

export function createViewerMergesStore(database: Database) {
  const { viewerId: ofViewer, toViewerId: toViewer, phase, dueAtMs } = accountViewerMerges;
  const find = (where: SQL | undefined, limit?: number): Promise<readonly ViewerMerge[]> =>
    database.run((db) => {
      const found = db.select().from(accountViewerMerges).where(where).orderBy(desc(accountViewerMerges.atMs));
      return limit === undefined ? found : found.limit(limit);
    });

  return {
    /**
     * A guest is to be brought along: their token is revoked from now on. Once it is so it stays so.
     * @returns how that stands; where it was brought to somebody else before, theirs
     * @throws CodedError `conflict` where the guest has an account; `unauthenticated` where there is no such account
     */
    bring: (guestId: string, toViewerId: string, total: number, nowMs: number): Promise<ViewerMerge> =>
      database.transaction(async (db) => {
        await revokeViewer(db, guestId, nowMs);
        // Erasing an account waits for this, or this for that.
        const [account] = await db.select().from(accountUsers).where(eq(accountUsers.viewerId, toViewerId)).for('share');
        if (account === undefined) throw new CodedError('unauthenticated', 'This account is no more.');
        const [user] = await db.select().from(accountUsers).where(eq(accountUsers.viewerId, guestId));
        if (user !== undefined) throw new CodedError('conflict', 'This guest has an account.');
        const [known] = await db.select().from(accountViewerMerges).where(eq(ofViewer, guestId)).for('update');
        if (known !== undefined && known.phase !== 'undone') return known;
        const atMs = Math.floor(nowMs);
        const begun = {
          toViewerId,
          atMs,
          phase: 'moving' as const,
          cursor: null,
          moved: 0,
          total,
          dueAtMs: atMs,
          // What was taken over before and not given back yet is this account's again.
          sessionIds: known?.toViewerId === toViewerId ? known.sessionIds : [],
        };
        await db
          .insert(accountViewerMerges)
          .values({ viewerId: guestId, ...begun })
          .onConflictDoUpdate({ target: ofViewer, set: begun });
        return { viewerId: guestId, ...begun };
      }),

    /** Begins to take a guest out of an account again. Null where they are not in it, or for longer than can be undone. */
    async undo(guestId: string, toViewerId: string): Promise<ViewerMerge | null> {
      const own = and(eq(ofViewer, guestId), eq(toViewer, toViewerId));
      const open = and(own, inArray(phase, ['moving', 'settling', 'brought']));
      await database.run((db) =>
        db
          .update(accountViewerMerges)
          // Whoever is at a page of it has until their lease runs out to finish it; what only waits begins now.
          .set({
            phase: 'undoing',
            cursor: null,
            moved: 0,
            dueAtMs: sql`case
              when ${phase} = 'brought' then 0
              when ${phase} = 'settling' and ${dueAtMs} <= ${accountViewerMerges.atMs} + ${MERGE_SETTLES_MS} then 0
              else ${dueAtMs} end`,
          })
          .where(open),
      );
      const [found] = await find(and(own, inArray(phase, ['undoing', 'undone'])));
      return found ?? null;
    },

    /** A guest was taken out again: their token counts once more. */
    async undone({ viewerId, dueAtMs: leasedUntilMs }: ViewerMerge, nowMs: number): Promise<boolean> {
      return database.transaction(async (db) => {
        const fence = and(eq(ofViewer, viewerId), eq(phase, 'undoing'), eq(dueAtMs, leasedUntilMs ?? 0));
        const done = { phase: 'undone' as const, cursor: null, dueAtMs: null };
        const { rowCount } = await db.update(accountViewerMerges).set(done).where(fence);
        if ((rowCount ?? 0) === 0) return false;
        await revokeViewer(db, viewerId, nowMs, true);
        return true;
      });
    },

    /** A guest wants to be forgotten. */
    leave: (viewerId: string, nowMs: number): Promise<void> =>
      database.transaction(async (db) => {
        await revokeViewer(db, viewerId, nowMs);
        await leaving(db, [viewerId], nowMs);
      }),

    /**
     * Forgets an account with all that belongs to it, the guests who were brought along among it; those who are being
     * taken out are guests again. What features keep of whoever leaves is to be erased.
     */
    removeUser: (userId: string, viewerId: string, nowMs: number) =>
      database.transaction(async (db) => {
        await db.select().from(accountUsers).where(eq(accountUsers.id, userId)).for('update');
        const devices = await db.select({ id: accountDevices.id }).from(accountDevices).where(eq(accountDevices.userId, userId));
        const deviceIds = devices.map(({ id }) => id);
        await revokeDevices(db, deviceIds, nowMs);
        await db.delete(accountUsers).where(eq(accountUsers.id, userId));
        const guests = await db.select().from(accountViewerMerges).where(eq(toViewer, viewerId)).for('update');
        const those = (...phases: ViewerMergePhase[]) =>
          guests.filter((guest) => phases.includes(guest.phase)).map((guest) => guest.viewerId);
        const restored = those('undoing');
        for (const guestId of restored) await revokeViewer(db, guestId, nowMs, true);
        // Nothing says any more who they were.
        await db.delete(accountViewerMerges).where(eq(toViewer, viewerId));
        const left = [viewerId, ...those('moving', 'settling', 'brought')];
        await leaving(db, left, nowMs);
        return { deviceIds, left, restored };
      }),

    /** Leases what is due first; null where nothing is. Another one leases it where this one says nothing until then. */
    async take(nowMs: number, untilMs: number): Promise<ViewerMerge | null> {
      const [taken] = await database.transaction(async (db) => {
        const [first] = await db
          .select({ viewerId: ofViewer })
          .from(accountViewerMerges)
          .where(lte(dueAtMs, Math.floor(nowMs)))
          .orderBy(asc(dueAtMs))
          .limit(1)
          .for('update', { skipLocked: true });
        if (first === undefined) return [];
        return db
          .update(accountViewerMerges)
          .set({ dueAtMs: Math.floor(untilMs) })
          .where(eq(ofViewer, first.viewerId))
          .returning();
      });
      return taken ?? null;
    },

    /** Writes down what a step has come to, unless it was decided otherwise meanwhile: then that may begin. */
    async advance({ viewerId, phase: was, dueAtMs: leasedUntilMs }: ViewerMerge, progress: ViewerMergeProgress) {
      const fence = and(eq(ofViewer, viewerId), eq(dueAtMs, leasedUntilMs ?? 0));
      const { rowCount } = await database.run((db) =>
        db
          .update(accountViewerMerges)
          .set(progress)
          .where(and(fence, eq(phase, was))),
      );
      if ((rowCount ?? 0) > 0) return;
      await database.run((db) => db.update(accountViewerMerges).set({ dueAtMs: 0 }).where(fence));
    },

    /** Guests on their way to an account, in it or out of it again, the latest first. */
    toAccount: (viewerId: string, limit: number): Promise<readonly ViewerMerge[]> =>
      find(and(eq(toViewer, viewerId), inArray(phase, [...THERE, 'undoing'])), limit),

    /** What becomes of a guest; null where they never left. */
    async phaseOf(guestId: string): Promise<ViewerMergePhase | null> {
      return (await find(eq(ofViewer, guestId), 1))[0]?.phase ?? null;
    },

    async isFormer(viewerId: string, toViewerId: string): Promise<boolean> {
      const both = and(eq(ofViewer, viewerId), eq(toViewer, toViewerId), inArray(phase, [...THERE]));
      return (await find(both, 1)).length > 0;
    },

    /**
     * Whose roles in a party are this viewer's: those of guests who are in their account; of a guest who was taken out
     * again, the account that took their roles over in this party.
     */
    async predecessors(viewerId: string, sessionId: string): Promise<readonly string[]> {
      const inIt = sql`${accountViewerMerges.sessionIds} ? ${sessionId}`;
      const [came, went] = await Promise.all([
        find(and(eq(toViewer, viewerId), inArray(phase, [...THERE]))),
        find(and(eq(ofViewer, viewerId), eq(phase, 'undone'), inIt)),
      ]);
      return [...came.map((guest) => guest.viewerId), ...went.flatMap(({ toViewerId }) => toViewerId ?? [])];
    },

    /** Remembers in which party an account takes over what its guests were: there it can be given back. */
    async tookOver(guestIds: readonly string[], toViewerId: string, sessionId: string): Promise<void> {
      const them = and(inArray(ofViewer, [...guestIds]), eq(toViewer, toViewerId));
      const { sessionIds } = accountViewerMerges;
      const added = sql`(${sessionIds} - ${sessionId}::text) || to_jsonb(${sessionId}::text)`;
      await database.run((db) => db.update(accountViewerMerges).set({ sessionIds: added }).where(them));
    },

    /** What a guest had in a party is theirs again. */
    async gaveBack(guestId: string, sessionId: string): Promise<void> {
      const left = sql`${accountViewerMerges.sessionIds} - ${sessionId}::text`;
      await database.run((db) => db.update(accountViewerMerges).set({ sessionIds: left }).where(eq(ofViewer, guestId)));
    },
  };
}

/** Is this viewer an account's already, or gone? In the transaction of whoever calls. */
export async function isSomebody(db: Sql, viewerId: string): Promise<boolean> {
  const found = await db
    .select()
    .from(accountViewerMerges)
    .where(and(eq(accountViewerMerges.viewerId, viewerId), notInArray(accountViewerMerges.phase, ['undone'])));
  return found.length > 0;
}

/** Nothing is to be left of them once what is on its way has come. */
async function leaving(db: Sql, viewerIds: readonly string[], nowMs: number): Promise<void> {
  const atMs = Math.floor(nowMs);
  const leave = {
    toViewerId: null,
    atMs,
    phase: 'leaving' as const,
    cursor: null,
    moved: 0,
    total: 0,
    sessionIds: [],
    dueAtMs: atMs + MERGE_SETTLES_MS,
  };
  await db
    .insert(accountViewerMerges)
    .values(viewerIds.map((viewerId) => ({ viewerId, ...leave })))
    .onConflictDoUpdate({ target: accountViewerMerges.viewerId, set: leave });
}
