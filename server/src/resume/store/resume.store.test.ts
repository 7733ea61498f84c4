import { NO_REGISTERS, type ResumeRecord, titleOf } from '@cowatch/shared/resume';
import { recordOf, sittingNamed } from '@cowatch/shared/resume/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresTestDatabase, TEST_DATABASES, type TestDatabase } from '../../platform/database/database.testing.ts';
import type { Database } from '../../platform/database/database.ts';
import { createLogger } from '../../platform/log/log.ts';
import { openTestRedis, startTestCluster, startTestRedis, type TestCluster, type TestRedis } from '../../platform/redis/redis.testing.ts';
import type { Redis } from '../../platform/redis/redis.ts';
import { ResumeJournal } from '../journal/resume.journal.ts';
import { journalKey, shardOf, titleKey } from './resume.keys.ts';
import { resumeStoreContract } from './resume.store.contract.ts';
import { createPostgresResumeStore } from './resume.store.postgres.ts';
import { createRedisResumeStore } from './resume.store.redis.ts';
import type { TitleChange } from './resume.store.ts';

for (const { kind, open } of TEST_DATABASES) {
  resumeStoreContract(kind, async () => {
    const { database, remove } = await open();
    return { store: createPostgresResumeStore(database), takeAway: () => database.stop(), remove };
  });
}

const log = createLogger({ level: 'silent' });

/** Positions in Redis and PostgreSQL as one instance has them. */
function instanceOn(redis: Redis, database: Database, instanceId = 'one') {
  const cold = createPostgresResumeStore(database);
  const journal = new ResumeJournal({ redis, cold, instanceId, log, nowMs: () => 0, onAway() {} });
  return { cold, journal, store: createRedisResumeStore(redis, cold, journal) };
}

resumeStoreContract('Redis before PostgreSQL', async () => {
  const server = await startTestRedis();
  const redis = await openTestRedis(server.url);
  const { database, remove } = await openPostgresTestDatabase();
  const { store, journal } = instanceOn(redis, database);
  journal.start();
  return {
    store,
    takeAway: () => server.kill(),
    async remove() {
      await journal.stop();
      await redis.stop();
      await server.remove();
      await remove();
    },
  };
});

resumeStoreContract('a Redis Cluster before PostgreSQL', async () => {
  const cluster: TestCluster = await startTestCluster();
  const redis = await openTestRedis(cluster.urls);
  const { database, remove } = await openPostgresTestDatabase();
  const { store, journal } = instanceOn(redis, database);
  journal.start();
  return {
    store,
    takeAway: () => redis.stop(),
    async remove() {
      await journal.stop();
      await redis.stop();
      await cluster.remove();
      await remove();
    },
  };
});

describe('Redis before PostgreSQL: what becomes of it', () => {
  const VIEWER = 'viewer'.padEnd(22, '_');
  let server: TestRedis;
  let redis: Redis;
  let home: TestDatabase;
  beforeAll(async () => {
    server = await startTestRedis({ appendfsync: 'always' });
    redis = await openTestRedis(server.url);
    home = await openPostgresTestDatabase();
  });
  afterAll(async () => {
    await redis.stop();
    await server.remove();
    await home.remove();
  });

  const change = (record: ResumeRecord, viewerId = VIEWER): TitleChange => ({
    viewerId,
    contentId: record.contentId,
    put: null,
    ...titleOf(record),
  });
  const inJournal = () => server.call('XLEN', journalKey(shardOf(VIEWER)));

  it('[RES23] is acknowledged before PostgreSQL has it, and is there after a look; only then does Redis forget', async () => {
    const { store, cold, journal } = instanceOn(redis, home.database);
    const record = recordOf({ contentId: 'title:a' });
    expect((await store.apply([change(record)]))[0]?.outcome).toBe('applied');
    expect(await cold.load(VIEWER, ['title:a'])).toEqual(new Map());
    expect(await inJournal()).toBe(1);
    await journal.look();
    expect((await cold.load(VIEWER, ['title:a'])).get('title:a')?.record).toEqual(record);
    expect(await inJournal()).toBe(0);
    await journal.stop();
  });

  it('[RES23] one that Redis has forgotten comes back from PostgreSQL, and a late word does not win over it', async () => {
    const { store, journal } = instanceOn(redis, home.database);
    const newer = recordOf({ contentId: 'title:b', intentAtMs: 2_000_000, sittingId: sittingNamed(2) });
    const deletion = recordOf({ contentId: 'title:c', intentAtMs: 2_000_000, state: 'deleted' });
    await store.apply([change(newer), change(deletion)]);
    await journal.look();
    await server.flushAll();
    const late = [change(recordOf({ contentId: 'title:b' })), change(recordOf({ contentId: 'title:c' }))];
    expect((await store.apply(late)).map(({ outcome }) => outcome)).toEqual(['stale', 'stale']);
    const stored = await store.load(VIEWER, ['title:b', 'title:c']);
    expect(stored.get('title:b')?.record).toEqual(newer);
    expect(stored.get('title:c')?.record?.state).toBe('deleted');
    await journal.stop();
  });

  it('a title takes Redis one piece of memory, however long its figures are', async () => {
    const { store, journal } = instanceOn(redis, home.database);
    const longMs = 10 * 24 * 3_600_000;
    const record = recordOf({
      contentId: 'title:long',
      positionMs: longMs,
      durationMs: longMs,
      watchedMs: 9 * longMs,
      previousPositionMs: longMs,
      state: 'completed',
      savedAtMs: 9_999_999_999_999,
      device: { id: 'd'.repeat(40), name: 'n'.repeat(60) },
    });
    await store.apply([change(record)]);
    expect((await store.load(VIEWER, ['title:long'])).get('title:long')?.record).toEqual(record);
    expect(await server.call('OBJECT', 'ENCODING', titleKey(VIEWER, 'title:long'))).toBe('listpack');
    await journal.stop();
  });

  it('[RES23] that there is nothing is remembered too, and comes to an end when there is something', async () => {
    const { store, journal } = instanceOn(redis, home.database);
    expect(await store.load(VIEWER, ['title:none'])).toEqual(new Map());
    expect(await server.call('HGET', titleKey(VIEWER, 'title:none'), 'n')).toBe('0');
    await store.apply([change(recordOf({ contentId: 'title:none' }))]);
    expect((await store.load(VIEWER, ['title:none'])).size).toBe(1);
    await journal.stop();
  });

  it('[RES23] waits in the journal while PostgreSQL is away, and what is hot is saved and read all the same', async () => {
    const other = await openPostgresTestDatabase();
    const away: boolean[] = [];
    const cold = createPostgresResumeStore(other.database);
    const journal = new ResumeJournal({
      redis,
      cold,
      instanceId: 'two',
      log,
      nowMs: () => 0,
      onAway: (is) => away.push(is),
    });
    const store = createRedisResumeStore(redis, cold, journal);
    await store.apply([change(recordOf({ contentId: 'title:d', seq: 1 }))]);
    await journal.look();
    await other.remove();
    const word = recordOf({ contentId: 'title:d', seq: 2, positionMs: 777 });
    expect((await store.apply([change(word)]))[0]?.outcome).toBe('applied');
    await journal.look();
    expect(away).toEqual([false, true]);
    expect((await store.load(VIEWER, ['title:d'])).get('title:d')?.record?.positionMs).toBe(777);
    expect(await inJournal()).toBe(1);
    await journal.stop();
    // Another instance, whose PostgreSQL is there, brings it home.
    const { journal: heir, cold: there } = instanceOn(redis, home.database, 'three');
    await heir.look();
    expect((await there.load(VIEWER, ['title:d'])).get('title:d')?.record?.positionMs).toBe(777);
    expect(await inJournal()).toBe(0);
    await heir.stop();
  });

  it('[RES23] an instance that dies is followed by another once its leases end; two at once harm nothing', async () => {
    const dead = instanceOn(redis, home.database, 'dead');
    await dead.journal.look();
    const heir = instanceOn(redis, home.database, 'heir');
    await heir.store.apply([change(recordOf({ contentId: 'title:e' }))]);
    await heir.journal.look();
    expect(await inJournal()).toBe(1);
    await server.call('DEL', ...(await leases()));
    await heir.journal.look(Number.MAX_SAFE_INTEGER);
    await dead.journal.look();
    expect(await inJournal()).toBe(0);
    expect((await heir.cold.load(VIEWER, ['title:e'])).get('title:e')?.rev).toBe(1);
    await heir.journal.stop();
    await dead.journal.stop();
  });

  it('[RES23] a killed Redis has everything that was acknowledged', async () => {
    const { store } = instanceOn(redis, home.database, 'before');
    const words = Array.from({ length: 50 }, (_, i) => recordOf({ contentId: `title:k${i}`, positionMs: i }));
    await store.apply(words.map((word) => change(word)));
    await server.kill();
    await server.start();
    await expect.poll(() => redis.health().ok).toBe(true);
    const { journal, cold } = instanceOn(redis, home.database, 'after');
    await journal.look();
    for (let i = 0; (await inJournal()) !== 0 && i < 10; i += 1) await journal.look(Number.MAX_SAFE_INTEGER);
    const stored = await cold.load(
      VIEWER,
      words.map(({ contentId }) => contentId),
    );
    expect([...stored.values()].map(({ record }) => record)).toEqual(expect.arrayContaining(words));
    await journal.stop();
  });

  it('a hidden title is in the row’s candidates at once, and what was hidden without ever being watched is nothing', async () => {
    const { store, journal } = instanceOn(redis, home.database, 'row');
    const viewer = 'row'.padEnd(22, '_');
    await store.apply([change(recordOf({ contentId: 'title:x' }), viewer)]);
    expect((await store.offered(viewer, 0, null, 10)).titles.map(({ contentId }) => contentId)).toEqual(['title:x']);
    const hidden = { ...NO_REGISTERS, hiddenAtMs: 5 };
    const nothing = { viewerId: viewer, contentId: 'title:y', record: null, media: null, put: null };
    await store.apply([{ ...nothing, registers: hidden }]);
    expect((await store.offered(viewer, 0, null, 10)).titles).toHaveLength(1);
    await journal.stop();
  });

  async function leases(): Promise<string[]> {
    return (await server.call('KEYS', 'cowatch:{r*}:lease')) as string[];
  }
});
