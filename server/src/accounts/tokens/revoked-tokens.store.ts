import { and, asc, eq, gt, inArray, lt, or } from 'drizzle-orm';
import type { Database, Sql } from '../../platform/database/database.ts';
import { accountDevices, accountRevokedTokens } from '../accounts.schema.ts';

/** A token that was revoked, or counts again. */
export interface RevokedToken {
  /** A `viewerId` or a device's id. */
  readonly subject: string;
  readonly revokedAtMs: number;
  readonly restored: boolean;
}

/** Where a page ended. */
export interface RevokedPosition {
  readonly atMs: number;
  readonly subject: string;
}

/** The durable list of revoked tokens. */
export type RevokedTokensStore = ReturnType<typeof createRevokedTokensStore>;

export function createRevokedTokensStore(database: Database) {
  return {
    /** What was revoked or restored at or after a position, the oldest first; at most so many. */
    page: ({ atMs, subject }: RevokedPosition, limit: number): Promise<readonly RevokedToken[]> => {
      const at = Math.floor(atMs);
      const { revokedAtMs, subject: id, restored } = accountRevokedTokens;
      const beyond = or(gt(revokedAtMs, at), and(eq(revokedAtMs, at), gt(id, subject)));
      return database.run((db) =>
        db
          .select({ subject: id, revokedAtMs, restored })
          .from(accountRevokedTokens)
          .where(beyond)
          .orderBy(asc(revokedAtMs), asc(id))
          .limit(limit),
      );
    },

    /** Forgets devices whose tokens have run out by themselves. */
    async expire(devicesBeforeMs: number): Promise<void> {
      const old = and(eq(accountRevokedTokens.forDevice, true), lt(accountRevokedTokens.revokedAtMs, Math.floor(devicesBeforeMs)));
      await database.run((db) => db.delete(accountRevokedTokens).where(old));
    },
  };
}

/** Revokes the tokens of devices and forgets what stands behind them, in the transaction of the caller. */
export async function revokeDevices(db: Sql, deviceIds: readonly string[], nowMs: number): Promise<void> {
  if (deviceIds.length === 0) return;
  await db.delete(accountDevices).where(inArray(accountDevices.id, [...deviceIds]));
  const revoked = deviceIds.map((subject) => ({ subject, revokedAtMs: Math.floor(nowMs), forDevice: true }));
  await db.insert(accountRevokedTokens).values(revoked).onConflictDoNothing();
}

/** Revokes a guest's token, or restores it, in the transaction of the caller, behind others that do so with the same guest. */
export async function revokeViewer(db: Sql, viewerId: string, nowMs: number, restored = false): Promise<void> {
  const revoked = { revokedAtMs: Math.floor(nowMs), forDevice: false, restored };
  await db
    .insert(accountRevokedTokens)
    .values({ subject: viewerId, ...revoked })
    .onConflictDoUpdate({ target: accountRevokedTokens.subject, set: revoked });
}
