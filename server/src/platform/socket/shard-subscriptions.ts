import { Listeners } from '@cowatch/shared/listeners';
import type { RedisClient } from '../redis/redis.ts';
import { settlesWithin } from '../settles-within.ts';

export interface ShardSubscriptionsOptions {
  /** Opens a client for subscriptions alone. */
  open(): RedisClient;
  /** Whether Redis can be reached, as other connections know. */
  isReachable(): boolean;
  /** Milliseconds until the next attempt, after so many that failed. */
  retryDelayMs(failed: number): number;
  onError(error: unknown): void;
}

interface Subscription {
  active: boolean;
  readonly done: Promise<void>;
}

/** An attempt that has no answer by then has failed, in milliseconds. */
const ATTEMPT_MS = 2000;

/** A client that fails so often to subscribe to one channel, on a Redis that can be reached, is given up for a new one. */
const FAILURES_MAX = 5;

/**
 * The subscriptions to sharded channels, kept until they are given up: the Redis adapter asks once for each and does
 * not look whether it worked. Takes the place of the client that the adapter expects. The client of a Cluster that was
 * away as a whole may come back without subscribing to anything, and never notice: so on every new connection each
 * channel is asked for until it works, if need be of a new client. Bound: one entry for each room with sockets here.
 */
export class ShardSubscriptions {
  readonly #options: ShardSubscriptionsOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #messages: Listeners<[channel: Buffer, message: Buffer]>;
  #client: RedisClient;
  #stopped = false;

  constructor(options: ShardSubscriptionsOptions) {
    this.#options = options;
    this.#messages = new Listeners((error) => options.onError(error));
    this.#client = this.#open();
  }

  /** For the adapter: calls back for every message. */
  on(_event: 'smessageBuffer', listener: (channel: Buffer, message: Buffer) => void): void {
    this.#messages.add(listener);
  }

  /** For the adapter. */
  ssubscribe(channel: string): void {
    const subscription: Subscription = { active: false, done: this.#subscribe(channel) };
    this.#subscriptions.set(channel, subscription);
    void subscription.done.then(() => {
      subscription.active = true;
    });
  }

  /** For the adapter. */
  sunsubscribe(channel: string): void {
    this.#subscriptions.delete(channel);
    if (!this.#stopped) this.#client.sunsubscribe(channel).catch(() => {});
  }

  /** Resolves when messages of a channel arrive; null where they do already, or where there is no subscription. */
  settled(channel: string): Promise<void> | null {
    const subscription = this.#subscriptions.get(channel);
    return subscription === undefined || subscription.active ? null : subscription.done;
  }

  stop(): void {
    this.#stopped = true;
    this.#subscriptions.clear();
  }

  #open(): RedisClient {
    const client = this.#options.open();
    client.on('smessageBuffer', (channel: Buffer, message: Buffer) => this.#messages.emit(channel, message));
    for (const event of ['ready', 'subscribersReady']) client.on(event, () => this.#renew(client));
    return client;
  }

  /** Subscribes again to every channel that was active; attempts that are under way go on. */
  #renew(client: RedisClient): void {
    if (client !== this.#client || this.#stopped) return;
    for (const [channel, { active }] of [...this.#subscriptions]) if (active) this.ssubscribe(channel);
  }

  #replace(client: RedisClient): void {
    if (client !== this.#client || this.#stopped || !this.#options.isReachable()) return;
    client.disconnect();
    this.#client = this.#open();
    this.#renew(this.#client);
  }

  /** Until it works or is given up. */
  async #subscribe(channel: string): Promise<void> {
    // The caller notes the subscription first.
    await Promise.resolve();
    const own = this.#subscriptions.get(channel);
    for (let failed = 0; this.#subscriptions.get(channel) === own && !this.#stopped; ) {
      const client = this.#client;
      try {
        // The client keeps a list of its own, and notes a channel there as often as it is asked for.
        client.sunsubscribe(channel).catch(() => {});
        if (!(await settlesWithin(client.ssubscribe(channel), ATTEMPT_MS))) throw new Error('no answer');
        if (client === this.#client) return;
      } catch {
        failed += 1;
        if (failed % FAILURES_MAX === 0) this.#replace(client);
        const delayMs = this.#options.retryDelayMs(failed);
        await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      }
    }
  }
}
