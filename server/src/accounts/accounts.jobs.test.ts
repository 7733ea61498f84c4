import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPostgresTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { removeExpired } from './accounts.jobs.ts';
import { CHALLENGE_LIFE_S, FAILURES_KEPT_MS, LINK_LIFE_S } from './accounts.limits.ts';
import { createAccountsStores } from './accounts.stores.ts';
import { DEVICE_TOKEN_LIFE_S } from './tokens/viewer-tokens.ts';

const NOW_MS = 1_700_000_000_000;

let own: TestDatabase;
beforeAll(async () => {
  own = await openPostgresTestDatabase();
});
afterAll(() => own.remove());

it('what has run out is removed, and nothing before', async () => {
  const stores = createAccountsStores(own.database);
  const account = { viewerId: 'ana'.padEnd(22, '_'), username: 'Ana', passwordHash: '', deviceName: 'Laptop' };
  const { deviceId, userId } = await stores.accounts.createAccount(account, NOW_MS);
  const code = { deviceCode: 'device', userCode: 'USER', clientId: 'mpv', name: '', expiresAtMs: NOW_MS + LINK_LIFE_S * 1000 };
  await stores.links.add(code);
  await stores.passkeys.putChallenge('token', '{}', NOW_MS + CHALLENGE_LIFE_S * 1000, NOW_MS);
  const lockMs = (failures: number) => (failures > 1 ? 1000 : 0);
  await stores.attempts.count('name', NOW_MS, lockMs);
  const signedOut = await stores.devices.add(userId, 'Phone', 2, NOW_MS);
  await stores.devices.signOut(userId, { id: signedOut?.id ?? '' }, NOW_MS);
  const revoked = async () => (await stores.revoked.page({ atMs: 0, subject: '' }, 9)).map(({ subject }) => subject).sort();
  const both = [account.viewerId, signedOut?.id].sort();

  await removeExpired(stores, NOW_MS);
  expect(await stores.links.find({ deviceCode: 'device' })).not.toBeNull();
  expect(await stores.devices.find(deviceId)).not.toBeNull();
  expect(await revoked()).toEqual(both);
  expect(await stores.passkeys.takeChallenge('token', NOW_MS)).toBe('{}');
  await stores.passkeys.putChallenge('token', '{}', NOW_MS + CHALLENGE_LIFE_S * 1000, NOW_MS);

  await removeExpired(stores, NOW_MS + FAILURES_KEPT_MS + 1);
  expect(await stores.links.find({ deviceCode: 'device' })).toBeNull();
  // Had it been removed only when it was asked for, it would be there for an earlier time.
  expect(await stores.passkeys.takeChallenge('token', NOW_MS)).toBeNull();
  await stores.attempts.count('name', NOW_MS, lockMs);
  expect(await stores.attempts.count('name', NOW_MS, lockMs)).toEqual({ lockedUntilMs: 0 });
  expect(await stores.devices.find(deviceId)).not.toBeNull();
  expect(await revoked()).toEqual(both);

  await removeExpired(stores, NOW_MS + DEVICE_TOKEN_LIFE_S * 1000 + 1);
  expect(await stores.devices.find(deviceId)).toBeNull();
  // A guest's token does not run out by itself.
  expect(await revoked()).toEqual([account.viewerId]);
});
