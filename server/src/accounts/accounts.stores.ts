import type { Database } from '../platform/database/database.ts';
import { createAccountsStore } from './accounts.store.ts';
import { createAttemptsStore } from './attempts.store.ts';
import { createDevicesStore } from './devices.store.ts';
import { createLinkStore } from './link.store.ts';
import { createPasskeysStore } from './passkeys.store.ts';
import { createRevokedTokensStore } from './revoked-tokens.store.ts';
import { createViewerMergesStore } from './viewer-merges.store.ts';

/** All tables of accounts. */
export type AccountsStores = ReturnType<typeof createAccountsStores>;

export function createAccountsStores(database: Database) {
  return {
    accounts: createAccountsStore(database),
    attempts: createAttemptsStore(database),
    devices: createDevicesStore(database),
    links: createLinkStore(database),
    merges: createViewerMergesStore(database),
    passkeys: createPasskeysStore(database),
    revoked: createRevokedTokensStore(database),
  };
}
