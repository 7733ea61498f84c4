import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestRedis, startTestCluster, startTestRedis, type TestCluster, type TestRedis } from '../platform/redis/redis.testing.ts';
import type { Redis } from '../platform/redis/redis.ts';
import { sessionKey } from './session.keys.ts';
import { sessionStoreContract } from './session.store.contract.ts';
import { createMemorySessionStore } from './session.store.memory.ts';
import { createRedisSessionStore } from './session.store.redis.ts';
import { aSession, atVersion } from './session.testing.ts';

sessionStoreContract('memory', createMemorySessionStore);

describe('on one Redis', () => {
  let server: TestRedis;
  let redis: Redis;
  beforeAll(async () => {
    server = await startTestRedis();
    redis = await openTestRedis(server.url);
  });
  afterAll(async () => {
    await redis.stop();
    await server.remove();
  });

  sessionStoreContract('Redis', async () => {
    await server.flushAll();
    return createRedisSessionStore(redis);
  });

  it('forgets a record after a day in which nobody read or changed it', async () => {
    const store = createRedisSessionStore(redis);
    const record = aSession();
    const key = sessionKey(record.id, 'record');
    const left = () => server.call('PTTL', key);
    const shorten = () => server.call('PEXPIRE', key, 1000);
    await store.create(record);
    expect(await left()).toBeGreaterThan(23 * 3600 * 1000);
    await shorten();
    await store.load(record.id);
    expect(await left()).toBeGreaterThan(23 * 3600 * 1000);
    await shorten();
    await store.versions([record.id]);
    expect(await left()).toBeLessThanOrEqual(1000);
    await store.commit(atVersion(record, record.version + 1), record.version);
    expect(await left()).toBeGreaterThan(23 * 3600 * 1000);
  });

  it('is unavailable while Redis is away', async () => {
    const store = createRedisSessionStore(redis);
    const record = aSession();
    await server.kill();
    try {
      const calls = [
        store.load(record.id),
        store.create(record),
        store.commit(record, 1),
        store.drop(record.id, 1),
        store.versions([record.id]),
      ];
      for (const call of await Promise.allSettled(calls)) {
        expect(call).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
      }
    } finally {
      await server.start();
    }
  });
});

describe('on a Cluster', () => {
  let cluster: TestCluster;
  let redis: Redis;
  beforeAll(async () => {
    cluster = await startTestCluster();
    redis = await openTestRedis(cluster.urls);
  });
  afterAll(async () => {
    await redis.stop();
    await cluster.remove();
  });

  sessionStoreContract('Redis Cluster', async () => {
    await cluster.flushAll();
    return createRedisSessionStore(redis);
  });
});
