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
        const [known] = await db.select().from(accountFailures).where(eq(accountFailures.username, counter)).for('update');
        if (known !== undefined && known.lockedUntilMs > nowMs) return { lockedUntilMs: known.lockedUntilMs };
        const failures = (known?.failures ?? 0) + 1;
        const row = { failures, lastAtMs: Math.floor(nowMs), lockedUntilMs: Math.floor(nowMs + lockMs(failures)) };
        await db
          .insert(accountFailures)
          .values({ username: counter, ...row })
          .onConflictDoUpdate({ target: accountFailures.username, set: row });
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
