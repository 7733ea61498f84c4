import { CodedError } from '@cowatch/shared/protocol';
import { NO_REGISTERS } from '@cowatch/shared/resume';
import { recordOf } from '@cowatch/shared/resume/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEmbeddedTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import type { ViewerData } from '../platform/identity.ts';
import { createLogger } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { createResumeMetrics } from '../resume/resume.metrics.ts';
import { createResumeNews } from '../resume/resume.news.ts';
import { ResumeQuota } from '../resume/resume.quota.ts';
import { ResumeService } from '../resume/resume.service.ts';
import { createPostgresResumeStore } from '../resume/resume.store.postgres.ts';
import { openLibrary } from './accounts.library.ts';
import { AccountsService } from './accounts.service.ts';
import { createAccountsStore } from './accounts.store.ts';

// What becomes of what an instance takes from a guest who is somebody already, because it has not heard yet.

const log = createLogger({ level: 'silent' });
const GUEST = 'guest'.padEnd(22, '_');
const NOW_MS = 1_800_000_000_000;

let own: TestDatabase;
beforeAll(async () => {
  own = await openEmbeddedTestDatabase();
});
afterAll(() => own.remove());

/** Who people are and where they stand, on the one database. */
function rooms() {
  const { database } = own;
  const store = createAccountsStore(database);
  const positions = createPostgresResumeStore(database);
  const resume = new ResumeService({
    store: positions,
    news: createResumeNews(() => null),
    metrics: createResumeMetrics(createMetrics({ processMetrics: false }), () => ({ waiting: 0, journal: 0 })),
    people: { formerly: store.isFormer, guestsAmong: store.guestsAmong },
    log,
    quota: new ResumeQuota(600),
    kept: () => ({}),
  });
  return { database, store, positions, resume };
}

it('[RES24] is the account’s in the end, also where moving it failed at first, and nothing is left with the guest', async () => {
  const { database, store, positions, resume } = rooms();
  let failures = 1;
  const data: ViewerData = {
    move(from, to, nowMs) {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new CodedError('unavailable', 'Not now.')) : resume.move(from, to, nowMs);
    },
    erase: (viewerId) => resume.erase(viewerId),
  };
  const accounts = new AccountsService({ store, ended: { end() {} }, log, viewerData: () => [data] });
  const library = await openLibrary({ database, log, secret: Buffer.alloc(32) }, 'http://localhost');
  const ana = { viewerId: 'ana'.padEnd(22, '_'), deviceId: null };
  const credentials = { username: 'Ana', password: 'correct horse' };
  await accounts.signUp(library, ana, { ...credentials, deviceName: 'Laptop' }, NOW_MS);

  const watched = (contentId: string) => ({
    ...{ viewerId: GUEST, contentId, record: recordOf({ contentId }), registers: NO_REGISTERS, media: null, put: null },
  });
  const titlesOf = async (viewerId: string) =>
    (await positions.all(viewerId, null, 10)).map(({ contentId }) => contentId);
  await positions.apply([watched('title:before')]);
  const guest = { viewerId: GUEST, deviceId: null };
  await accounts.signIn(library, guest, { ...credentials, deviceName: 'Phone' }, NOW_MS);
  await positions.apply([watched('title:late')]);
  expect(await titlesOf(ana.viewerId)).toEqual([]);

  // Too soon: more may come.
  await accounts.settleDepartures(NOW_MS, 10, NOW_MS);
  expect(await titlesOf(ana.viewerId)).toEqual([]);
  await accounts.settleDepartures(NOW_MS + 1, 10, NOW_MS);
  expect(await titlesOf(ana.viewerId)).toEqual(['title:before', 'title:late']);
  expect(await titlesOf(GUEST)).toEqual([]);
  const { rows } = await database.run((db) => db.execute(sql`select settled from account_departures`));
  expect(rows).toEqual([{ settled: true }]);
});

it('[KEPT3] an erasure that was acknowledged happens, also where the positions could not be erased at once', async () => {
  const { store, positions, resume } = rooms();
  let failures = 1;
  const data: ViewerData = {
    move: () => Promise.resolve(),
    erase(viewerId) {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new CodedError('unavailable', 'Not now.')) : resume.erase(viewerId);
    },
  };
  const ended: string[] = [];
  const accounts = new AccountsService({
    ...{
      store,
      log,
      viewerData: () => [data],
      ended: { end: (subjects: readonly string[]) => ended.push(...subjects) },
    },
  });
  const viewerId = 'erased'.padEnd(22, '_');
  const record = recordOf({ contentId: 'title:a' });
  await positions.apply([{ viewerId, contentId: 'title:a', record, registers: NO_REGISTERS, media: null, put: null }]);
  const left = async () => (await positions.all(viewerId, null, 10)).length;

  const { depart } = store;
  store.depart = () => Promise.reject(new CodedError('unavailable', 'The database is away.'));
  await expect(accounts.erase({ viewerId, deviceId: null }, undefined, NOW_MS)).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect([ended, await left()]).toEqual([[], 1]);
  store.depart = depart;

  await accounts.erase({ viewerId, deviceId: null }, undefined, NOW_MS);
  expect([ended, await left()]).toEqual([[viewerId], 1]);
  expect(await store.openDepartures(NOW_MS + 1, 10)).toContainEqual({ viewerId, toViewerId: null });
  await accounts.settleDepartures(NOW_MS + 1, 10, NOW_MS);
  expect(await left()).toBe(0);
  expect(await store.openDepartures(NOW_MS + 1, 10)).not.toContainEqual({ viewerId, toViewerId: null });
});

it('[RES26] of guests nothing is left after 180 days without a word, and everything of accounts', async () => {
  const { store, positions, resume } = rooms();
  const said = (viewerId: string, contentId: string, intentAtMs: number) => ({
    ...{ viewerId, contentId, record: recordOf({ contentId, intentAtMs }) },
    ...{ registers: NO_REGISTERS, media: null, put: null },
  });
  const [idle, once, account] = ['a', 'b', 'c'].map((name) => name.repeat(22)) as [string, string, string];
  await store.createUser({ viewerId: account, username: 'Idle', passwordHash: '', nowMs: NOW_MS });
  await positions.apply([
    ...[said(idle, 'title:old', 1000), said(once, 'title:old', 1000), said(once, 'title:new', 3000)],
    said(account, 'title:old', 1000),
  ]);
  let after = '';
  do after = await resume.eraseIdle(after, 2000, 2);
  while (after !== '');
  const left = await Promise.all([idle, once, account].map((id) => positions.all(id, null, 10)));
  expect(left.map((titles) => titles.length)).toEqual([0, 2, 1]);
});
