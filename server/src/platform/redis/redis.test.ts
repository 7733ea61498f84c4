import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../log/log.ts';
import { openRedis } from './open-redis.ts';
import {
  openTestRedis,
  reachable,
  startTestCluster,
  startTestRedis,
  startTestSwitch,
  type TestCluster,
  type TestRedis,
} from './redis.testing.ts';
import type { Redis } from './redis.ts';

/** Longest a person should wait for the refusal, in milliseconds. */
const FAST_MS = 1800;

const get = (redis: Redis, key: string) => redis.run((client) => client.get(key));
const set = (redis: Redis, key: string, value: string) => redis.run((client) => client.set(key, value));
const recovery = (redis: Redis) => new Promise<void>((resolve) => redis.onRecover(resolve));
const unavailable = { code: 'unavailable', retryAfterMs: expect.any(Number) };

const toStop: (() => Promise<unknown>)[] = [];
const opened = async (urls: string | readonly string[]) => {
  const redis = await openTestRedis(urls);
  toStop.push(() => redis.stop());
  return redis;
};
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

describe('one Redis', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startTestRedis({ appendfsync: 'always' });
  });
  afterAll(() => server.remove());

  it('runs commands, alone and many at once, and gives its refusals as they are', async () => {
    const redis = await opened(server.url);
    expect(redis.health()).toEqual({ ok: true });
    expect(redis.kind).toBe('standalone');
    await set(redis, 'a', '1');
    expect(
      await redis.batch([
        ['get', 'a'],
        ['set', 'b', 2],
        ['get', 'b'],
      ]),
    ).toEqual(['1', 'OK', '2']);
    expect(await redis.batch([])).toEqual([]);
    await expect(redis.run((client) => client.hget('a', 'x'))).rejects.toThrow('WRONGTYPE');
    await expect(redis.batch([['hget', 'a', 'x']])).rejects.toThrow('WRONGTYPE');
  });

  it('killed: calls are refused at once, nothing is kept for later, and all is well when it is back', async () => {
    const redis = await opened(server.url);
    await set(redis, 'kept', 'yes');
    const before = redis.generation;
    await server.kill();
    await expect(set(redis, 'late', 'x')).rejects.toMatchObject(unavailable);
    await expect(redis.batch([['get', 'kept']])).rejects.toMatchObject(unavailable);
    await expect.poll(() => redis.health().ok).toBe(false);
    expect(redis.generation).toBeGreaterThan(before);
    const recovered = recovery(redis);
    const whileAway = redis.generation;
    await server.start();
    await recovered;
    expect(redis.generation).toBeGreaterThan(whileAway);
    expect(redis.health()).toEqual({ ok: true });
    expect(await get(redis, 'kept')).toBe('yes');
    expect(await get(redis, 'late')).toBeNull();
  });

  it('frozen: calls are refused soon, and all is well when it goes on', async () => {
    const redis = await opened(server.url);
    const before = redis.generation;
    server.freeze();
    try {
      const startedMs = performance.now();
      await expect(set(redis, 'a', 'b')).rejects.toMatchObject(unavailable);
      expect(performance.now() - startedMs).toBeLessThan(FAST_MS);
      await expect.poll(() => redis.health().ok, { timeout: 4000 }).toBe(false);
    } finally {
      server.thaw();
    }
    await reachable(redis);
    expect(redis.generation).toBeGreaterThan(before);
    expect(await set(redis, 'a', 'c')).toBe('OK');
  });

  it('away at start: the handle is given back, says so without the password, and finds it when it comes', async () => {
    await server.kill();
    const lines: Record<string, unknown>[] = [];
    const log = createLogger({ level: 'info', destination: { write: (line: string) => lines.push(JSON.parse(line)) } });
    const url = new URL(server.url);
    url.username = 'cowatch';
    url.password = 'hunter2';
    const redis = await openRedis({ urls: [url.href], log, startWaitMs: 100 });
    toStop.push(() => redis.stop());
    expect(redis.health()).toEqual({ ok: false, error: expect.stringContaining('ECONNREFUSED') });
    await expect(get(redis, 'a')).rejects.toMatchObject(unavailable);
    await server.start();
    await expect.poll(() => redis.health().error).toContain('WRONGPASS');
    await server.call('ACL', 'SETUSER', 'cowatch', 'on', '>hunter2', '~*', '&*', '+@all');
    await reachable(redis);
    expect(lines.map(({ msg }) => msg)).toEqual(['Redis cannot be reached; going on without it and trying again', 'Redis can be reached']);
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });

  it('subscriptions come back by themselves', async () => {
    const redis = await opened(server.url);
    const subscriber = redis.duplicate();
    const heard: string[] = [];
    subscriber.on('message', (_channel: string, message: string) => heard.push(message));
    await subscriber.subscribe('news');
    await server.kill();
    await server.start();
    await expect
      .poll(async () => {
        await server.call('PUBLISH', 'news', 'again');
        return heard.length;
      })
      .toBeGreaterThan(0);
  });

  it('another one taking over under its address is noticed', async () => {
    const replica = await startTestRedis({ replicaOf: server });
    toStop.push(() => replica.remove());
    const address = await startTestSwitch(server);
    toStop.push(() => address.close());
    const redis = await opened(address.url);
    await set(redis, 'both', '1');
    await server.call('WAIT', 1, 1000);
    await replica.call('REPLICAOF', 'NO', 'ONE');
    await set(redis, 'first only', '1');
    const before = redis.generation;
    const recovered = recovery(redis);
    address.to(replica);
    await recovered;
    expect(redis.generation).toBeGreaterThan(before);
    expect(
      await redis.batch([
        ['get', 'both'],
        ['get', 'first only'],
      ]),
    ).toEqual(['1', null]);
  });
});

describe('a Cluster of three', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  });
  afterAll(() => cluster.remove());

  it('spreads keys over its nodes, alone and many at once', async () => {
    const redis = await opened(cluster.urls);
    expect(redis.kind).toBe('cluster');
    expect(redis.health()).toEqual({ ok: true });
    const keys = Array.from({ length: 30 }, (_, i) => `key ${i}`);
    await reachable(redis);
    await redis.batch(keys.map((key) => ['set', key, key]));
    expect(await redis.batch(keys.map((key) => ['get', key]))).toEqual(keys);
    const sizes = await Promise.all(cluster.nodes.map((node) => node.call('DBSIZE')));
    expect(sizes.every((size) => Number(size) > 0)).toBe(true);
    // On a busy machine it may take several tries until all nodes are there; using them changes nothing any more.
    const changedBy = async (use: () => Promise<unknown>) => {
      const before = redis.generation;
      await use();
      return redis.generation - before;
    };
    await expect.poll(() => changedBy(() => redis.batch(keys.map((key) => ['get', key]))).catch(() => null), { interval: 200 }).toBe(0);
  });

  it('a node killed: its keys are unavailable, and all is well when it is back', async () => {
    const redis = await opened(cluster.urls);
    const keys = Array.from({ length: 30 }, (_, i) => `kept ${i}`);
    await redis.batch(keys.map((key) => ['set', key, key]));
    const before = redis.generation;
    const [, victim] = cluster.nodes;
    await victim?.kill();
    await expect(redis.batch(keys.map((key) => ['get', key]))).rejects.toMatchObject(unavailable);
    await expect.poll(() => redis.health().ok, { timeout: 8000 }).toBe(false);
    await victim?.start();
    await reachable(redis);
    expect(redis.generation).toBeGreaterThan(before);
    await expect.poll(() => redis.batch(keys.map((key) => ['get', key])).catch(() => null), { timeout: 8000 }).toEqual(keys);
  });
});
