import type { PlatformDeps } from '../platform/feature.ts';
import type { ViewerCookie } from '../platform/identity.ts';
import { type AccountsStores, createAccountsStores } from './accounts.stores.ts';
import { DeviceNames } from './devices/device-names.ts';
import { createIdentityDirectory, type IdentityDirectory } from './identity-directory.ts';
import { VIEWER_COOKIE } from './tokens/credentials.ts';
import { RevokedTokenList } from './tokens/revoked-token-list.ts';
import { createViewerIdentity, type ViewerIdentity } from './tokens/viewer-identity.ts';
import { createViewerTokens } from './tokens/viewer-tokens.ts';

/** The part of accounts that comes before sockets and features: who a request or a connection is. */
export interface AccountsIdentity {
  readonly identity: ViewerIdentity;
  readonly directory: IdentityDirectory;
  readonly viewerCookie: ViewerCookie;
  readonly stores: AccountsStores;
  /** Kept up to date by the feature. */
  readonly revoked: RevokedTokenList;
  readonly deviceNames: DeviceNames;
}

/** Proves who asks by signature, and by the list of revoked tokens; reads the database for names and former guests only. */
export function createIdentity({ config, clock, database, deriveKey }: PlatformDeps): AccountsIdentity {
  const nowMs = () => clock.nowMs();
  const stores = createAccountsStores(database);
  const revoked = new RevokedTokenList();
  const deviceNames = new DeviceNames(stores.devices);
  return {
    stores,
    revoked,
    deviceNames,
    identity: createViewerIdentity({ tokens: createViewerTokens(deriveKey), revoked, config, nowMs }),
    directory: createIdentityDirectory({ stores, revoked, names: deviceNames, nowMs }),
    viewerCookie: {
      name: VIEWER_COOKIE,
      description: 'Set by `GET /api/v1/me` and by whatever makes somebody a guest or signs them in.',
    },
  };
}
