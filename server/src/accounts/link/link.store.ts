import { and, eq, gte, isNull, lt } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { accountDeviceCodes } from '../accounts.schema.ts';
import { brokenConstraint, randomId } from '../sql.ts';

/** A code of a device that asks to be signed in. */
export interface DeviceCodeRow {
  readonly id: string;
  readonly deviceCode: string;
  readonly userCode: string;
  /** The account that looked at it first, which alone may answer it; null where none has. */
  readonly userId: string | null;
  readonly clientId: string;
  /** What the device calls itself; empty where it did not say. */
  readonly name: string;
  readonly status: 'pending' | 'approved' | 'denied';
  readonly expiresAtMs: number;
  readonly lastPolledAtMs: number | null;
}

/** Codes of devices that ask to be signed in (RFC 8628). */
export type LinkStore = ReturnType<typeof createLinkStore>;

export function createLinkStore(database: Database) {
  const pending = (id: string) => and(eq(accountDeviceCodes.id, id), eq(accountDeviceCodes.status, 'pending'));
  return {
    /** Returns false where one of the codes is in use. */
    async add(code: Pick<DeviceCodeRow, 'deviceCode' | 'userCode' | 'clientId' | 'name' | 'expiresAtMs'>): Promise<boolean> {
      const { expiresAtMs, ...row } = code;
      const fresh = { id: randomId(), ...row, expiresAt: new Date(expiresAtMs), status: 'pending' };
      try {
        await database.run((db) => db.insert(accountDeviceCodes).values(fresh));
        return true;
      } catch (error) {
        if (brokenConstraint(error) === null) throw error;
        return false;
      }
    },

    async find(which: { deviceCode: string } | { userCode: string }): Promise<DeviceCodeRow | null> {
      const { deviceCode, userCode } = accountDeviceCodes;
      const where = 'deviceCode' in which ? eq(deviceCode, which.deviceCode) : eq(userCode, which.userCode);
      const [found] = await database.run((db) => db.select().from(accountDeviceCodes).where(where));
      return found === undefined ? null : rowOf(found);
    },

    async polled(id: string, nowMs: number): Promise<void> {
      await database.run((db) =>
        db
          .update(accountDeviceCodes)
          .set({ lastPolledAt: new Date(nowMs) })
          .where(eq(accountDeviceCodes.id, id)),
      );
    },

    /** Claims a code that no account has looked at. Returns whether it was so. */
    async claim(id: string, userId: string): Promise<boolean> {
      const free = and(pending(id), isNull(accountDeviceCodes.userId));
      const { rowCount } = await database.run((db) => db.update(accountDeviceCodes).set({ userId }).where(free));
      return (rowCount ?? 0) > 0;
    },

    /** Answers a code that is this account's to answer. Returns whether it was. */
    async answer(id: string, userId: string, status: 'approved' | 'denied', nowMs: number): Promise<boolean> {
      const own = and(pending(id), eq(accountDeviceCodes.userId, userId), gte(accountDeviceCodes.expiresAt, new Date(nowMs)));
      const { rowCount } = await database.run((db) => db.update(accountDeviceCodes).set({ status }).where(own));
      return (rowCount ?? 0) > 0;
    },

    /** Takes an approved code, which signs in once. Returns whose device it is; null where another one took it. */
    async redeem(id: string): Promise<string | null> {
      const approved = and(eq(accountDeviceCodes.id, id), eq(accountDeviceCodes.status, 'approved'));
      const [taken] = await database.run((db) => db.delete(accountDeviceCodes).where(approved).returning());
      return taken?.userId ?? null;
    },

    async remove(id: string): Promise<void> {
      await database.run((db) => db.delete(accountDeviceCodes).where(eq(accountDeviceCodes.id, id)));
    },

    /** Removes codes that have run out. */
    async expire(nowMs: number): Promise<void> {
      await database.run((db) => db.delete(accountDeviceCodes).where(lt(accountDeviceCodes.expiresAt, new Date(nowMs))));
    },
  };
}

const rowOf = (row: typeof accountDeviceCodes.$inferSelect): DeviceCodeRow => ({
  id: row.id,
  deviceCode: row.deviceCode,
  userCode: row.userCode,
  userId: row.userId,
  clientId: row.clientId ?? '',
  name: row.name,
  status: row.status as DeviceCodeRow['status'],
  expiresAtMs: row.expiresAt.getTime(),
  lastPolledAtMs: row.lastPolledAt?.getTime() ?? null,
});
