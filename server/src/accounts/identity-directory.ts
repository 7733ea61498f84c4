import type { IdentityDirectory } from '../platform/identity.ts';
import type { AccountsService } from './accounts.service.ts';
import type { AccountsStores } from './accounts.stores.ts';
import type { DeviceNames } from './devices/device-names.ts';
import type { RevokedTokens } from './tokens/revoked-tokens.ts';

export interface IdentityDirectoryDeps {
  readonly stores: Pick<AccountsStores, 'accounts' | 'merged'>;
  readonly accounts: AccountsService;
  readonly revoked: RevokedTokens;
  readonly names: DeviceNames;
  nowMs(): number;
}

/** What other features may ask of accounts. */
export function createIdentityDirectory({ stores, accounts, revoked, names, nowMs }: IdentityDirectoryDeps): IdentityDirectory {
  const { merged } = stores;
  return {
    formerly: merged.isFormer,
    guestsAmong: stores.accounts.guestsAmong,
    predecessors: merged.predecessors,
    tookOver: merged.tookOver,
    gaveBack: merged.gaveBack,
    mayHavePredecessors: ({ viewerId, deviceId }) => deviceId !== null || revoked.wasRestored(viewerId),
    accountOf: (identity) => accounts.accountExport(identity),
    deviceName: (deviceId) => names.of(deviceId, nowMs()),
  };
}
