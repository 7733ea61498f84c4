import type { Identity } from '../platform/identity.ts';
import type { AccountsStores } from './accounts.stores.ts';
import type { DeviceNames } from './devices/device-names.ts';
import type { RevokedTokenList } from './tokens/revoked-token-list.ts';

/** The identity directory: which guests an account took over, what a device is called. */
export interface IdentityDirectory {
  /** Was this guest found to be that viewer, who has an account? */
  formerly(viewerId: string, toViewerId: string): Promise<boolean>;
  /** May this be somebody whose roles in parties others have? Costs nothing. */
  mayHavePredecessors(identity: Identity): boolean;
  /**
   * Whose roles in a party are this viewer's: of the guests in an account, and for a guest who was taken out of one again
   * that account, where it had taken them over. @throws CodedError `unavailable`
   */
  predecessors(viewerId: string, sessionId: string): Promise<readonly string[]>;
  /** An account is about to take over what guests of its are in a party. @throws CodedError `unavailable` */
  tookOver(guestIds: readonly string[], viewerId: string, sessionId: string): Promise<void>;
  /** A guest has what they had in a party. @throws CodedError `unavailable` */
  gaveBack(guestId: string, sessionId: string): Promise<void>;
  /** What people call a device that is signed in; null where nobody knows. Never rejects. */
  deviceName(deviceId: string): Promise<string | null>;
  /** Of these those who have no account. */
  guestsAmong(viewerIds: readonly string[]): Promise<readonly string[]>;
}

export interface IdentityDirectoryDeps {
  readonly stores: Pick<AccountsStores, 'accounts' | 'merged'>;
  readonly revoked: Pick<RevokedTokenList, 'wasRestored'>;
  readonly names: DeviceNames;
  nowMs(): number;
}

/** The identity directory over the stores of accounts. */
export function createIdentityDirectory({ stores, revoked, names, nowMs }: IdentityDirectoryDeps): IdentityDirectory {
  const { merged } = stores;
  return {
    formerly: merged.isFormer,
    guestsAmong: stores.accounts.guestsAmong,
    predecessors: merged.predecessors,
    tookOver: merged.tookOver,
    gaveBack: merged.gaveBack,
    mayHavePredecessors: ({ viewerId, deviceId }) => deviceId !== null || revoked.wasRestored(viewerId),
    deviceName: (deviceId) => names.of(deviceId, nowMs()),
  };
}
