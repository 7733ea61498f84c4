import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '../../config.ts';
import { HealthRegistry } from '../health/health.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { openTestRedis, startTestCluster, startTestRedis, type TestRedis } from '../redis/redis.testing.ts';
import type { HttpApp } from './http.types.ts';
import { createHttpApp } from './http-app.ts';
import { createRateLimit } from './rate-limits.ts';

const DAY_MS = 24 * 3600 * 1000;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(() => server.remove());

/** An instance that lets a viewer have six requests a minute, and three of one kind. */
async function instance(urls: string | readonly string[], knowsTime = () => true): Promise<HttpApp> {
  const redis = await openTestRedis(urls);
  const app = await createHttpApp({
    config: loadConfig({ DATA_DIR: '/nonexistent', REQUESTS_PER_MINUTE_PER_IP: '6' }),
    health: new HealthRegistry(),
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
    redis,
    knowsTime,
    viewerOf: (request) => request.headers.authorization ?? null,
    registerApi(api) {
      api.get('/any', () => ({}));
      const inADay = createRateLimit(api, 'day', 2, DAY_MS);
      api.get('/day', async (request) => {
        await inADay(request, request.headers.authorization ?? null);
        return {};
      });
      api.get('/few', { config: { perMinute: 3 } }, () => ({}));
    },
  });
  ends.push(
    () => redis.stop(),
    () => app.close(),
  );
  return app;
}

/** Requests in turn at each of the instances, of one viewer or of nobody; the statuses. */
async function ask(apps: readonly HttpApp[], url: string, times: number, remoteAddress: string, authorization?: string): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const app = apps[i % apps.length];
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await app?.inject({ url: `/api/v1${url}`, remoteAddress, headers });
    statuses.push(answer?.statusCode ?? 0);
  }
  return statuses;
}

it('[LIM5] counts what one viewer asks of all instances together, from wherever, each kind of limit by itself', async () => {
  const apps = [await instance(server.url), await instance(server.url)];
  expect(await ask(apps, '/any', 4, '198.51.100.1', 'ana')).toEqual([200, 200, 200, 200]);
  expect(await ask(apps, '/any', 3, '198.51.100.9', 'ana')).toEqual([200, 200, 429]);
  expect(await ask(apps, '/few', 4, '198.51.100.1', 'ana')).toEqual([200, 200, 200, 429]);
  const keys = (await server.call('KEYS', '*')) as string[];
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) {
    expect(key).toMatch(/^cowatch:rate:/);
    expect(Number(await server.call('PTTL', key))).toBeGreaterThan(0);
  }
});

it('[LIM5] counts what one viewer does in a day', async () => {
  const app = await instance(server.url);
  expect(await ask([app], '/day', 3, '198.51.100.3', 'dora')).toEqual([200, 200, 429]);
  const refused = await app.inject({ url: '/api/v1/day', headers: { authorization: 'dora' } });
  expect(refused.json().retryAfterMs).toBeGreaterThan(DAY_MS - 60_000);
  expect(await ask([app], '/day', 1, '198.51.100.3', 'emil')).toEqual([200]);
});

it('[LIM5] shuts nobody out for what others behind the same address ask, but bounds all of them together', async () => {
  const app = await instance(server.url);
  const pupils = Array.from({ length: 10 }, (_, i) => `pupil ${i}`);
  for (const pupil of pupils) expect(await ask([app], '/few', 4, '2001:db8::1', pupil)).toEqual([200, 200, 200, 429]);
  // Who comes without an identity, or with a new one each time, counts by the address, and an IPv6 network is one.
  const newcomers = await ask([app], '/few', 31, '2001:db8::ffff');
  expect(newcomers).toEqual([...new Array(30).fill(200), 429]);
  expect(await ask([app], '/few', 1, '2001:db8::2', 'a new pupil')).toEqual([429]);
  expect(await ask([app], '/few', 1, '2001:db8:1::2', 'a new pupil')).toEqual([200]);
  const refused = await app.inject({ url: '/api/v1/few', remoteAddress: '2001:db8::2' });
  expect(refused.json()).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
});

it('[LIM5] counts on a Cluster', { timeout: 30_000 }, async () => {
  const cluster = await startTestCluster();
  ends.push(() => cluster.remove());
  const apps = [await instance(cluster.urls), await instance(cluster.urls)];
  for (const viewer of ['ana', 'ben', 'cem']) {
    expect(await ask(apps, '/few', 4, '198.51.100.1', viewer)).toEqual([200, 200, 200, 429]);
  }
});

it('lets everybody through while Redis is away', async () => {
  const app = await instance(server.url);
  await server.kill();
  expect(await ask([app], '/any', 8, '198.51.100.4', 'ana')).toEqual(new Array(8).fill(200));
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
