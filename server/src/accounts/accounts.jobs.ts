import type { ClusterClock } from '../platform/clock/cluster-clock.ts';
import type { Job } from '../platform/jobs/jobs.ts';
import { EXPIRY_INTERVAL_MS, FAILURES_KEPT_MS, REVOKED_FIRST_INTERVAL_MS, REVOKED_INTERVAL_MS } from './accounts.limits.ts';
import type { AccountsStores } from './accounts.stores.ts';
import type { RevokedTokens } from './tokens/revoked-tokens.ts';
import { DEVICE_TOKEN_LIFE_S } from './tokens/viewer-tokens.ts';

export interface AccountsJobsDeps {
  readonly clock: ClusterClock;
  readonly stores: AccountsStores;
  readonly revoked: RevokedTokens;
}

/** Periodic work of accounts: revoked tokens are read anew, and what has run out is removed. */
export function accountsJobs({ clock, stores, revoked }: AccountsJobsDeps): readonly Job[] {
  const refreshFirst = async () => {
    if (!revoked.list.complete) await revoked.refresh();
  };
  const expire = async () => {
    if (clock.ready) await removeExpired(stores, clock.nowMs());
  };
  return [
    { name: 'accounts-revoked-tokens', intervalMs: REVOKED_INTERVAL_MS, run: () => revoked.refresh() },
    { name: 'accounts-revoked-tokens-first', intervalMs: REVOKED_FIRST_INTERVAL_MS, run: refreshFirst },
    { name: 'accounts-expiry', intervalMs: EXPIRY_INTERVAL_MS, run: expire },
  ];
}

/** Removes codes, challenges and devices that have run out, and wrong passwords that are long ago. */
export async function removeExpired({ links, passkeys, devices, attempts, revoked }: AccountsStores, nowMs: number): Promise<void> {
  await links.expire(nowMs);
  await passkeys.expire(nowMs);
  await devices.expire(nowMs);
  await attempts.expire(nowMs - FAILURES_KEPT_MS);
  await revoked.expire(nowMs - DEVICE_TOKEN_LIFE_S * 1000);
}
