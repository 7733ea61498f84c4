import type { Cluster, Redis as StandaloneClient } from 'ioredis';

/** A client of ioredis, connected to one server or to a Cluster. */
export type RedisClient = StandaloneClient | Cluster;

/** A command by name: `['hget', key, field]`. In a Cluster its key says which node it is for. */
export type RedisCommand = readonly [name: string, key: string, ...rest: (string | number)[]];

export interface DuplicateOptions {
  /** True for sharded Pub/Sub, which in a Cluster takes a connection to each node. */
  readonly sharded?: boolean;
}

/** Health of Redis, for `/readyz`. */
export interface RedisHealth {
  readonly ok: boolean;
  /** Why not, in words for an operator; never a password. */
  readonly error?: string;
}

/**
 * The Redis that all instances share.
 *
 * While it cannot be reached, every call refuses at once with `CodedError('unavailable')`, and one that gets no answer
 * refuses after a second; it heals by itself. A write that was refused so may have happened all the same: nothing is
 * ever sent twice, and whatever a caller repeats must be harmless to repeat.
 */
export interface Redis {
  readonly kind: 'standalone' | 'cluster';
  /**
   * Rises whenever what Redis holds may no longer be what it held: at every loss of a connection, at every new
   * connection after one, and when another node of a Cluster has taken over. A caller that relies on what it read before
   * reads again.
   */
  readonly generation: number;
  /** Runs commands. Refusals of Redis itself (a wrong type, a wrong script …) are thrown as they came. */
  run<T>(work: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Runs many commands without waiting in between, as one round trip; all answers, or the first refusal. */
  batch(commands: readonly RedisCommand[]): Promise<unknown[]>;
  /** Health as it was found last, without a call. */
  health(): RedisHealth;
  /**
   * Calls back when Redis can be reached after it could not, which includes a start without it, and when another node
   * of a Cluster has taken over; `generation` has risen by then. Returns its stop.
   */
  onRecover(callback: () => void): () => void;
  /**
   * A client with a connection of its own, for subscriptions: it keeps what is asked of it while there is no
   * connection, and subscribes again by itself. It is closed by `stop`; its `error` events are taken care of.
   */
  duplicate(options?: DuplicateOptions): RedisClient;
  stop(): Promise<void>;
}
