import type { IdentityDirectory } from '../platform/identity.ts';
import type { AccountsService } from './accounts.service.ts';
import type { AccountsStores } from './accounts.stores.ts';
import type { DeviceNames } from './devices/device-names.ts';
import type { RevokedTokens } from './tokens/revoked-tokens.ts';

export interface IdentityDirectoryDeps {
  readonly stores: Pick<AccountsStores, 'accounts' | 'merges'>;
  readonly accounts: AccountsService;
  readonly revoked: RevokedTokens;
  readonly names: DeviceNames;
  nowMs(): number;
}

/** What other features may ask of accounts. */
export function createIdentityDirectory({ stores, accounts, revoked, names, nowMs }: IdentityDirectoryDeps): IdentityDirectory {
  const { merges } = stores;
  return {
    formerly: merges.isFormer,
    guestsAmong: stores.accounts.guestsAmong,
    predecessors: merges.predecessors,
    tookOver: merges.tookOver,
    gaveBack: merges.gaveBack,
    mayHavePredecessors: ({ viewerId, deviceId }) => deviceId !== null || revoked.wasRestored(viewerId),
    accountOf: (identity) => accounts.accountExport(identity),
    deviceName: (deviceId) => names.of(deviceId, nowMs()),
  };
}
