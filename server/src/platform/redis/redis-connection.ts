import { Listeners } from '@cowatch/shared/listeners';
import type { Logger } from '../log/log.ts';
import { PollLoop } from '../poll-loop.ts';
import type { DuplicateOptions, Redis, RedisClient, RedisCommand, RedisHealth } from './redis.ts';
import { asRefusal, describeRedisError, unavailable } from './redis-errors.ts';
import type { RedisLink } from './redis-link.ts';

/** Interval of probes while Redis is ready, and while it is away, in milliseconds. */
const PROBE_INTERVAL_MS = 1000;
const PROBE_AWAY_INTERVAL_MS = 200;

/** Where the life of the connection stands. */
type State =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'ready' }
  /** `logged`: the outage is in the log; one that ends before a probe has failed is not worth a line. */
  | { readonly kind: 'away'; readonly reason: string; readonly logged: boolean }
  | { readonly kind: 'stopped' };

/** Connection to Redis that heals by itself: connecting, then ready and away in turn, as probes find it, until it is stopped. */
export class RedisConnection implements Redis {
  readonly kind: Redis['kind'];
  readonly #link: RedisLink;
  readonly #log: Logger;
  readonly #probes = new PollLoop(() => this.#probe());
  readonly #recoveries: Listeners;
  #state: State = { kind: 'connecting' };
  #generation = 0;

  /** @param open opens the link, which calls back when the connection, or the node behind it, has changed */
  constructor(open: (changed: () => void) => RedisLink, log: Logger) {
    this.#log = log;
    this.#recoveries = new Listeners((error) => log.error({ err: error }, 'a callback on the return of Redis failed'));
    this.#link = open(() => this.#changed());
    this.kind = this.#link.kind;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Waits for the first connection, at most so many milliseconds, and probes it. */
  async connect(waitMs: number): Promise<void> {
    await this.#link.firstConnection(waitMs);
    await this.#probes.poke();
  }

  run<T>(work: (client: RedisClient) => Promise<T>): Promise<T> {
    return this.#refusing(() => work(this.#link.client));
  }

  batch(commands: readonly RedisCommand[]): Promise<unknown[]> {
    return commands.length === 0 ? Promise.resolve([]) : this.#refusing(() => this.#link.batch(commands));
  }

  health(): RedisHealth {
    const state = this.#state;
    switch (state.kind) {
      case 'connecting':
        return { ok: false, error: 'not reached yet' };
      case 'ready':
        return { ok: true };
      case 'away':
        return { ok: false, error: state.reason };
      case 'stopped':
        return { ok: false, error: 'the server is stopping' };
    }
  }

  onRecover(callback: () => void): () => void {
    return this.#recoveries.add(callback);
  }

  duplicate(options?: DuplicateOptions): RedisClient {
    return this.#link.duplicate(options);
  }

  async stop(): Promise<void> {
    if (this.#state.kind === 'stopped') return;
    this.#state = { kind: 'stopped' };
    this.#probes.stop();
    this.#link.stop();
  }

  async #refusing<T>(work: () => Promise<T>): Promise<T> {
    if (this.#state.kind === 'stopped') throw unavailable(new Error('the server is stopping'));
    try {
      return await work();
    } catch (error) {
      throw asRefusal(error);
    }
  }

  #changed(): void {
    this.#generation += 1;
    // Another node may answer now: Redis is not ready before the next answer.
    if (this.#state.kind === 'ready') this.#state = { kind: 'away', reason: 'the connection changed', logged: false };
    void this.#probes.poke();
  }

  /** Probes once. The answer of a connection that has changed meanwhile does not count: another probe is due by then. */
  async #probe(): Promise<number> {
    const generation = this.#generation;
    const failure = await this.#link.probe().then(
      () => null,
      (error: unknown) => describeRedisError(error),
    );
    if (generation === this.#generation) {
      if (failure === null) this.#reached();
      else this.#lost(failure);
    }
    return this.#state.kind === 'ready' ? PROBE_INTERVAL_MS : PROBE_AWAY_INTERVAL_MS;
  }

  #lost(reason: string): void {
    const before = this.#state;
    if (before.kind === 'stopped') return;
    const wasLogged = before.kind === 'away' && before.logged;
    this.#state = { kind: 'away', reason, logged: true };
    if (!wasLogged) this.#log.error({ reason }, 'Redis cannot be reached; going on without it and trying again');
  }

  #reached(): void {
    const before = this.#state;
    if (before.kind === 'ready' || before.kind === 'stopped') return;
    this.#state = { kind: 'ready' };
    if (before.kind === 'away' && before.logged) this.#log.info('Redis can be reached');
    this.#recoveries.emit();
  }
}
