import type { Database } from '../platform/database/database.ts';
import { createAccountsStore } from './accounts.store.ts';
import { createDevicesStore } from './devices/devices.store.ts';
import { createLinkStore } from './link/link.store.ts';
import { createMergedViewersStore } from './merges/merged-viewers.store.ts';
import { createViewerMergesStore } from './merges/viewer-merges.store.ts';
import { createPasskeysStore } from './passkeys/passkeys.store.ts';
import { createAttemptsStore } from './passwords/attempts.store.ts';
import { createRevokedTokensStore } from './tokens/revoked-tokens.store.ts';

/** All tables of accounts. */
export type AccountsStores = ReturnType<typeof createAccountsStores>;

export function createAccountsStores(database: Database) {
  return {
    accounts: createAccountsStore(database),
    attempts: createAttemptsStore(database),
    devices: createDevicesStore(database),
    links: createLinkStore(database),
    merged: createMergedViewersStore(database),
    merges: createViewerMergesStore(database),
    passkeys: createPasskeysStore(database),
    revoked: createRevokedTokensStore(database),
  };
}
