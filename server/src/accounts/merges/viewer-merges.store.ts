import { CodedError } from '@cowatch/shared/protocol';
import { and, asc, desc, eq, inArray, lte, notInArray, sql } from 'drizzle-orm';
import type { Database, Sql } from '../../platform/database/database.ts';
import { MERGE_SETTLES_MS } from '../accounts.limits.ts';
import { accountDevices, accountUsers, accountViewerMerges, type ViewerMergePhase } from '../accounts.schema.ts';
import { revokeDevices, revokeViewer } from '../tokens/revoked-tokens.store.ts';

/** A viewer who is one no more: merged into an account, or erased. */
export interface ViewerMerge {
  readonly viewerId: string;
  /** Whose what they have is to be; null where it is to be erased. */
  readonly toViewerId: string | null;
  readonly atMs: number;
  readonly phase: ViewerMergePhase;
  readonly cursor: string | null;
  /** Titles that are done in this phase, of about how many. */
  readonly moved: number;
  readonly total: number;
  /** When the job is due: a lease, a pause, or the time of its next phase; null where nothing is left to do. */
  readonly dueAtMs: number | null;
}

/** Progress of a merge after a step. */
export type ViewerMergeProgress = Pick<ViewerMerge, 'phase' | 'cursor' | 'moved' | 'dueAtMs'>;

/** A guest who is to be merged, into which account. */
export interface NewMerge {
  readonly guestId: string;
  readonly toViewerId: string;
  /** About how many titles there are. */
  readonly total: number;
}

/** The durable job queue of merges: a row is the job, its lease and its progress in one. */
export type ViewerMergesStore = ReturnType<typeof createViewerMergesStore>;

const { viewerId: ofViewer, toViewerId: toViewer, phase, dueAtMs } = accountViewerMerges;

export function createViewerMergesStore(database: Database) {
  return {
    /**
     * Enqueues the merge of a guest into an account, whose token is revoked from now on. Idempotent.
     * @returns the merge as it stands; where the guest was merged into another account before, that one
     * @throws CodedError `conflict` where the guest has an account; `unauthenticated` where there is no such account
     */
    bring: (merge: NewMerge, nowMs: number): Promise<ViewerMerge> => database.transaction((db) => bring(db, merge, nowMs)),

    /** Whether `bring` would refuse a guest: they have an account, or were merged into another one. Reads only. */
    isTaken: (guestId: string, toViewerId: string): Promise<boolean> =>
      database.run(async (db) => {
        const [user] = await db.select({ id: accountUsers.id }).from(accountUsers).where(eq(accountUsers.viewerId, guestId));
        const [known] = await db.select().from(accountViewerMerges).where(eq(ofViewer, guestId));
        return user !== undefined || (known !== undefined && known.phase !== 'undone' && !isMergedInto(known, toViewerId));
      }),

    /** Begins to take a guest out of an account again. Null where they are not in it, or for longer than can be undone. */
    async undo(guestId: string, toViewerId: string): Promise<ViewerMerge | null> {
      const own = and(eq(ofViewer, guestId), eq(toViewer, toViewerId));
      const open = and(own, inArray(phase, ['moving', 'settling', 'brought']));
      await database.run((db) => db.update(accountViewerMerges).set(UNDOING).where(open));
      const undoing = and(own, inArray(phase, ['undoing', 'undone']));
      const [found] = await database.run((db) =>
        db.select().from(accountViewerMerges).where(undoing).orderBy(desc(accountViewerMerges.atMs)),
      );
      return found ?? null;
    },

    /** A guest was taken out again: their token counts once more. */
    undone: (merge: ViewerMerge, nowMs: number): Promise<boolean> =>
      database.transaction(async (db) => {
        const done = { phase: 'undone' as const, cursor: null, dueAtMs: null };
        const { rowCount } = await db
          .update(accountViewerMerges)
          .set(done)
          .where(and(fenceOf(merge), eq(phase, 'undoing')));
        if ((rowCount ?? 0) === 0) return false;
        await revokeViewer(db, merge.viewerId, nowMs, true);
        return true;
      }),

    /** Enqueues the erasure of a guest, whose token is revoked. */
    leave: (viewerId: string, nowMs: number): Promise<void> =>
      database.transaction(async (db) => {
        await revokeViewer(db, viewerId, nowMs);
        await leaving(db, [viewerId], nowMs);
      }),

    /**
     * Forgets an account with all that belongs to it, the guests who were brought along among it; those who are being
     * taken out are guests again. What features keep of those who left is to be erased.
     */
    removeUser: (userId: string, viewerId: string, nowMs: number) => database.transaction((db) => removeUser(db, userId, viewerId, nowMs)),

    /** Leases the job that is due first until a time, when another instance may lease it; null where none is due. */
    take: (nowMs: number, untilMs: number): Promise<ViewerMerge | null> => database.transaction((db) => take(db, nowMs, untilMs)),

    /** Commits the progress of a step behind the fence of its lease, unless the phase was changed meanwhile: then that one is due. */
    async advance(merge: ViewerMerge, progress: ViewerMergeProgress): Promise<void> {
      const inPhase = and(fenceOf(merge), eq(phase, merge.phase));
      const { rowCount } = await database.run((db) => db.update(accountViewerMerges).set(progress).where(inPhase));
      if ((rowCount ?? 0) > 0) return;
      await database.run((db) => db.update(accountViewerMerges).set({ dueAtMs: 0 }).where(fenceOf(merge)));
    },
  };
}

/** What a merge becomes that is undone. A page that is leased may be finished until its lease runs out; what only waits begins now. */
const UNDOING = {
  phase: 'undoing' as const,
  cursor: null,
  moved: 0,
  dueAtMs: sql`case
    when ${phase} = 'brought' then 0
    when ${phase} = 'settling' and ${dueAtMs} <= ${accountViewerMerges.atMs} + ${MERGE_SETTLES_MS} then 0
    else ${dueAtMs} end`,
};

/** The fence of a lease: what was leased is still leased by the same one. */
const fenceOf = ({ viewerId, dueAtMs: leasedUntilMs }: ViewerMerge) => and(eq(ofViewer, viewerId), eq(dueAtMs, leasedUntilMs ?? 0));

/** Whether a guest is an account's, and is not just being taken out of it. */
export const isMergedInto = (merge: Pick<ViewerMerge, 'toViewerId' | 'phase'>, viewerId: string): boolean =>
  merge.toViewerId === viewerId && merge.phase !== 'undoing';

async function bring(db: Sql, { guestId, toViewerId, total }: NewMerge, nowMs: number): Promise<ViewerMerge> {
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
}

async function take(db: Sql, nowMs: number, untilMs: number): Promise<ViewerMerge | null> {
  const [first] = await db
    .select({ viewerId: ofViewer })
    .from(accountViewerMerges)
    .where(lte(dueAtMs, Math.floor(nowMs)))
    .orderBy(asc(dueAtMs))
    .limit(1)
    .for('update', { skipLocked: true });
  if (first === undefined) return null;
  const [taken] = await db
    .update(accountViewerMerges)
    .set({ dueAtMs: Math.floor(untilMs) })
    .where(eq(ofViewer, first.viewerId))
    .returning();
  return taken ?? null;
}

async function removeUser(db: Sql, userId: string, viewerId: string, nowMs: number) {
  await db.select().from(accountUsers).where(eq(accountUsers.id, userId)).for('update');
  const devices = await db.select({ id: accountDevices.id }).from(accountDevices).where(eq(accountDevices.userId, userId));
  const deviceIds = devices.map(({ id }) => id);
  await revokeDevices(db, deviceIds, nowMs);
  await db.delete(accountUsers).where(eq(accountUsers.id, userId));
  const guests = await db.select().from(accountViewerMerges).where(eq(toViewer, viewerId)).for('update');
  const those = (...phases: ViewerMergePhase[]) => guests.filter((guest) => phases.includes(guest.phase)).map((guest) => guest.viewerId);
  const restored = those('undoing');
  for (const guestId of restored) await revokeViewer(db, guestId, nowMs, true);
  // Nothing says any more who they were.
  await db.delete(accountViewerMerges).where(eq(toViewer, viewerId));
  const left = [viewerId, ...those('moving', 'settling', 'brought')];
  await leaving(db, left, nowMs);
  return { deviceIds, left, restored };
}

/** Whether this viewer was merged into an account, or erased. In the transaction of the caller. */
export async function isMergedOrErased(db: Sql, viewerId: string): Promise<boolean> {
  const found = await db
    .select()
    .from(accountViewerMerges)
    .where(and(eq(ofViewer, viewerId), notInArray(phase, ['undone'])));
  return found.length > 0;
}

/** Enqueues erasures, due once what is on its way has come. */
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
    .onConflictDoUpdate({ target: ofViewer, set: leave });
}
