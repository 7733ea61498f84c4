import {
  type BroughtGuest,
  type ChangePassword,
  CodedError,
  type GuestAside,
  isUnavailable,
  type Me,
  type SignedInDevice,
  type SignIn,
  type SignUp,
} from '@cowatch/shared/protocol';
import type { Identity } from '../platform/identity.ts';
import { DEVICES_MAX, FORMER_MAX, UNDO_MS } from './accounts.limits.ts';
import type { AccountsStore } from './accounts.store.ts';
import type { DevicesStore, KnownDevice } from './devices/devices.store.ts';
import type { MergedViewersStore } from './merges/merged-viewers.store.ts';
import type { ViewerMerges } from './merges/viewer-merges.service.ts';
import type { ViewerMerge } from './merges/viewer-merges.store.ts';
import type { PasskeysStore } from './passkeys/passkeys.store.ts';
import { confirmCounters, type PasswordService, signInCounters } from './passwords/password.service.ts';
import type { RevokedTokens } from './tokens/revoked-tokens.ts';

export interface AccountsServiceDeps {
  readonly store: AccountsStore;
  readonly devices: DevicesStore;
  readonly passkeys: Pick<PasskeysStore, 'list'>;
  readonly passwords: PasswordService;
  readonly revoked: Pick<RevokedTokens, 'revoke' | 'list'>;
  readonly merges: ViewerMerges;
  readonly merged: Pick<MergedViewersStore, 'toAccount' | 'phaseOf'>;
  /** Takes note of what a device is called from now on. */
  onRenamed(deviceId: string, name: string): void;
}

/** Accounts: signing up and in, devices, account export, merging guests, erasing. */
export class AccountsService {
  readonly #store: AccountsStore;
  readonly #devices: DevicesStore;
  readonly #passkeys: AccountsServiceDeps['passkeys'];
  readonly #passwords: PasswordService;
  readonly #revoked: AccountsServiceDeps['revoked'];
  readonly #merges: ViewerMerges;
  readonly #merged: AccountsServiceDeps['merged'];
  readonly #onRenamed: AccountsServiceDeps['onRenamed'];

  constructor({ store, devices, passkeys, passwords, revoked, merges, merged, onRenamed }: AccountsServiceDeps) {
    this.#store = store;
    this.#devices = devices;
    this.#passkeys = passkeys;
    this.#passwords = passwords;
    this.#revoked = revoked;
    this.#merges = merges;
    this.#merged = merged;
    this.#onRenamed = onRenamed;
  }

  /**
   * What viewers may know of themselves. While the database is away an account's name is not known.
   * @param guestId the guest who was put aside where they ask from
   * @throws CodedError `unauthenticated` where the database knows no such device: an older backup was restored
   */
  async me({ viewerId, deviceId }: Identity, guestId: string | null = null): Promise<Me> {
    const noGuests = { formerViewerIds: [], guest: null, brought: [] };
    if (deviceId === null) return { viewerId, account: null, device: null, ...noGuests };
    try {
      const [device, merges] = await Promise.all([this.#devices.find(deviceId), this.#merged.toAccount(viewerId, FORMER_MAX)]);
      if (device === null) throw new CodedError('unauthenticated', 'This device is not signed in any more.');
      return {
        viewerId,
        account: { username: device.username, createdAtMs: device.createdAtMs },
        device: { id: deviceId, name: device.name },
        formerViewerIds: formerIds(merges),
        // Read after the merges: a guest who is not among them any more is found here again.
        guest: guestId === null ? null : await this.#aside(guestId),
        brought: merges.flatMap(broughtGuest),
      };
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      return { viewerId, account: null, device: { id: deviceId, name: '' }, ...noGuests };
    }
  }

  /** The guest who was put aside, where they are in no account. */
  async #aside(guestId: string): Promise<GuestAside | null> {
    const phase = await this.#merged.phaseOf(guestId);
    const isFree = phase === null ? !this.#revoked.list.has(guestId) : phase === 'undone';
    return isFree ? { viewerId: guestId, ...(await this.#merges.outline(guestId)) } : null;
  }

  /**
   * Makes an account of a guest, who keeps everything they have.
   * @throws CodedError `conflict` where the name is taken, or the guest has an account
   */
  async signUp(asker: Identity, { username, password, deviceName }: SignUp, nowMs: number): Promise<Identity> {
    refuseSignedIn(asker);
    const { viewerId } = asker;
    const passwordHash = await this.#passwords.hash(password);
    const { deviceId } = await this.#store.createAccount({ viewerId, username, passwordHash, deviceName }, nowMs);
    await this.#revoked.revoke([viewerId]);
    return { viewerId, deviceId };
  }

  /**
   * @throws CodedError `unauthenticated` where name or password is wrong; `rate_limited` where that was so too often;
   * `conflict` where the guest who is to come along is another account's: then nothing has changed
   */
  async signIn(asker: Identity | null, signIn: SignIn, nowMs: number): Promise<Identity> {
    refuseSignedIn(asker);
    const { username, password, deviceName, bringGuest } = signIn;
    const find = () => this.#store.accountNamed(username);
    const wrong = 'The name or the password is not right.';
    const { userId, viewerId } = await this.#passwords.attempt(signInCounters(username), password, find, wrong, nowMs);
    const guestId = bringGuest ? (asker?.viewerId ?? null) : null;
    if (guestId !== null) await this.#merges.assertFree(guestId, viewerId);
    const arrived = await this.arrive(userId, asker, deviceName, nowMs);
    if (guestId !== null) await this.#merges.bring(guestId, viewerId, nowMs);
    return arrived;
  }

  /**
   * Adds a device to an account that was proven. The guest of that browser is put aside.
   * @throws CodedError `conflict` where a signed-in device asks; `unauthenticated` where there is no such account any more
   */
  async arrive(userId: string, asker: Identity | null, deviceName: string, nowMs: number): Promise<Identity> {
    refuseSignedIn(asker);
    const device = await this.#devices.add(userId, deviceName, DEVICES_MAX, nowMs);
    if (device === null) throw new CodedError('unauthenticated', 'This account is no more.');
    await this.#revoked.revoke(device.surplus);
    return { viewerId: device.viewerId, deviceId: device.id };
  }

  /** The device that asks. @throws CodedError `forbidden` for a guest; `unauthenticated` without an identity, or a known device */
  async own(asker: Identity | null): Promise<KnownDevice> {
    if (asker !== null && asker.deviceId === null) throw new CodedError('forbidden', 'Sign in first.');
    const device = asker?.deviceId == null ? null : await this.#devices.find(asker.deviceId);
    if (device === null) throw new CodedError('unauthenticated', 'Sign in first.');
    return device;
  }

  /** Account export: all that is kept of an account but secrets; null for a guest. */
  async accountExport(asker: Identity): Promise<object | null> {
    if (asker.deviceId === null) return null;
    const { id, userId, username, createdAtMs, viewerId } = await this.own(asker);
    const [devices, passkeys, merges] = await Promise.all([
      this.#devices.list(userId, id),
      this.#passkeys.list(userId),
      this.#merged.toAccount(viewerId, FORMER_MAX),
    ]);
    return { username, createdAtMs, devices, passkeys, formerViewerIds: formerIds(merges) };
  }

  async devices(asker: Identity | null): Promise<readonly SignedInDevice[]> {
    const { id, userId } = await this.own(asker);
    return this.#devices.list(userId, id);
  }

  /**
   * Names a device; what another one of the account is called already gets a number behind it.
   * @throws CodedError `not_found` where it is none of the asker's
   */
  async renameDevice(asker: Identity | null, deviceId: string, name: string): Promise<SignedInDevice> {
    const own = await this.own(asker);
    await this.#devices.rename(own.userId, deviceId, name);
    const renamed = (await this.#devices.list(own.userId, own.id)).find(({ id }) => id === deviceId);
    if (renamed === undefined) throw new CodedError('not_found', 'You have no such device.');
    this.#onRenamed(deviceId, renamed.name);
    return renamed;
  }

  /** Signs out one device. @throws CodedError `not_found` where it is none of the asker's */
  async signOut(asker: Identity | null, deviceId: string, nowMs: number): Promise<void> {
    const { userId } = await this.own(asker);
    const revoked = await this.#devices.signOut(userId, { id: deviceId }, nowMs);
    if (revoked.length === 0) throw new CodedError('not_found', 'You have no such device.');
    await this.#revoked.revoke(revoked);
  }

  /** Signs out every device but the one that asks. */
  async signOutOthers(asker: Identity | null, nowMs: number): Promise<void> {
    const { id, userId } = await this.own(asker);
    await this.#revoked.revoke(await this.#devices.signOut(userId, { allBut: id }, nowMs));
  }

  /** Every other device is signed out: the old password may have been stolen. */
  async changePassword(asker: Identity | null, change: ChangePassword, nowMs: number): Promise<void> {
    const own = await this.own(asker);
    await this.confirm(own, change.password, nowMs);
    const passwordHash = await this.#passwords.hash(change.newPassword);
    await this.#revoked.revoke(await this.#store.changePassword(own.userId, passwordHash, own.id, nowMs));
  }

  /**
   * Asks a signed-in device for the password once more. Wrong ones count for this device and, with a higher bound, for all
   * devices of the account, apart from those at sign-in: neither locks the other.
   * @throws CodedError `unauthenticated` where this is not the account's password; `rate_limited` after too many
   */
  async confirm({ id, userId }: KnownDevice, password: string, nowMs: number): Promise<void> {
    const find = async () => {
      const passwordHash = await this.#store.passwordHash(userId);
      return passwordHash === null ? null : { passwordHash };
    };
    await this.#passwords.attempt(confirmCounters(id, userId), password, find, 'The password is not right.', nowMs);
  }

  /**
   * Enqueues the merge of the guest who was put aside in this browser. Idempotent.
   * @throws CodedError `not_found` where there is none; `conflict` where that guest is another account's
   */
  async bring(asker: Identity | null, guestId: string | null, nowMs: number): Promise<Identity> {
    const { id, viewerId } = await this.own(asker);
    if (guestId === null) throw new CodedError('not_found', 'Nothing was watched here that could come along.');
    await this.#merges.bring(guestId, viewerId, nowMs);
    return { viewerId, deviceId: id };
  }

  /** Begins to take a guest out of the account again. @throws CodedError `not_found` where it is too late */
  async undoBring(asker: Identity | null, guestId: string): Promise<Identity> {
    const { id, viewerId } = await this.own(asker);
    await this.#merges.undo(guestId, viewerId);
    return { viewerId, deviceId: id };
  }

  /** Erases everything of a viewer. @throws CodedError `unauthenticated` where it takes a password, and this is not it */
  async erase(asker: Identity, password: string | undefined, nowMs: number): Promise<void> {
    const { viewerId } = asker;
    if (asker.deviceId === null) return this.#merges.leave(viewerId, nowMs);
    const own = await this.own(asker);
    await this.confirm(own, password ?? '', nowMs);
    await this.#merges.removeUser(own.userId, viewerId, nowMs);
  }
}

/** @throws CodedError `conflict` */
export function refuseSignedIn(asker: Identity | null): void {
  if (asker?.deviceId != null) throw new CodedError('conflict', 'You are signed in already. Sign out first.');
}

/** Guests who are merged into the account, or being merged. */
const formerIds = (merges: readonly ViewerMerge[]): readonly string[] =>
  merges.filter(({ phase }) => phase !== 'undoing').map(({ viewerId }) => viewerId);

/** As the account may know it; nothing of who came along for good. */
function broughtGuest({ viewerId, phase, moved, total, atMs }: ViewerMerge): readonly BroughtGuest[] {
  if (phase === 'kept') return [];
  const state = phase === 'moving' || phase === 'undoing' ? phase : 'brought';
  const done = { moved, total: Math.max(moved, total), broughtAtMs: atMs, undoUntilMs: atMs + UNDO_MS };
  return [{ viewerId, state, ...done }];
}
