import type { CommonRedisOptions } from 'ioredis';
import type { DuplicateOptions, RedisClient, RedisCommand } from './redis.ts';

/** Link to one server or to a Cluster. Calls reject with the errors of ioredis. */
export interface RedisLink {
  readonly kind: 'standalone' | 'cluster';
  readonly client: RedisClient;
  /** Resolves when there is a connection, or after so long. */
  firstConnection(waitMs: number): Promise<void>;
  /** Rejects, with the reason, unless Redis serves. */
  probe(): Promise<void>;
  batch(commands: readonly RedisCommand[]): Promise<unknown[]>;
  duplicate(options?: DuplicateOptions): RedisClient;
  stop(): void;
}

/** A command that has no answer after this long is refused; it may have been carried out. */
const COMMAND_TIMEOUT_MS = 1000;
/** A connection over which nothing comes for so long, while something should, is given up. */
const SILENCE_TIMEOUT_MS = 1500;
const CONNECT_TIMEOUT_MS = 1000;

/** Longest pause between two attempts to connect; each is shortened at random, lest all instances come back at once. */
const LONGEST_RETRY_MS = 1000;
const FIRST_RETRY_MS = 50;

/** Exponential backoff with jitter: milliseconds to wait before the attempt of this number, from 1 on; without an end. */
export function retryDelayMs(attempt: number): number {
  const delayMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 10));
  return Math.ceil(delayMs * (0.5 + Math.random() / 2));
}

/** At most once: nothing is kept for later and nothing is sent twice, lest a pause lands half a minute late. */
export const commandOptions = {
  commandTimeout: COMMAND_TIMEOUT_MS,
  socketTimeout: SILENCE_TIMEOUT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  connectionName: 'cowatch',
} as const satisfies CommonRedisOptions;

/** Subscriptions wait for their connection, and come back with it. */
export const subscriberOptions = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  maxRetriesPerRequest: null,
  autoResubscribe: true,
  connectionName: 'cowatch-subscriber',
} as const satisfies CommonRedisOptions;

/** Address and credentials in a Redis URL. */
export function addressOf(url: string) {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1';
  const db = /^\/(\d+)$/.exec(pathname)?.[1];
  return {
    host,
    port: port === '' ? 6379 : Number(port),
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' ? { tls: { servername: host } } : {}),
    ...(db === undefined ? {} : { db: Number(db) }),
  };
}
