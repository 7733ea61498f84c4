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

  /** Until it works or is given up. Once it has worked, the client subscribes again by itself after every loss. */
  async #subscribe(channel: string): Promise<void> {
    // The caller notes the subscription first.
    await Promise.resolve();
    const own = this.#subscriptions.get(channel);
    for (let failed = 0; this.#subscriptions.get(channel) === own && !this.#stopped; ) {
      try {
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
