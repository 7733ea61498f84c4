import type { ClusterClock } from '../platform/clock/cluster-clock.ts';
import type { Database } from '../platform/database/database.ts';
import type { Logger } from '../platform/log/log.ts';
import { EXPIRY_INTERVAL_MS, FAILURES_KEPT_MS, REVOKED_FIRST_INTERVAL_MS, REVOKED_INTERVAL_MS } from './accounts.limits.ts';
import type { AccountsStores } from './accounts.stores.ts';
import type { RevokedTokens } from './tokens/revoked-tokens.ts';
import { DEVICE_TOKEN_LIFE_S } from './tokens/viewer-tokens.ts';

export interface UpkeepDeps {
  readonly clock: ClusterClock;
  readonly database: Database;
  readonly stores: AccountsStores;
  readonly revoked: RevokedTokens;
  readonly log: Logger;
}

/** Intervals: revoked tokens are read anew, and what has run out is removed. Returns its stop. */
export function startUpkeep({ clock, database, stores, revoked, log }: UpkeepDeps): () => void {
  const every = (intervalMs: number, work: () => Promise<void>) =>
    setInterval(() => {
      work().catch((error) => log.debug({ err: error }, 'the upkeep of accounts failed; it is tried again'));
    }, intervalMs);
  const refreshFirst = async () => {
    if (!revoked.complete) await revoked.refresh();
  };
  const expire = async () => {
    if (clock.ready) await removeExpired(stores, clock.nowMs());
  };
  const timers = [
    every(REVOKED_INTERVAL_MS, () => revoked.refresh()),
    every(REVOKED_FIRST_INTERVAL_MS, refreshFirst),
    every(EXPIRY_INTERVAL_MS, expire),
  ];
  const stopListening = database.onRecover(() => void revoked.refresh());
  return () => {
    for (const timer of timers) clearInterval(timer);
    stopListening();
  };
}

/** Removes codes, challenges and devices that have run out, and wrong passwords that are long ago. */
export async function removeExpired({ links, passkeys, devices, attempts, revoked }: AccountsStores, nowMs: number): Promise<void> {
  await links.expire(nowMs);
  await passkeys.expire(nowMs);
  await devices.expire(nowMs);
  await attempts.expire(nowMs - FAILURES_KEPT_MS);
  await revoked.expire(nowMs - DEVICE_TOKEN_LIFE_S * 1000);
}
