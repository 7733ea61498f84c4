import type { Logger } from '../log/log.ts';
import { openCluster } from './cluster-link.ts';
import type { Redis, RedisCommand, RedisHealth } from './redis.ts';
import { asRefusal, describeRedisError, unavailable } from './redis-errors.ts';
import type { RedisLink } from './redis-link.ts';
import { openStandalone } from './standalone-link.ts';

export interface OpenRedisOptions {
  /** `redis://` or `rediss://`, with user and password where there are any; several are nodes of one Cluster. */
  readonly urls: readonly string[];
  readonly log: Logger;
  /** Longest wait for the first connection, in milliseconds; after it the handle is given back all the same. */
  readonly startWaitMs?: number;
}

/** Longest wait for Redis at start, in milliseconds. */
const START_WAIT_MS = 1500;

/** How often a connection is asked whether there is still somebody at its other end, and a lost one whether it is back. */
const PROBE_INTERVAL_MS = 1000;
const PROBE_LOST_INTERVAL_MS = 200;

/** Connects to Redis and keeps knowing whether it can be reached. */
export async function openRedis({ urls, log, startWaitMs = START_WAIT_MS }: OpenRedisOptions): Promise<Redis> {
  const recoverCallbacks = new Set<() => void>();
  let generation = 0;
  let health: RedisHealth = { ok: false, error: 'not reached yet' };
  let toldLost = false;
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let probing: Promise<void> | null = null;

  const link: RedisLink = (urls.length > 1 ? openCluster : openStandalone)(urls, () => {
    generation += 1;
    // Somebody else may answer now: nobody is told that Redis is there before the next answer.
    if (health.ok) health = { ok: false, error: 'the connection changed' };
    void probe();
  });

  function lost(reason: string): void {
    health = { ok: false, error: reason };
    if (toldLost || stopped) return;
    toldLost = true;
    log.error({ reason }, 'Redis cannot be reached; going on without it and trying again');
  }

  function reached(): void {
    if (health.ok || stopped) return;
    health = { ok: true };
    if (toldLost) log.info('Redis can be reached');
    toldLost = false;
    for (const callback of [...recoverCallbacks]) {
      try {
        callback();
      } catch (error) {
        log.error({ err: error }, 'a callback on the return of Redis failed');
      }
    }
  }

  /** Asks whether Redis serves; one question at a time, and again where an answer was overtaken by a change. */
  function probe(): Promise<void> {
    probing ??= ask().finally(() => {
      probing = null;
      schedule(health.ok ? PROBE_INTERVAL_MS : PROBE_LOST_INTERVAL_MS);
    });
    return probing;
  }

  async function ask(): Promise<void> {
    while (!stopped) {
      const asked = generation;
      try {
        await link.probe();
        if (asked === generation) return reached();
      } catch (error) {
        if (asked === generation) return lost(describeRedisError(error));
      }
    }
  }

  function schedule(delayMs: number): void {
    if (timer !== null) clearTimeout(timer);
    timer = stopped ? null : setTimeout(() => void probe(), delayMs);
    // What keeps the process alive is serving people, not waiting for Redis.
    timer?.unref();
  }

  await link.firstConnection(startWaitMs);
  await probe();

  return {
    kind: link.kind,
    get generation() {
      return generation;
    },
    async run(work) {
      if (stopped) throw unavailable(new Error('the server is stopping'));
      try {
        return await work(link.client);
      } catch (error) {
        throw asRefusal(error);
      }
    },
    async batch(commands: readonly RedisCommand[]) {
      if (commands.length === 0) return [];
      if (stopped) throw unavailable(new Error('the server is stopping'));
      try {
        return await link.batch(commands);
      } catch (error) {
        throw asRefusal(error);
      }
    },
    health: () => health,
    onRecover(callback) {
      recoverCallbacks.add(callback);
      return () => {
        recoverCallbacks.delete(callback);
      };
    },
    duplicate: (options) => link.duplicate(options),
    async stop() {
      if (stopped) return;
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      health = { ok: false, error: 'the server is stopping' };
      link.stop();
    },
  };
}
