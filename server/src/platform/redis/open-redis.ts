import type { Logger } from '../log/log.ts';
import { openCluster } from './cluster-link.ts';
import type { Redis } from './redis.ts';
import { RedisConnection } from './redis-connection.ts';
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

/** Connects to Redis; the connection reconnects by itself. */
export async function openRedis({ urls, log, startWaitMs = START_WAIT_MS }: OpenRedisOptions): Promise<Redis> {
  const open = urls.length > 1 ? openCluster : openStandalone;
  const redis = new RedisConnection((changed) => open(urls, changed), log);
  await redis.connect(startWaitMs);
  return redis;
}
