import { eq, inArray, lt } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { accountFailures } from '../accounts.schema.ts';

/** Wrong passwords in a row, by what they were tried for. */
export type AttemptsStore = ReturnType<typeof createAttemptsStore>;

export function createAttemptsStore(database: Database) {
  return {
    /** A wrong password until proven right: counted, unless it is refused until the returned time. */
    async count(counter: string, nowMs: number, lockMs: (failures: number) => number) {
      return database.transaction(async (db) => {
        const lastAtMs = Math.floor(nowMs);
        // Locks the row also where it is the first attempt: those of the same moment wait, and are counted each.
        const [known] = await db
          .insert(accountFailures)
          .values({ username: counter, failures: 0, lastAtMs, lockedUntilMs: 0 })
          .onConflictDoUpdate({ target: accountFailures.username, set: { username: counter } })
          .returning();
        if (known !== undefined && known.lockedUntilMs > nowMs) return { lockedUntilMs: known.lockedUntilMs };
        const failures = (known?.failures ?? 0) + 1;
        const lockedForMs = lockMs(failures);
        // None at all, rather than one until now: `now` of an attempt that waited for this row is earlier.
        const row = { failures, lastAtMs, lockedUntilMs: lockedForMs === 0 ? 0 : Math.floor(nowMs + lockedForMs) };
        await db.update(accountFailures).set(row).where(eq(accountFailures.username, counter));
        return { lockedUntilMs: 0 };
      });
    },

    async forget(counters: readonly string[]): Promise<void> {
      await database.run((db) => db.delete(accountFailures).where(inArray(accountFailures.username, [...counters])));
    },

    async expire(beforeMs: number): Promise<void> {
      await database.run((db) => db.delete(accountFailures).where(lt(accountFailures.lastAtMs, Math.floor(beforeMs))));
    },
  };
}
