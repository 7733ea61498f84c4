import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../config.ts';
import { HealthRegistry } from '../health/health.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { openTestRedis, startTestCluster, startTestRedis, type TestRedis } from '../redis/redis.testing.ts';
import type { HttpApp } from './http.types.ts';
import { createHttpApp } from './http-app.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.remove());

/** An instance that lets six requests a minute through, and three of one kind. */
async function instance(urls: string | readonly string[], knowsTime = () => true): Promise<HttpApp> {
  const redis = await openTestRedis(urls);
  const app = await createHttpApp({
    config: loadConfig({ DATA_DIR: '/nonexistent', REQUESTS_PER_MINUTE_PER_IP: '6' }),
    health: new HealthRegistry(),
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
    redis,
    knowsTime,
    registerApi(api) {
      api.get('/any', () => ({}));
      api.get('/few', { config: { rateLimit: { max: 3, timeWindow: 60_000 } } }, () => ({}));
    },
  });
  ends.push(
    () => redis.stop(),
    () => app.close(),
  );
  return app;
}

/** Requests in turn at each of the instances; the statuses. */
async function ask(apps: readonly HttpApp[], url: string, times: number, remoteAddress: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const app = apps[i % apps.length];
    const answer = await app?.inject({ url: `/api/v1${url}`, remoteAddress });
    statuses.push(answer?.statusCode ?? 0);
  }
  return statuses;
}

it('[LIM5] counts what one address asks of all instances together, each kind of limit by itself', async () => {
  const apps = [await instance(server.url), await instance(server.url)];
  expect(await ask(apps, '/any', 7, '198.51.100.1')).toEqual([200, 200, 200, 200, 200, 200, 429]);
  expect(await ask(apps, '/few', 4, '198.51.100.1')).toEqual([200, 200, 200, 429]);
  expect(await ask(apps, '/any', 1, '198.51.100.2')).toEqual([200]);
  const keys = (await server.call('KEYS', '*')) as string[];
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) {
    expect(key).toMatch(/^cowatch:rate:/);
    expect(Number(await server.call('PTTL', key))).toBeGreaterThan(0);
  }
});

it('[LIM5] counts on a Cluster', { timeout: 30_000 }, async () => {
  const cluster = await startTestCluster();
  ends.push(() => cluster.remove());
  const apps = [await instance(cluster.urls), await instance(cluster.urls)];
  for (const address of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
    expect(await ask(apps, '/few', 4, address)).toEqual([200, 200, 200, 429]);
  }
});

it('lets everybody through while Redis is away', async () => {
  const app = await instance(server.url);
  await server.kill();
  expect(await ask([app], '/any', 8, '198.51.100.4')).toEqual(new Array(8).fill(200));
  await server.start();
});

it('[CLK6] serves nobody before cluster time is known', async () => {
  let known = false;
  const app = await instance(server.url, () => known);
  const refused = await app.inject({ url: '/api/v1/any', remoteAddress: '198.51.100.5' });
  expect(refused.statusCode).toBe(503);
  expect(refused.json()).toMatchObject({ code: 'unavailable', retryAfterMs: 1000 });
  known = true;
  expect(await ask([app], '/any', 1, '198.51.100.5')).toEqual([200]);
});
