import { CodedError } from '@cowatch/shared/protocol';
import { and, eq, inArray, ne } from 'drizzle-orm';
import type { Database } from '../platform/database/database.ts';
import { accountCredentials, accountDevices, accountUsers } from './accounts.schema.ts';
import { insertDevice, signOutWhere } from './devices/devices.store.ts';
import { isMergedOrErased } from './merges/viewer-merges.store.ts';
import { brokenConstraint, randomId } from './sql.ts';
import { revokeViewer } from './tokens/revoked-tokens.store.ts';

/** An account to be made, with its first device. */
export interface NewAccount {
  readonly viewerId: string;
  readonly username: string;
  readonly passwordHash: string;
  readonly deviceName: string;
}

/** An account, as its password is asked for. */
export interface AccountByName {
  readonly userId: string;
  readonly viewerId: string;
  readonly passwordHash: string;
}

/** Accounts: users and their passwords. */
export type AccountsStore = ReturnType<typeof createAccountsStore>;

/** Only passwords are kept as credentials. */
const PASSWORD_PROVIDER = 'credential';

export function createAccountsStore(database: Database) {
  const passwordOf = (userId: string) => and(eq(accountCredentials.userId, userId), eq(accountCredentials.providerId, PASSWORD_PROVIDER));
  return {
    /**
     * Makes an account of a guest, whose own tokens count no more from then on, and its first device.
     * @throws CodedError `conflict` where the name or the viewer has an account already
     */
    async createAccount(account: NewAccount, nowMs: number): Promise<{ readonly userId: string; readonly deviceId: string }> {
      try {
        return await database.transaction(async (db) => {
          await revokeViewer(db, account.viewerId, nowMs);
          if (await isMergedOrErased(db, account.viewerId)) throw new CodedError('conflict', 'You have an account already.');
          const user = userRow(account, nowMs);
          await db.insert(accountUsers).values(user);
          await db.insert(accountCredentials).values(passwordRow(user.id, account.passwordHash, nowMs));
          const deviceId = await insertDevice(db, { userId: user.id, name: account.deviceName }, nowMs);
          return { userId: user.id, deviceId };
        });
      } catch (error) {
        const constraint = brokenConstraint(error);
        if (constraint?.includes('viewer')) throw new CodedError('conflict', 'You have an account already.');
        if (constraint !== null) throw new CodedError('conflict', 'This name is taken.');
        throw error;
      }
    },

    /** The account of a name, in whatever case; null where there is none. */
    async accountNamed(username: string): Promise<AccountByName | null> {
      const [found] = await database.run((db) =>
        db
          .select({ userId: accountUsers.id, viewerId: accountUsers.viewerId, passwordHash: accountCredentials.password })
          .from(accountUsers)
          .innerJoin(accountCredentials, eq(accountCredentials.userId, accountUsers.id))
          .where(and(eq(accountUsers.username, username.toLowerCase()), eq(accountCredentials.providerId, PASSWORD_PROVIDER))),
      );
      return found === undefined || found.passwordHash === null ? null : { ...found, passwordHash: found.passwordHash };
    },

    async passwordHash(userId: string): Promise<string | null> {
      const [found] = await database.run((db) => db.select().from(accountCredentials).where(passwordOf(userId)));
      return found?.password ?? null;
    },

    /** Another password, and every device but one signed out, in one step. Returns those devices. */
    async changePassword(userId: string, passwordHash: string, ownDeviceId: string, nowMs: number): Promise<readonly string[]> {
      return database.transaction(async (db) => {
        await db
          .update(accountCredentials)
          .set({ password: passwordHash, updatedAt: new Date(nowMs) })
          .where(passwordOf(userId));
        return signOutWhere(db, userId, ne(accountDevices.id, ownDeviceId), nowMs);
      });
    },

    async guestsAmong(viewerIds: readonly string[]): Promise<readonly string[]> {
      if (viewerIds.length === 0) return [];
      const found = await database.run((db) =>
        db
          .select({ id: accountUsers.viewerId })
          .from(accountUsers)
          .where(inArray(accountUsers.viewerId, [...viewerIds])),
      );
      const accounts = new Set(found.map(({ id }) => id));
      return viewerIds.filter((id) => !accounts.has(id));
    },
  };
}

function userRow({ viewerId, username }: NewAccount, nowMs: number) {
  const [name, at] = [username.toLowerCase(), new Date(nowMs)];
  const names = { username: name, displayUsername: username, name: username, email: `${name}@account.invalid` };
  return { id: randomId(), viewerId, ...names, createdAt: at, updatedAt: at };
}

function passwordRow(userId: string, password: string, nowMs: number) {
  const at = new Date(nowMs);
  return { id: randomId(), accountId: userId, providerId: PASSWORD_PROVIDER, userId, password, createdAt: at, updatedAt: at };
}
