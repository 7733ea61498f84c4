import type { Passkey } from '@cowatch/shared/protocol';
import { and, count, eq, lt } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { accountPasskeys, accountVerifications } from '../accounts.schema.ts';
import { brokenConstraint, randomId } from '../sql.ts';

export type PasskeyRow = typeof accountPasskeys.$inferSelect;

/** Passkeys, and the challenges that are out for them. */
export type PasskeysStore = ReturnType<typeof createPasskeysStore>;

export function createPasskeysStore(database: Database) {
  return {
    async list(userId: string): Promise<readonly Passkey[]> {
      const found = await database.run((db) =>
        db.select().from(accountPasskeys).where(eq(accountPasskeys.userId, userId)).orderBy(accountPasskeys.createdAt),
      );
      return found.map(({ id, name, createdAt }) => ({ id, name: name ?? '', createdAtMs: createdAt?.getTime() ?? 0 }));
    },

    async count(userId: string): Promise<number> {
      const [found] = await database.run((db) => db.select({ n: count() }).from(accountPasskeys).where(eq(accountPasskeys.userId, userId)));
      return found?.n ?? 0;
    },

    /** What authenticators know each passkey of an account by. */
    credentials: (userId: string) =>
      database.run((db) =>
        db
          .select({ id: accountPasskeys.credentialID, transports: accountPasskeys.transports })
          .from(accountPasskeys)
          .where(eq(accountPasskeys.userId, userId)),
      ),

    async find(credentialId: string): Promise<PasskeyRow | null> {
      const [found] = await database.run((db) => db.select().from(accountPasskeys).where(eq(accountPasskeys.credentialID, credentialId)));
      return found ?? null;
    },

    /** Returns its id; null where an account has this passkey already. */
    async add(passkey: Omit<PasskeyRow, 'id'>): Promise<string | null> {
      const id = randomId();
      try {
        await database.run((db) => db.insert(accountPasskeys).values({ id, ...passkey }));
        return id;
      } catch (error) {
        if (brokenConstraint(error) === null) throw error;
        return null;
      }
    },

    async used(id: string, counter: number): Promise<void> {
      await database.run((db) => db.update(accountPasskeys).set({ counter }).where(eq(accountPasskeys.id, id)));
    },

    async remove(userId: string, id: string): Promise<boolean> {
      const own = and(eq(accountPasskeys.id, id), eq(accountPasskeys.userId, userId));
      const { rowCount } = await database.run((db) => db.delete(accountPasskeys).where(own));
      return (rowCount ?? 0) > 0;
    },

    async putChallenge(token: string, value: string, expiresAtMs: number, nowMs: number): Promise<void> {
      const at = new Date(nowMs);
      const row = { id: randomId(), identifier: token, value, expiresAt: new Date(expiresAtMs), createdAt: at, updatedAt: at };
      await database.run((db) => db.insert(accountVerifications).values(row));
    },

    /** Takes a challenge, once; null where there is none, or it has run out. */
    async takeChallenge(token: string, nowMs: number): Promise<string | null> {
      const [taken] = await database.run((db) =>
        db.delete(accountVerifications).where(eq(accountVerifications.identifier, token)).returning(),
      );
      return taken === undefined || taken.expiresAt.getTime() < nowMs ? null : taken.value;
    },

    /** Removes challenges that have run out. */
    async expire(nowMs: number): Promise<void> {
      await database.run((db) => db.delete(accountVerifications).where(lt(accountVerifications.expiresAt, new Date(nowMs))));
    },
  };
}
