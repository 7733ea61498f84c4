import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { accountViewerMerges, type ViewerMergePhase } from '../accounts.schema.ts';
import type { ViewerMerge } from './viewer-merges.store.ts';

/** As long as a guest is on the way to an account, or there: what they said is that account's. */
const THERE: readonly ViewerMergePhase[] = ['moving', 'settling', 'brought', 'kept'];

/** Which guests are in which account, and what an account took over from them in parties. */
export type MergedViewersStore = ReturnType<typeof createMergedViewersStore>;

export function createMergedViewersStore(database: Database) {
  const { viewerId: ofViewer, toViewerId: toViewer, phase, sessionIds } = accountViewerMerges;
  const find = (where: SQL | undefined, limit?: number): Promise<readonly ViewerMerge[]> =>
    database.run((db) => {
      const found = db.select().from(accountViewerMerges).where(where).orderBy(desc(accountViewerMerges.atMs));
      return limit === undefined ? found : found.limit(limit);
    });

  return {
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
      const inIt = sql`${sessionIds} ? ${sessionId}`;
      const [came, went] = await Promise.all([
        find(and(eq(toViewer, viewerId), inArray(phase, [...THERE]))),
        find(and(eq(ofViewer, viewerId), eq(phase, 'undone'), inIt)),
      ]);
      return [...came.map((guest) => guest.viewerId), ...went.flatMap(({ toViewerId }) => toViewerId ?? [])];
    },

    /** Remembers in which party an account takes over what its guests were: there it can be given back. */
    async tookOver(guestIds: readonly string[], toViewerId: string, sessionId: string): Promise<void> {
      const them = and(inArray(ofViewer, [...guestIds]), eq(toViewer, toViewerId));
      const added = sql`(${sessionIds} - ${sessionId}::text) || to_jsonb(${sessionId}::text)`;
      await database.run((db) => db.update(accountViewerMerges).set({ sessionIds: added }).where(them));
    },

    /** What a guest had in a party is theirs again. */
    async gaveBack(guestId: string, sessionId: string): Promise<void> {
      const left = sql`${sessionIds} - ${sessionId}::text`;
      await database.run((db) => db.update(accountViewerMerges).set({ sessionIds: left }).where(eq(ofViewer, guestId)));
    },
  };
}
