import type { Platform } from './compose.ts';
import type { Config } from './config.ts';
import { type ClusterClock, createMachineClock } from './platform/clock/cluster-clock.ts';
import { startRedisClock } from './platform/clock/redis-clock.ts';
import type { Database } from './platform/database/database.ts';
import { openDatabase } from './platform/database/open-database.ts';
import { createEventBus } from './platform/events/event-bus.ts';
import { HealthRegistry, type PartHealth } from './platform/health/health.ts';
import { createPublicOrigin } from './platform/http/origins.ts';
import { buildOf } from './platform/http/page-builds.ts';
import { type PageRoots, WEB_ROOT } from './platform/http/pages.ts';
import type { Logger } from './platform/log/log.ts';
import { createMetrics, type Metrics } from './platform/metrics/metrics.ts';
import type { OperatorError } from './platform/operator-error.ts';
import { openRedis } from './platform/redis/open-redis.ts';
import type { Redis } from './platform/redis/redis.ts';
import { deriveKey, loadSecret } from './platform/secrets.ts';
import { settlesWithin } from './platform/settles-within.ts';

/** Longest wait for the database at start, in milliseconds: parties can begin without it, and people should not wait. */
const DATABASE_START_WAIT_MS = 1500;

/** Longest wait for cluster time at start, in milliseconds: what starts without it stays shut until it is known. */
const CLOCK_START_WAIT_MS = 3000;

export interface PlatformOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Parts that are there already, and do not end with the server; all others are opened by what `config` says. */
  readonly given?: {
    readonly clock?: ClusterClock;
    readonly database?: Database;
    readonly redis?: Redis | null;
    readonly metrics?: Metrics;
    readonly secret?: Buffer;
    readonly pagesBuild?: string | null;
    readonly roots?: PageRoots;
  };
  /** Told of what no waiting heals, where it is found after the start: the process should end. */
  onFatal?(error: OperatorError): void;
}

export interface OpenPlatform {
  readonly platform: Platform;
  /** Ends what was opened here, the last part first. */
  stop(): Promise<void>;
}

/** Opens what a server stands on. Where a part cannot be opened, those before it are ended again. */
export async function openPlatform(options: PlatformOptions): Promise<OpenPlatform> {
  const { config, log, given = {} } = options;
  const secret = given.secret ?? loadSecret(config);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const database = given.database ?? (await openOwnDatabase(options, stops));
    const redis = given.redis !== undefined ? given.redis : await openOwnRedis(options, stops);
    const metrics = given.metrics ?? createMetrics({ processMetrics: true });
    const health = new HealthRegistry();
    const clock = given.clock ?? (await startClock({ redis, log, metrics, health }, stops));
    health.register({ name: 'database', check: () => stateOf(database) });
    if (redis !== null) health.register({ name: 'redis', check: () => stateOf(redis) });
    const platform: Platform = {
      config,
      log,
      database,
      redis,
      metrics,
      health,
      clock,
      events: createEventBus(log),
      publicOrigin: createPublicOrigin(config),
      pagesBuild: given.pagesBuild !== undefined ? given.pagesBuild : buildOf(WEB_ROOT),
      deriveKey: (purpose) => deriveKey(secret, purpose),
      ...(given.roots === undefined ? {} : { roots: given.roots }),
    };
    return { platform, stop };
  } catch (error) {
    await stop().catch((failure) => log.error({ err: failure }, 'undoing a failed start failed'));
    throw error;
  }
}

async function openOwnDatabase({ config, log, onFatal = () => {} }: PlatformOptions, stops: (() => Promise<void>)[]): Promise<Database> {
  const { databaseUrl, dataDir } = config;
  const database = await openDatabase({ databaseUrl, dataDir, log, startWaitMs: DATABASE_START_WAIT_MS, onFatal });
  stops.push(() => database.stop());
  return database;
}

async function openOwnRedis({ config, log }: PlatformOptions, stops: (() => Promise<void>)[]): Promise<Redis | null> {
  if (config.redisUrls === null) return null;
  const redis = await openRedis({ urls: config.redisUrls, log });
  stops.push(() => redis.stop());
  return redis;
}

interface ClockParts extends Pick<Platform, 'redis' | 'log' | 'metrics' | 'health'> {}

/** Cluster time on Redis, or this machine's where there is none. */
async function startClock({ redis, log, metrics, health }: ClockParts, stops: (() => Promise<void>)[]): Promise<ClusterClock> {
  if (redis === null) return createMachineClock();
  const clock = startRedisClock({ redis, log, metrics });
  stops.push(async () => clock.stop());
  health.register(clock.healthPart);
  await settlesWithin(new Promise<void>((resolve) => clock.onReady(resolve)), CLOCK_START_WAIT_MS);
  return clock;
}

function stateOf(store: Pick<Database, 'kind' | 'health'> | Pick<Redis, 'kind' | 'health'>): PartHealth {
  const { ok, error } = store.health();
  if (ok) return { state: 'ok', detail: store.kind };
  return { state: 'down', ...(error === undefined ? {} : { detail: error }) };
}
