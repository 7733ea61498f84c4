import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { openTestRedis, startTestCluster, startTestRedis, startTestSwitch, type TestRedis } from '../redis/redis.testing.ts';
import { CLOCK_KEY } from './anchor.redis.ts';
import { parseAnchor } from './clock-anchor.ts';
import { GUESS_PATIENCE_MS, PROBATION_MS } from './cluster-estimator.ts';
import { type RedisClock, startRedisClock } from './redis-clock.ts';

const log = createLogger({ level: 'silent' });
/** Sanity bound on a busy machine, in milliseconds; the bounds that are claimed are compared as they are. */
const NEAR_MS = 60;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An instance's clock, on a machine whose wall clock is wrong by so much. */
async function clockOf(urls: string | readonly string[], wallWrongByMs = 0): Promise<RedisClock> {
  const redis = await openTestRedis(urls);
  const clock = startRedisClock({
    redis,
    log,
    metrics: createMetrics({ processMetrics: false }),
    sources: { wallMs: () => Date.now() + wallWrongByMs, monotonicMs: () => performance.now() },
  });
  ends.push(
    () => redis.stop(),
    () => clock.stop(),
  );
  return clock;
}

const ready = (clock: RedisClock) => new Promise<void>((resolve) => clock.onReady(resolve));
const anchorOf = async (redis: TestRedis) => parseAnchor((await redis.call('GET', CLOCK_KEY)) as string | null);
const apart = (one: RedisClock, two: RedisClock) => Math.abs(one.nowMs() - two.nowMs());
const bounds = (one: RedisClock, two: RedisClock) => one.errorBoundMs() + two.errorBoundMs();
/** How far a clock has moved against this process's monotonic one since now. */
const watch = (clock: RedisClock) => {
  const startMs = clock.nowMs() - performance.now();
  return () => Math.abs(clock.nowMs() - performance.now() - startMs);
};
async function until(isIt: () => boolean | Promise<boolean>, eachTime = () => {}): Promise<void> {
  const startMs = performance.now();
  while (!(await isIt())) {
    eachTime();
    if (performance.now() - startMs > 15_000) throw new Error(`it did not come about: ${isIt}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
/** Waits until both follow the anchor that is there, and has looked at every moment whether they went on smoothly. */
async function mended(redis: TestRedis, one: RedisClock, two: RedisClock, epoch: number): Promise<void> {
  const [offOne, offTwo] = [watch(one), watch(two)];
  let lastMs = one.nowMs();
  await until(
    async () => {
      const anchor = await anchorOf(redis).catch(() => null);
      return anchor?.epoch === epoch && [one, two].every(({ healthPart }) => healthPart.check().state === 'ok');
    },
    () => {
      expect(Math.max(offOne(), offTwo(), apart(one, two))).toBeLessThan(NEAR_MS);
      expect(one.nowMs()).toBeGreaterThanOrEqual(lastMs);
      lastMs = one.nowMs();
    },
  );
  expect(apart(one, two)).toBeLessThanOrEqual(bounds(one, two) + 0.1);
}

describe('the clock on a Redis server', { timeout: 60_000 }, () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startTestRedis({ appendfsync: 'always' });
  });
  afterAll(() => redis.remove());

  it('[CLK6] is not ready before it knows the time, and says why', async () => {
    await redis.flushAll();
    const clock = await clockOf(redis.url);
    const startMs = performance.now();
    expect(clock.ready).toBe(false);
    expect(clock.healthPart.check().state).toBe('down');
    await ready(clock);
    expect(performance.now() - startMs).toBeGreaterThan(GUESS_PATIENCE_MS);
    expect(clock.healthPart.check()).toMatchObject({ state: 'ok' });
    expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(NEAR_MS);
  });

  it('[CLK6] is the same on instances whose wall clocks are 3 s apart, and after a restart of one', async () => {
    const one = await clockOf(redis.url);
    const two = await clockOf(redis.url, 3000);
    const startMs = performance.now();
    await Promise.all([ready(one), ready(two)]);
    // A bound of sanity: what matters is that it ends.
    expect(performance.now() - startMs).toBeLessThan(PROBATION_MS * 10);
    expect(apart(one, two)).toBeLessThanOrEqual(bounds(one, two) + 0.1);
    two.stop();
    const again = await clockOf(redis.url, -3000);
    await ready(again);
    expect(apart(one, again)).toBeLessThanOrEqual(bounds(one, again) + 0.1);
  });

  it('[CLK7] goes on over a FLUSHALL, a kill with an empty restart, and a restart', async () => {
    const one = await clockOf(redis.url);
    const two = await clockOf(redis.url);
    await Promise.all([ready(one), ready(two)]);
    const epoch = (await anchorOf(redis))?.epoch ?? 0;
    await redis.flushAll();
    await mended(redis, one, two, epoch + 1);
    await redis.flushAll();
    await redis.kill();
    await redis.start();
    await mended(redis, one, two, epoch + 2);
    await redis.kill();
    await redis.start();
    await mended(redis, one, two, epoch + 3);
  });

  it('[CLK7] goes on while Redis hangs', async () => {
    const clock = await clockOf(redis.url);
    await ready(clock);
    const off = watch(clock);
    redis.freeze();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(off()).toBeLessThan(NEAR_MS);
    redis.thaw();
    await until(() => clock.healthPart.check().state === 'ok');
    expect(off()).toBeLessThan(NEAR_MS);
  });

  it('[CLK7] goes on where an older replica takes over', async () => {
    const replica = await startTestRedis({ replicaOf: redis });
    const address = await startTestSwitch(redis);
    ends.push(
      () => replica.remove(),
      () => address.close(),
    );
    const [one, two] = [await clockOf(address.url), await clockOf(address.url)];
    await Promise.all([ready(one), ready(two)]);
    const epoch = (await anchorOf(redis))?.epoch ?? 0;
    await replica.call('REPLICAOF', 'NO', 'ONE');
    // What the replica never heard of: another anchor at the master.
    await redis.flushAll();
    await mended(redis, one, two, epoch + 1);
    address.to(replica);
    await mended(replica, one, two, epoch + 2);
  });
});

it('[CLK6] [CLK7] holds on a Cluster, whose node it is that owns the key', { timeout: 60_000 }, async () => {
  const cluster = await startTestCluster();
  ends.push(() => cluster.remove());
  const one = await clockOf(cluster.urls);
  const two = await clockOf(cluster.urls, -3000);
  await Promise.all([ready(one), ready(two)]);
  expect(apart(one, two)).toBeLessThanOrEqual(bounds(one, two) + 0.1);
  const owners = await Promise.all(cluster.nodes.map((node) => node.call('GET', CLOCK_KEY).catch(() => null)));
  const owner = cluster.nodes[owners.findIndex((text) => text !== null)];
  if (owner === undefined) throw new Error('nobody has the key');
  const off = watch(one);
  await owner.kill();
  await owner.start();
  await mended(owner, one, two, 1);
  await owner.flushAll();
  await mended(owner, one, two, 2);
  expect(off()).toBeLessThan(NEAR_MS);
});
