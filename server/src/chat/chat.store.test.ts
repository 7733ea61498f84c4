import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestRedis, startTestCluster, startTestRedis, type TestCluster, type TestRedis } from '../platform/redis/redis.testing.ts';
import type { Redis } from '../platform/redis/redis.ts';
import { sessionKey } from '../sessions/index.ts';
import { DEFAULT_SETTINGS } from './chat.opening.ts';
import { chatStoreContract } from './chat.store.contract.ts';
import { createMemoryChatStore } from './chat.store.memory.ts';
import { createRedisChatStore } from './chat.store.redis.ts';
import { aLineEntry } from './chat.testing.ts';

chatStoreContract('memory', createMemoryChatStore);

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

  chatStoreContract('Redis', () => createRedisChatStore(redis));

  it('leaves a chat to the database after a day in which nobody said anything', async () => {
    const store = createRedisChatStore(redis);
    const id = 'a-party-that-is-left__';
    await store.open(id, { epoch: 5, settings: DEFAULT_SETTINGS, whole: true, tail: [] }, null);
    await store.append(id, { entry: aLineEntry(), window: 1 });
    for (const what of ['chat', 'chat-tail', 'chat-ops']) {
      expect(await server.call('PTTL', sessionKey(id, what))).toBeGreaterThan(23 * 3600 * 1000);
    }
  });

  it('is unavailable while Redis is away', async () => {
    const store = createRedisChatStore(redis);
    await server.kill();
    try {
      const chat = { epoch: 5, settings: DEFAULT_SETTINGS, whole: true, tail: [] };
      const calls = [
        store.heads(['a']),
        store.open('a', chat, null),
        store.append('a', { entry: aLineEntry(), window: 1 }),
        store.tail('a', { afterSeq: 0 }),
        store.drop('a'),
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

  chatStoreContract('Redis Cluster', () => createRedisChatStore(redis));
});
