import type { SignedInDevice } from '@cowatch/shared/protocol';
import { freeDeviceName } from '@cowatch/shared/resume';
import { and, desc, eq, lt, ne, type SQL } from 'drizzle-orm';
import type { Database, Sql } from '../../platform/database/database.ts';
import { accountDevices, accountUsers } from '../accounts.schema.ts';
import { randomId } from '../sql.ts';
import { revokeDevices } from '../tokens/revoked-tokens.store.ts';
import { DEVICE_TOKEN_LIFE_S } from '../tokens/viewer-tokens.ts';

/** An account, as one of its devices shows it. */
export interface KnownDevice {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly viewerId: string;
  readonly username: string;
  readonly createdAtMs: number;
}

/** A device that has just been signed in, and those that made room for it. */
export interface AddedDevice {
  readonly id: string;
  readonly viewerId: string;
  readonly surplus: readonly string[];
}

/** Signed-in devices. */
export type DevicesStore = ReturnType<typeof createDevicesStore>;

export function createDevicesStore(database: Database) {
  return {
    /** Signs a device in. Where the account has too many, the least used ones go. Null where there is no such account. */
    async add(userId: string, name: string, devicesMax: number, nowMs: number): Promise<AddedDevice | null> {
      return database.transaction(async (db) => {
        const viewerId = await lockUser(db, userId);
        if (viewerId === null) return null;
        const others = await devicesOf(db, userId);
        const id = await insertDevice(db, { userId, name: freeName(name, others) }, nowMs);
        const surplus = others.slice(devicesMax - 1).map((device) => device.id);
        await revokeDevices(db, surplus, nowMs);
        return { id, viewerId, surplus };
      });
    },

    async find(id: string): Promise<KnownDevice | null> {
      const [found] = await database.run((db) =>
        db
          .select({ device: accountDevices, user: accountUsers })
          .from(accountDevices)
          .innerJoin(accountUsers, eq(accountUsers.id, accountDevices.userId))
          .where(eq(accountDevices.id, id)),
      );
      if (found === undefined) return null;
      const { device, user } = found;
      const username = user.displayUsername ?? user.username;
      return { id, name: device.name, userId: user.id, viewerId: user.viewerId, username, createdAtMs: user.createdAt.getTime() };
    },

    async list(userId: string, currentId: string): Promise<readonly SignedInDevice[]> {
      const found = await database.run((db) => devicesOf(db, userId));
      return found.map(({ id, name, createdAt, updatedAt }) => ({
        id,
        name,
        current: id === currentId,
        createdAtMs: createdAt.getTime(),
        lastSeenAtMs: updatedAt.getTime(),
      }));
    },

    /** Returns whether there is such a device. One whose name another bears gets a number behind it. */
    async rename(userId: string, deviceId: string, name: string): Promise<boolean> {
      return database.transaction(async (db) => {
        await lockUser(db, userId);
        const others = (await devicesOf(db, userId)).filter(({ id }) => id !== deviceId);
        const own = and(eq(accountDevices.id, deviceId), eq(accountDevices.userId, userId));
        const { rowCount } = await db
          .update(accountDevices)
          .set({ name: freeName(name, others) })
          .where(own);
        return (rowCount ?? 0) > 0;
      });
    },

    /** Signs devices of an account out: one, or all but one. Returns which. */
    async signOut(userId: string, which: { id: string } | { allBut: string }, nowMs: number): Promise<readonly string[]> {
      const chosen = 'id' in which ? eq(accountDevices.id, which.id) : ne(accountDevices.id, which.allBut);
      return database.transaction((db) => signOutWhere(db, userId, chosen, nowMs));
    },

    async seen(deviceId: string, nowMs: number): Promise<void> {
      const times = { updatedAt: new Date(nowMs), expiresAt: expiryOf(nowMs) };
      await database.run((db) => db.update(accountDevices).set(times).where(eq(accountDevices.id, deviceId)));
    },

    /** Removes devices whose tokens have run out. */
    async expire(nowMs: number): Promise<void> {
      await database.run((db) => db.delete(accountDevices).where(lt(accountDevices.expiresAt, new Date(nowMs))));
    },
  };
}

/** A new device, in the transaction of the caller. Returns its id. */
export async function insertDevice(db: Sql, device: { userId: string; name: string }, nowMs: number): Promise<string> {
  const [id, at] = [randomId(), new Date(nowMs)];
  await db.insert(accountDevices).values({ id, ...device, token: randomId(), expiresAt: expiryOf(nowMs), createdAt: at, updatedAt: at });
  return id;
}

/** Signs out those of an account's devices that are chosen, in the transaction of the caller. Returns which. */
export async function signOutWhere(db: Sql, userId: string, chosen: SQL, nowMs: number): Promise<readonly string[]> {
  const found = await db
    .select({ id: accountDevices.id })
    .from(accountDevices)
    .where(and(eq(accountDevices.userId, userId), chosen));
  const ids = found.map(({ id }) => id);
  await revokeDevices(db, ids, nowMs);
  return ids;
}

/** Devices that come at the same moment are named one after the other. Returns the account's viewer; null without one. */
async function lockUser(db: Sql, userId: string): Promise<string | null> {
  const [user] = await db.select({ viewerId: accountUsers.viewerId }).from(accountUsers).where(eq(accountUsers.id, userId)).for('update');
  return user?.viewerId ?? null;
}

/** Devices of an account, those that were seen last first. */
const devicesOf = (db: Sql, userId: string) =>
  db.select().from(accountDevices).where(eq(accountDevices.userId, userId)).orderBy(desc(accountDevices.updatedAt), accountDevices.id);

const freeName = (name: string, others: readonly { readonly name: string }[]) =>
  freeDeviceName(
    name,
    others.map((other) => other.name),
  );

const expiryOf = (nowMs: number) => new Date(nowMs + DEVICE_TOKEN_LIFE_S * 1000);
