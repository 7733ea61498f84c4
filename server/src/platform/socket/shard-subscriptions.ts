import type { RedisClient } from '../redis/redis.ts';

type MessageListener = (channel: Buffer, message: Buffer) => void;

export interface ShardSubscriptionsOptions {
  /** A client for subscriptions alone. */
  readonly client: RedisClient;
  /** Milliseconds until the next attempt, after so many that failed. */
  retryDelayMs(failed: number): number;
  onError(error: unknown): void;
}

interface Subscription {
  active: boolean;
  readonly done: Promise<void>;
}

/**
 * The subscriptions to sharded channels, kept until they are given up: the Redis adapter asks once for each and does
 * not look whether it worked. Takes the place of the client that the adapter expects. Bound: one entry for each room
 * with sockets here.
 */
export class ShardSubscriptions {
  readonly #options: ShardSubscriptionsOptions;
  readonly #subscriptions = new Map<string, Subscription>();
  #stopped = false;

  constructor(options: ShardSubscriptionsOptions) {
    this.#options = options;
    // A Cluster's client has new connections to its nodes, and has tried once to subscribe on them: a Cluster that is just
    // coming up refuses that, and the client leaves it at that.
    options.client.on('subscribersReady', () => this.#renew());
  }

  /** For the adapter: calls back for every message. */
  on(event: 'smessageBuffer', listener: MessageListener): void {
    this.#options.client.on(event, (channel: Buffer, message: Buffer) => {
      try {
        listener(channel, message);
      } catch (error) {
        this.#options.onError(error);
      }
    });
  }

  /** For the adapter. */
  ssubscribe(channel: string): void {
    const subscription: Subscription = { active: false, done: this.#subscribe(channel) };
    this.#subscriptions.set(channel, subscription);
    void subscription.done.then(() => {
      subscription.active = true;
    });
  }

  #renew(): void {
    // Who is still at it goes on.
    for (const [channel, { active }] of [...this.#subscriptions])
      if (active && !this.#stopped) this.ssubscribe(channel);
  }

  /** For the adapter. */
  sunsubscribe(channel: string): void {
    this.#subscriptions.delete(channel);
    if (!this.#stopped) this.#options.client.sunsubscribe(channel).catch(() => {});
  }

  /** Resolves when messages of a channel arrive; null where they do already, or where nobody wants them. */
  settled(channel: string): Promise<void> | null {
    const subscription = this.#subscriptions.get(channel);
    return subscription === undefined || subscription.active ? null : subscription.done;
  }

  stop(): void {
    this.#stopped = true;
    this.#subscriptions.clear();
  }

  /** Until it works or is given up. */
  async #subscribe(channel: string): Promise<void> {
    // The caller notes the subscription first.
    await Promise.resolve();
    const own = this.#subscriptions.get(channel);
    for (let failed = 0; this.#subscriptions.get(channel) === own && !this.#stopped; ) {
      try {
        // The client keeps a list of its own, and notes a channel there as often as it is asked for.
        this.#options.client.sunsubscribe(channel).catch(() => {});
        await this.#options.client.ssubscribe(channel);
        return;
      } catch {
        failed += 1;
        const delayMs = this.#options.retryDelayMs(failed);
        await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      }
    }
  }
}
