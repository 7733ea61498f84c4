import { randomBytes } from 'node:crypto';
import { CodedError, type Passkey, type SignedInDevice } from '@cowatch/shared/protocol';
import { freeDeviceName } from '@cowatch/shared/resume';
import { and, count, DrizzleQueryError, desc, eq, inArray, lt, ne, type SQL } from 'drizzle-orm';
import type { Database, Sql } from '../platform/database/database.ts';
import {
  accountCredentials,
  accountDeviceCodes,
  accountDevices,
  accountFailures,
  accountPasskeys,
  accountUsers,
  accountVerifications,
} from './accounts.schema.ts';
import { revokeDevices, revokeViewer } from './revoked-tokens.store.ts';
import { isSomebody } from './viewer-merges.store.ts';

/** An account, as one of its devices shows it. */
export interface KnownDevice {
  readonly id: string;
  readonly name: string;
  /** What the library of accounts knows the device by. */
  readonly token: string;
  readonly userId: string;
  readonly viewerId: string;
  readonly username: string;
  readonly createdAtMs: number;
}

/** A device that asks to be signed in. */
export interface AskingDevice {
  readonly name: string;
  readonly clientId: string;
  readonly userCode: string;
  readonly status: 'pending' | 'approved' | 'denied';
  readonly expiresAtMs: number;
}

const UNIQUE_VIOLATION = '23505';

/** What is kept of accounts beside what the library of accounts reads and writes itself, in the same tables. */
export type AccountsStore = ReturnType<typeof createAccountsStore>;

export function createAccountsStore(database: Database) {
  const run = <T>(work: (db: Sql) => Promise<T>) => database.run(work);

  const signOutThose = async (db: Sql, userId: string, chosen: SQL, nowMs: number): Promise<readonly string[]> => {
    const found = await db
      .select({ id: accountDevices.id })
      .from(accountDevices)
      .where(and(eq(accountDevices.userId, userId), chosen));
    const ids = found.map(({ id }) => id);
    await revokeDevices(db, ids, nowMs);
    return ids;
  };

  const device = async (where: ReturnType<typeof eq>): Promise<KnownDevice | null> => {
    const [found] = await run((db) =>
      db
        .select({ device: accountDevices, user: accountUsers })
        .from(accountDevices)
        .innerJoin(accountUsers, eq(accountUsers.id, accountDevices.userId))
        .where(where),
    );
    if (found === undefined) return null;
    return {
      id: found.device.id,
      name: found.device.name,
      token: found.device.token,
      userId: found.user.id,
      viewerId: found.user.viewerId,
      username: found.user.displayUsername ?? found.user.username,
      createdAtMs: found.user.createdAt.getTime(),
    };
  };

  return {
    deviceById: (id: string) => device(eq(accountDevices.id, id)),
    deviceByToken: (token: string) => device(eq(accountDevices.token, token)),

    /**
     * Makes an account of a guest, whose own tokens count no more from then on.
     * @throws CodedError `conflict` where the name or the viewer has an account already
     */
    async createUser(user: { viewerId: string; username: string; passwordHash: string; nowMs: number }): Promise<string> {
      const { viewerId, username, passwordHash, nowMs } = user;
      const [id, at] = [randomId(), new Date(nowMs)];
      const times = { createdAt: at, updatedAt: at };
      const name = username.toLowerCase();
      try {
        await database.transaction(async (db) => {
          await revokeViewer(db, viewerId, nowMs);
          if (await isSomebody(db, viewerId)) throw new CodedError('conflict', 'You have an account already.');
          await db.insert(accountUsers).values({
            id,
            viewerId,
            username: name,
            displayUsername: username,
            name: username,
            email: `${name}@account.invalid`,
            ...times,
          });
          await db.insert(accountCredentials).values({
            id: randomId(),
            accountId: id,
            providerId: 'credential',
            userId: id,
            password: passwordHash,
            ...times,
          });
        });
      } catch (error) {
        if (constraintOf(error)?.includes('viewer')) throw new CodedError('conflict', 'You have an account already.');
        if (constraintOf(error) !== null) throw new CodedError('conflict', 'This name is taken.');
        throw error;
      }
      return id;
    },

    /** Names a device that has just been signed in; where an account has too many, the least used ones go. */
    async welcome(deviceId: string, name: string, devicesMax: number, nowMs: number): Promise<readonly string[]> {
      return database.transaction(async (db) => {
        const [own] = await db.select({ userId: accountDevices.userId }).from(accountDevices).where(eq(accountDevices.id, deviceId));
        if (own === undefined) return [];
        await nameDevice(db, own.userId, deviceId, name);
        const surplus = await db
          .select({ id: accountDevices.id })
          .from(accountDevices)
          .where(and(eq(accountDevices.userId, own.userId), ne(accountDevices.id, deviceId)))
          .orderBy(desc(accountDevices.updatedAt))
          .offset(devicesMax - 1);
        const ids = surplus.map(({ id }) => id);
        await revokeDevices(db, ids, nowMs);
        return ids;
      });
    },

    async devices(userId: string, currentId: string): Promise<readonly SignedInDevice[]> {
      const found = await run((db) =>
        db
          .select()
          .from(accountDevices)
          .where(eq(accountDevices.userId, userId))
          .orderBy(desc(accountDevices.updatedAt), accountDevices.id),
      );
      return found.map(({ id, name, createdAt, updatedAt }) => ({
        id,
        name,
        current: id === currentId,
        createdAtMs: createdAt.getTime(),
        lastSeenAtMs: updatedAt.getTime(),
      }));
    },

    /** Returns whether there is such a device. One whose name another bears gets a number behind it. */
    async renameDevice(userId: string, deviceId: string, name: string): Promise<boolean> {
      return database.transaction((db) => nameDevice(db, userId, deviceId, name));
    },

    /** Signs devices of an account out: one, or all but one. Returns which. */
    async signOut(userId: string, which: { id: string } | { allBut: string }, nowMs: number): Promise<readonly string[]> {
      const chosen = 'id' in which ? eq(accountDevices.id, which.id) : ne(accountDevices.id, which.allBut);
      return database.transaction((db) => signOutThose(db, userId, chosen, nowMs));
    },

    async seen(deviceId: string, nowMs: number, expiresAtMs: number): Promise<void> {
      const times = { updatedAt: new Date(nowMs), expiresAt: new Date(expiresAtMs) };
      await run((db) => db.update(accountDevices).set(times).where(eq(accountDevices.id, deviceId)));
    },

    /** Another password, and every device but one signed out, in one step. Returns those devices. */
    async changePassword(userId: string, passwordHash: string, ownDeviceId: string, nowMs: number): Promise<readonly string[]> {
      return database.transaction(async (db) => {
        await db
          .update(accountCredentials)
          .set({ password: passwordHash, updatedAt: new Date(nowMs) })
          .where(and(eq(accountCredentials.userId, userId), eq(accountCredentials.providerId, 'credential')));
        return signOutThose(db, userId, ne(accountDevices.id, ownDeviceId), nowMs);
      });
    },

    async passwordHash(userId: string): Promise<string | null> {
      const own = and(eq(accountCredentials.userId, userId), eq(accountCredentials.providerId, 'credential'));
      const [found] = await run((db) => db.select().from(accountCredentials).where(own));
      return found?.password ?? null;
    },

    async passkeys(userId: string): Promise<readonly Passkey[]> {
      const found = await run((db) =>
        db.select().from(accountPasskeys).where(eq(accountPasskeys.userId, userId)).orderBy(accountPasskeys.createdAt),
      );
      return found.map(({ id, name, createdAt }) => ({ id, name: name ?? '', createdAtMs: createdAt?.getTime() ?? 0 }));
    },

    async countPasskeys(userId: string): Promise<number> {
      const [found] = await run((db) => db.select({ n: count() }).from(accountPasskeys).where(eq(accountPasskeys.userId, userId)));
      return found?.n ?? 0;
    },

    async removePasskey(userId: string, id: string): Promise<boolean> {
      const own = and(eq(accountPasskeys.id, id), eq(accountPasskeys.userId, userId));
      const { rowCount } = await run((db) => db.delete(accountPasskeys).where(own));
      return (rowCount ?? 0) > 0;
    },

    async nameAsking(deviceCode: string, name: string): Promise<void> {
      const own = eq(accountDeviceCodes.deviceCode, deviceCode);
      await run((db) => db.update(accountDeviceCodes).set({ name }).where(own));
    },

    async asking(which: { deviceCode: string } | { userCode: string }): Promise<AskingDevice | null> {
      const where =
        'deviceCode' in which ? eq(accountDeviceCodes.deviceCode, which.deviceCode) : eq(accountDeviceCodes.userCode, which.userCode);
      const [found] = await run((db) => db.select().from(accountDeviceCodes).where(where));
      if (found === undefined) return null;
      return {
        name: found.name,
        clientId: found.clientId ?? '',
        userCode: found.userCode,
        status: found.status as AskingDevice['status'],
        expiresAtMs: found.expiresAt.getTime(),
      };
    },

    /** A wrong password until proven right: how many in a row there are now, and until when it is refused. */
    async countAttempt(counter: string, nowMs: number, lockMs: (failures: number) => number) {
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

    async forgetAttempts(counters: readonly string[]): Promise<void> {
      await run((db) => db.delete(accountFailures).where(inArray(accountFailures.username, [...counters])));
    },

    async guestsAmong(viewerIds: readonly string[]): Promise<readonly string[]> {
      if (viewerIds.length === 0) return [];
      const found = await run((db) =>
        db
          .select({ id: accountUsers.viewerId })
          .from(accountUsers)
          .where(inArray(accountUsers.viewerId, [...viewerIds])),
      );
      const accounts = new Set(found.map(({ id }) => id));
      return viewerIds.filter((id) => !accounts.has(id));
    },

    /** Removes what has run out: codes and challenges, devices, and forgotten failures. */
    async expire(nowMs: number, failuresBeforeMs: number): Promise<void> {
      const now = new Date(nowMs);
      await run((db) => db.delete(accountDeviceCodes).where(lt(accountDeviceCodes.expiresAt, now)));
      await run((db) => db.delete(accountVerifications).where(lt(accountVerifications.expiresAt, now)));
      await run((db) => db.delete(accountDevices).where(lt(accountDevices.expiresAt, now)));
      await run((db) => db.delete(accountFailures).where(lt(accountFailures.lastAtMs, Math.floor(failuresBeforeMs))));
    },
  };
}

/** Names a device beside the others of its account, so that no two bear the same. Returns whether there is one. */
async function nameDevice(db: Sql, userId: string, deviceId: string, name: string): Promise<boolean> {
  // Two that come at the same moment are named one after the other.
  await db.select({ id: accountUsers.id }).from(accountUsers).where(eq(accountUsers.id, userId)).for('update');
  const others = await db
    .select({ name: accountDevices.name })
    .from(accountDevices)
    .where(and(eq(accountDevices.userId, userId), ne(accountDevices.id, deviceId)));
  const free = freeDeviceName(
    name,
    others.map((other) => other.name),
  );
  const own = and(eq(accountDevices.id, deviceId), eq(accountDevices.userId, userId));
  const { rowCount } = await db.update(accountDevices).set({ name: free }).where(own);
  return (rowCount ?? 0) > 0;
}

function randomId(): string {
  return randomBytes(16).toString('hex');
}

/** Which constraint a statement broke by what is there already; null where it is something else. */
function constraintOf(error: unknown): string | null {
  const cause = error instanceof DrizzleQueryError ? (error.cause as { code?: string; constraint?: string }) : null;
  return cause?.code === UNIQUE_VIOLATION ? (cause.constraint ?? '') : null;
}
