import { and, asc, eq, gt, inArray, lt, or } from 'drizzle-orm';
import type { Database, Sql } from '../platform/database/database.ts';
import { accountDevices, accountEnded } from './accounts.schema.ts';

/** A token that was revoked, or counts again. */
export interface EndedToken {
  /** A `viewerId` or a device's id. */
  readonly subject: string;
  readonly endedAtMs: number;
  readonly restored: boolean;
}

/** Where a page ended. */
export interface EndedPosition {
  readonly atMs: number;
  readonly subject: string;
}

/** The durable list of revoked tokens. */
export type EndedStore = ReturnType<typeof createEndedStore>;

export function createEndedStore(database: Database) {
  return {
    /** What was revoked or restored at or after a position, the oldest first; at most so many. */
    page: ({ atMs, subject }: EndedPosition, limit: number): Promise<readonly EndedToken[]> => {
      const at = Math.floor(atMs);
      const { endedAtMs, subject: id, restored } = accountEnded;
      const beyond = or(gt(endedAtMs, at), and(eq(endedAtMs, at), gt(id, subject)));
      return database.run((db) =>
        db.select({ subject: id, endedAtMs, restored }).from(accountEnded).where(beyond).orderBy(asc(endedAtMs), asc(id)).limit(limit),
      );
    },

    /** Forgets devices whose tokens have run out by themselves. */
    async expire(devicesBeforeMs: number): Promise<void> {
      const old = and(eq(accountEnded.forDevice, true), lt(accountEnded.endedAtMs, Math.floor(devicesBeforeMs)));
      await database.run((db) => db.delete(accountEnded).where(old));
    },
  };
}

/** Revokes the tokens of devices and forgets what stands behind them, in the transaction of whoever calls. */
export async function endDevices(db: Sql, deviceIds: readonly string[], nowMs: number): Promise<void> {
  if (deviceIds.length === 0) return;
  await db.delete(accountDevices).where(inArray(accountDevices.id, [...deviceIds]));
  const ended = deviceIds.map((subject) => ({ subject, endedAtMs: Math.floor(nowMs), forDevice: true }));
  await db.insert(accountEnded).values(ended).onConflictDoNothing();
}

/** Revokes a guest's token, or restores it, likewise. Whoever does so waits for others who do it with the same guest. */
export async function endViewer(db: Sql, viewerId: string, nowMs: number, restored = false): Promise<void> {
  const ended = { endedAtMs: Math.floor(nowMs), forDevice: false, restored };
  await db
    .insert(accountEnded)
    .values({ subject: viewerId, ...ended })
    .onConflictDoUpdate({ target: accountEnded.subject, set: ended });
}
