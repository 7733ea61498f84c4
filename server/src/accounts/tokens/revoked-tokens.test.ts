import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '@cowatch/shared/protocol';
import { expect, it } from 'vitest';
import { createLogger } from '../../platform/log/log.ts';
import { type ClusterBus, singleNodeBus } from '../../platform/socket/cluster-bus.ts';
import { REVOKED_PAGE } from '../accounts.limits.ts';
import { RevokedTokenList } from './revoked-token-list.ts';
import { createFileMirror, type RevokedTokensMirror } from './revoked-tokens.mirror.ts';
import type { RevokedToken } from './revoked-tokens.store.ts';
import { RevokedTokens } from './revoked-tokens.ts';

const log = createLogger({ level: 'silent' });

/** Instances that hear each other at once, and a database that nobody looks into unasked. */
function world(count: number) {
  const listeners: Map<string, (message: unknown) => void>[] = Array.from({ length: count }, () => new Map());
  const revoked: RevokedToken[] = [];
  const mirrored = new Set<string>();
  const database = { away: false };
  const mirror: RevokedTokensMirror = {
    load: async () => [...mirrored],
    add: async (subjects) => subjects.forEach((subject) => void mirrored.add(subject)),
    remove: async (subjects) => subjects.forEach((subject) => void mirrored.delete(subject)),
    replace: async (subjects) => subjects.forEach((subject) => void mirrored.add(subject)),
  };
  const bus = (own: number): ClusterBus => ({
    ...singleNodeBus(`instance ${own}`),
    publish(event, message) {
      for (const [i, others] of listeners.entries()) if (i !== own) others.get(event)?.(message);
    },
    subscribe(event, listener) {
      listeners[own]?.set(event, listener as (message: unknown) => void);
      return () => {};
    },
  });
  const instances = listeners.map((_, i) => {
    const sockets = new Map<string, { data: object; conn: { close(): void } }>();
    const closed: string[] = [];
    const tokens = new RevokedTokens({
      list: new RevokedTokenList(),
      mirror,
      io: { of: () => ({ sockets }) } as never,
      bus: bus(i),
      log,
      store: {
        async page({ atMs, subject }, limit) {
          if (database.away) throw new CodedError('unavailable', 'Not now.');
          const isBeyond = (one: RevokedToken) => one.revokedAtMs > atMs || (one.revokedAtMs === atMs && one.subject > subject);
          return revoked.filter(isBeyond).slice(0, limit);
        },
      },
    });
    const arrive = (viewerId: string, deviceId: string | null) => {
      const id = `${viewerId} ${deviceId}`;
      sockets.set(id, { data: { viewerId, deviceId }, conn: { close: () => closed.push(id) } });
    };
    return { tokens, closed, arrive };
  });
  const tell = (message: unknown) => listeners[1]?.forEach((hear) => void hear(message));
  return { instances, revoked, mirrored, database, tell };
}

it('[ACT3] what ends on one instance ends on the others at once, with its connections and no other', () => {
  const { instances } = world(3);
  const [here, there] = instances;
  there?.arrive('ana', 'phone');
  there?.arrive('ana', 'laptop');
  there?.arrive('phone', null);
  here?.arrive('ana', 'phone');
  void here?.tokens.revoke(['phone']);
  for (const { tokens } of instances) expect([tokens.list.has('phone'), tokens.list.has('laptop')]).toEqual([true, false]);
  expect(here?.closed).toEqual(['ana phone']);
  expect(there?.closed).toEqual(['ana phone', 'phone null']);
});

it('what was not told is looked up, and what is told in words that nobody knows does no harm', async () => {
  const { instances, revoked, tell } = world(2);
  const there = instances[1];
  there?.arrive('guest', null);
  for (const message of [null, 'guest', { subject: 'guest' }, [1, null]]) tell(message);
  expect(there?.tokens.list.has('guest')).toBe(false);
  revoked.push({ subject: 'guest', revokedAtMs: 1, restored: false });
  await there?.tokens.refresh();
  expect(there?.tokens.list.has('guest')).toBe(true);
  expect(there?.closed).toEqual(['guest null']);
});

it('[ACT10] what counts again does so on every instance, also where it was not told', async () => {
  const { instances, revoked, mirrored } = world(2);
  const [here, there] = instances;
  await here?.tokens.revoke(['guest', 'other']);
  expect([...mirrored]).toEqual(['guest', 'other']);
  await here?.tokens.restore(['guest']);
  for (const { tokens } of instances) {
    expect([tokens.list.has('guest'), tokens.list.has('other')]).toEqual([false, true]);
    expect([tokens.list.wasRestored('guest'), tokens.list.wasRestored('other')]).toEqual([true, false]);
  }
  expect([...mirrored]).toEqual(['other']);
  revoked.push({ subject: 'other', revokedAtMs: 1, restored: true });
  await there?.tokens.refresh();
  expect(there?.tokens.list.has('other')).toBe(false);
});

it('[ACT11] the list counts once it was read as a whole: a read that broke off goes on where it was', async () => {
  const { instances, revoked, database } = world(1);
  const [only] = instances;
  for (let n = 0; n < REVOKED_PAGE + 5; n += 1) {
    revoked.push({ subject: String(n).padStart(22, '0'), revokedAtMs: 100_000 + n, restored: false });
  }
  const last = String(REVOKED_PAGE + 4).padStart(22, '0');
  const pages = revoked.slice.bind(revoked);
  // Away from the second page on.
  let reads = 0;
  revoked.filter = ((isWanted: (one: RevokedToken) => boolean) => {
    reads += 1;
    if (reads === 2) throw new CodedError('unavailable', 'Not now.');
    return pages().filter(isWanted);
  }) as typeof revoked.filter;
  only?.arrive(last, null);
  await only?.tokens.start();
  expect(only?.tokens.list.complete).toBe(false);
  expect(only?.tokens.list.has('0'.repeat(22))).toBe(true);
  expect(only?.tokens.list.has(last)).toBe(false);
  await only?.tokens.refresh();
  expect(only?.tokens.list.complete).toBe(true);
  expect(only?.closed).toEqual([`${last} null`]);
  // Once it is complete it stays so, whatever becomes of the database.
  database.away = true;
  await only?.tokens.refresh();
  expect(only?.tokens.list.complete).toBe(true);
});

it('[ACT11] until then its mirror is believed, and no longer: an older backup may have been restored', async () => {
  const { instances, mirrored, database } = world(1);
  const [only] = instances;
  mirrored.add('guest');
  database.away = true;
  await only?.tokens.start();
  expect(only?.tokens.list.complete).toBe(false);
  expect([only?.tokens.list.has('guest'), only?.tokens.list.has('other')]).toEqual([true, false]);
  database.away = false;
  await only?.tokens.refresh();
  expect(only?.tokens.list.complete).toBe(true);
  expect(only?.tokens.list.has('guest')).toBe(false);
});

it('the mirror in a folder survives a torn line, and is written anew as a whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cw-'));
  try {
    const mirror = createFileMirror(folder);
    await mirror.add(['guest-a', 'guest-b']);
    await mirror.remove(['guest-a']);
    await mirror.add(['gue']);
    await mirror.add(['guest-c']);
    expect(await createFileMirror(folder).load()).toEqual(['guest-b', 'gue', 'guest-c']);
    await mirror.replace(new Set(['guest-c', 'guest-d']));
    expect(await createFileMirror(folder).load()).toEqual(['guest-c', 'guest-d']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
