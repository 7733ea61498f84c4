import { Redis as Client } from 'ioredis';
import { settlesWithin } from '../settles-within.ts';
import type { RedisCommand } from './redis.ts';
import { addressOf, commandOptions, type RedisLink, retryDelayMs, subscriberOptions } from './redis-link.ts';

/** Interval of pings on a subscriber's connection, in milliseconds: a dead one would be silent for ever. */
const SUBSCRIBER_PING_MS = 2000;

/**
 * Connects to one server.
 * @param changed called when the connection was lost, and when there is a new one
 */
export function openStandalone([url = '']: readonly string[], changed: () => void): RedisLink {
  return new StandaloneLink(url, changed);
}

class StandaloneLink implements RedisLink {
  readonly kind = 'standalone';
  readonly client: Client;
  readonly #address;
  /** Connections for subscriptions, each with the timer that pings it. */
  readonly #subscribers = new Map<Client, NodeJS.Timeout>();
  #ready = false;
  /** Why there is no connection. */
  #reason = new Error('not connected yet');

  constructor(url: string, changed: () => void) {
    this.#address = addressOf(url);
    this.client = new Client({
      ...this.#address,
      ...commandOptions,
      enableOfflineQueue: false,
      retryStrategy: retryDelayMs,
      // A master that became a replica keeps its connections: the address must be looked up again.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
    });
    this.client.on('error', (error) => {
      this.#reason = error;
    });
    this.client.on('ready', () => {
      this.#ready = true;
      this.#reason = new Error('the connection was lost');
      changed();
    });
    this.client.on('close', () => {
      if (!this.#ready) return;
      this.#ready = false;
      changed();
    });
  }

  async firstConnection(waitMs: number): Promise<void> {
    const ready = new Promise<void>((resolve) => {
      if (this.client.status === 'ready') resolve();
      else this.client.once('ready', resolve);
    });
    await settlesWithin(ready, waitMs);
  }

  async probe(): Promise<void> {
    if (this.client.status !== 'ready') throw this.#reason;
    await this.client.ping();
  }

  async batch(commands: readonly RedisCommand[]): Promise<unknown[]> {
    const answers = await this.client.pipeline(commands.map((command) => [...command])).exec();
    return (answers ?? []).map(([error, answer]) => {
      if (error !== null) throw error;
      return answer;
    });
  }

  duplicate(): Client {
    const subscriber = new Client({ ...this.#address, ...subscriberOptions, retryStrategy: retryDelayMs });
    subscriber.on('error', () => {});
    const timer = setInterval(() => void pingOrReconnect(subscriber), SUBSCRIBER_PING_MS);
    timer.unref();
    this.#subscribers.set(subscriber, timer);
    subscriber.once('end', () => {
      clearInterval(timer);
      this.#subscribers.delete(subscriber);
    });
    return subscriber;
  }

  stop(): void {
    for (const [subscriber, timer] of this.#subscribers) {
      clearInterval(timer);
      subscriber.disconnect();
    }
    this.client.disconnect();
  }
}

/** Keepalive: connects again where no answer comes from the other end. */
async function pingOrReconnect(subscriber: Client): Promise<void> {
  if (subscriber.status !== 'ready') return;
  const answered = subscriber.ping().catch(() => {});
  if (!(await settlesWithin(answered, commandOptions.commandTimeout))) subscriber.disconnect(true);
}
