import { join } from 'node:path';
import { CodedError } from '@cowatch/shared/protocol';
import { type Accounts, type AccountsDeps, createAccounts } from './accounts/index.ts';
import type { Config } from './config.ts';
import { type ClusterClock, createMachineClock } from './platform/clock/cluster-clock.ts';
import { type RedisClock, startRedisClock } from './platform/clock/redis-clock.ts';
import type { Database } from './platform/database/database.ts';
import { openDatabase } from './platform/database/open-database.ts';
import type { Feature, FeatureDeps } from './platform/feature.ts';
import { HealthRegistry, type PartHealth } from './platform/health/health.ts';
import type { HttpApp } from './platform/http/http.types.ts';
import { createHttpApp } from './platform/http/http-app.ts';
import { listen } from './platform/http/listen.ts';
import { createPublicOrigin } from './platform/http/origins.ts';
import { BUILDS_FOLDER, buildOf, keepBuild } from './platform/http/page-builds.ts';
import { WEB_ROOT } from './platform/http/pages.ts';
import type { Logger } from './platform/log/log.ts';
import { createMetrics } from './platform/metrics/metrics.ts';
import type { OperatorError } from './platform/operator-error.ts';
import { openRedis } from './platform/redis/open-redis.ts';
import type { Redis } from './platform/redis/redis.ts';
import { deriveKey, loadSecret } from './platform/secrets.ts';
import { settlesWithin } from './platform/settles-within.ts';
import { createSocketServer, type SocketServer } from './platform/socket/socket-server.ts';

/** Makes a feature on what the platform offers. */
export type FeatureFactory = (deps: FeatureDeps) => Feature;

export interface ServerOptions {
  readonly config: Config;
  readonly log: Logger;
  /** The rooms of the house, in the order in which they start; they end in the same order. */
  readonly features: readonly FeatureFactory[];
  /** Instead of cluster time on Redis, or of this machine's where there is none. */
  readonly clock?: ClusterClock;
  /** Told of what no waiting heals, where it is found after the start: the process should end. */
  onFatal?(error: OperatorError): void;
}

/** A server that takes requests. */
export interface RunningServer {
  readonly port: number;
  readonly database: Database;
  readonly redis: Redis | null;
  readonly health: HealthRegistry;
  /** Drains, writes everything down, and stops. */
  stop(): Promise<void>;
  /** Writes down what only memory holds, and goes on. */
  flush(): Promise<void>;
}

/** Longest wait for the database at start, in milliseconds: parties can begin without it, and people should not wait. */
const DATABASE_START_WAIT_MS = 1500;

/** Longest wait for cluster time at start, in milliseconds: what starts without it stays shut until it is known. */
const CLOCK_START_WAIT_MS = 3000;

/** Longest wait for requests under way when the server ends, in milliseconds: a video may be streaming. */
const LAST_REQUESTS_MS = 1000;

/** Makes the features, with the accounts before all others: who people are, and that what is kept of them goes with them. */
export function furnish(
  deps: AccountsDeps,
  factories: readonly FeatureFactory[],
): { readonly features: readonly Feature[]; readonly identity: Accounts['identity'] } {
  const accounts = createAccounts(deps);
  const { identity, directory } = accounts;
  const others = factories.map((create) => create({ ...deps, identity, directory }));
  accounts.keep(others.flatMap(({ viewerData }) => viewerData ?? []));
  return { features: [accounts, ...others], identity };
}

/** Puts the platform and the features together and starts listening. */
export async function startServer({
  config,
  log,
  features: factories,
  clock: givenClock,
  onFatal = () => {},
}: ServerOptions): Promise<RunningServer> {
  const secret = loadSecret(config);
  const keyFor = (purpose: string) => deriveKey(secret, purpose);
  const { databaseUrl, dataDir } = config;
  const database = await openDatabase({ databaseUrl, dataDir, log, startWaitMs: DATABASE_START_WAIT_MS, onFatal });
  const undo: (() => Promise<unknown>)[] = [() => database.stop()];
  try {
    const redis = config.redisUrls === null ? null : await openRedis({ urls: config.redisUrls, log });
    if (redis !== null) undo.push(() => redis.stop());
    const metrics = createMetrics({ processMetrics: true });
    const health = new HealthRegistry();
    const ownClock = givenClock !== undefined || redis === null ? null : startRedisClock({ redis, log, metrics });
    const clock = givenClock ?? ownClock ?? createMachineClock();
    if (ownClock !== null) {
      undo.push(async () => ownClock.stop());
      health.register(ownClock.healthPart);
      await settlesWithin(new Promise<void>((resolve) => ownClock.onReady(resolve)), CLOCK_START_WAIT_MS);
    }
    health.register({
      name: 'database',
      check() {
        const { ok, error } = database.health();
        return ok ? { state: 'ok', detail: database.kind } : { state: 'down', ...(error === undefined ? {} : { detail: error }) };
      },
    });
    if (redis !== null) health.register({ name: 'redis', check: () => redisHealth(redis) });
    const publicOrigin = createPublicOrigin(config);
    const { features, identity } = furnish({ config, clock, database, redis, log, metrics, publicOrigin, deriveKey: keyFor }, factories);
    for (const part of features.flatMap((feature) => feature.healthParts ?? [])) health.register(part);
    const app = await createHttpApp({
      config,
      log,
      metrics,
      health,
      redis,
      viewerOf: identity.viewerId,
      knowsTime: () => clock.ready,
      async registerApi(api) {
        for (const feature of features) await feature.registerHttp?.(api);
      },
    });
    const sockets = createSocketServer({
      config,
      clock,
      log,
      metrics,
      identify: identity.identify,
      redis,
      pagesBuild: buildOf(WEB_ROOT),
    });
    for (const feature of features) feature.registerSocket?.(sockets);
    sockets.attach(app.server);
    undo.push(
      () => app.close(),
      () => sockets.stop(),
    );
    for (const feature of features) {
      undo.push(async () => feature.stop?.());
      await feature.start?.();
    }
    const port = await listen(app, config);
    void keepBuild(WEB_ROOT, join(dataDir, BUILDS_FOLDER), log);
    clock.onReady(() => health.serving());
    return {
      port,
      database,
      redis,
      health,
      ...ends({ app, sockets, features, ownClock, database, redis, health, log }),
    };
  } catch (error) {
    for (const step of undo.reverse()) {
      await step().catch((failure) => log.error({ err: failure }, 'undoing a failed start failed'));
    }
    throw error;
  }
}

function redisHealth(redis: Redis): PartHealth {
  const { ok, error } = redis.health();
  if (ok) return { state: 'ok', detail: redis.kind };
  return { state: 'down', ...(error === undefined ? {} : { detail: error }) };
}

interface Parts {
  readonly app: HttpApp;
  readonly sockets: SocketServer;
  readonly features: readonly Feature[];
  readonly ownClock: RedisClock | null;
  readonly database: Database;
  readonly redis: Redis | null;
  readonly health: HealthRegistry;
  readonly log: Logger;
}

/** How a server ends: nothing is lost, and nobody is surprised. */
function ends(parts: Parts): Pick<RunningServer, 'stop' | 'flush'> {
  const { app, sockets, features, ownClock, database, redis, health, log } = parts;
  /** One feature's failure must not cost the others their chance. */
  const each = async (what: 'flush' | 'stop') => {
    for (const feature of features) {
      await feature[what]?.().catch((error) => {
        // A database that is away is known already, and why.
        if (error instanceof CodedError) log.warn({ reason: error.message, feature: feature.name }, `${what} failed`);
        else log.error({ err: error, feature: feature.name }, `${what} failed`);
      });
    }
  };
  return {
    flush: () => each('flush'),
    async stop() {
      health.draining();
      // Requests are still answered, so that load balancers read on /readyz to send nobody any more.
      await sockets.drain();
      await sockets.stop();
      const hurry = setTimeout(() => app.server.closeAllConnections(), LAST_REQUESTS_MS);
      await app.close();
      clearTimeout(hurry);
      await each('flush');
      await each('stop');
      ownClock?.stop();
      await redis?.stop();
      await database.stop();
    },
  };
}
