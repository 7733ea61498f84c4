import { CodedError } from '@cowatch/shared/protocol';
import { type Composition, compose, type Platform } from './compose.ts';
import { type OpenPlatform, openPlatform, type PlatformOptions } from './open-platform.ts';
import type { Database } from './platform/database/database.ts';
import type { Feature, FeatureFactory } from './platform/feature.ts';
import type { HealthRegistry } from './platform/health/health.ts';
import { listen } from './platform/http/listen.ts';
import { JobRunner } from './platform/jobs/jobs.ts';
import type { Redis } from './platform/redis/redis.ts';
import type { SocketServer } from './platform/socket/socket-server.ts';

export interface ServerOptions extends PlatformOptions {
  /** The features, in the order in which they are made, start and end; accounts come last by themselves. */
  readonly features: readonly FeatureFactory[];
}

/** A server that takes requests. */
export interface RunningServer {
  readonly port: number;
  readonly database: Database;
  readonly redis: Redis | null;
  readonly health: HealthRegistry;
  readonly sockets: SocketServer;
  readonly features: readonly Feature[];
  /** Drains, writes everything down, and stops. */
  stop(): Promise<void>;
  /** Writes down what only memory holds, and goes on. */
  flush(): Promise<void>;
  /** Stops at once: nobody is told, and what only memory holds is lost. */
  halt(): Promise<void>;
}

/** Longest wait for requests under way when the server ends, in milliseconds: a video may be streaming. */
const LAST_REQUESTS_MS = 1000;

/** Opens the platform, puts the features on it and starts listening. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const opened = await openPlatform(options);
  const { platform } = opened;
  const { config, log, clock, health, database, redis } = platform;
  const jobs = new JobRunner(platform);
  let composition: Composition | null = null;
  try {
    composition = await compose(platform, options.features);
    const { app, features, sockets } = composition;
    for (const feature of features) await feature.start?.();
    jobs.start(features.flatMap((feature) => feature.jobs ?? []));
    const port = await listen(app, config);
    clock.onReady(() => health.serving());
    return { port, database, redis, health, sockets, features, ...endsOf(opened, composition, jobs) };
  } catch (error) {
    const undo = composition === null ? opened.stop : endsOf(opened, composition, jobs).halt;
    await undo().catch((failure) => log.error({ err: failure }, 'undoing a failed start failed'));
    throw error;
  }
}

/** How a server ends: nothing is lost, and nobody is surprised; or at once. */
function endsOf(
  { platform, stop: stopPlatform }: OpenPlatform,
  { app, sockets, features }: Composition,
  jobs: JobRunner,
): Pick<RunningServer, 'stop' | 'flush' | 'halt'> {
  const flush = () => each(platform, features, 'flush');
  const stopFeatures = async () => {
    jobs.stop();
    await each(platform, features, 'stop');
  };
  return {
    flush,
    async stop() {
      platform.health.draining();
      // Requests are still answered, so that load balancers read on /readyz to send nobody any more.
      await sockets.drain();
      await sockets.stop();
      const hurry = setTimeout(() => app.server.closeAllConnections(), LAST_REQUESTS_MS);
      await app.close();
      clearTimeout(hurry);
      await flush();
      await stopFeatures();
      await stopPlatform();
    },
    async halt() {
      await stopFeatures();
      await sockets.stop();
      await app.close();
      await stopPlatform();
    },
  };
}

/** Does it with each feature: one's failure must not cost the others their chance. */
async function each({ log }: Platform, features: readonly Feature[], what: 'flush' | 'stop'): Promise<void> {
  for (const feature of features) {
    await feature[what]?.().catch((error) => {
      // A database that is away is known already, and why.
      if (error instanceof CodedError) log.warn({ reason: error.message, feature: feature.name }, `${what} failed`);
      else log.error({ err: error, feature: feature.name }, `${what} failed`);
    });
  }
}
