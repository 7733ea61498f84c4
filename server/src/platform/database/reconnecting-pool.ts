import { Listeners } from '@cowatch/shared/listeners';
import pg from 'pg';
import type { Logger } from '../log/log.ts';
import type { OperatorError } from '../operator-error.ts';
import { settlesWithin } from '../settles-within.ts';
import type { DatabaseHealth } from './database.ts';
import { classifyDriverError, describe, unavailable } from './database-errors.ts';
import type { DatabaseSource } from './database-source.ts';

/** First and longest pause between two attempts to reach a database that is away, in milliseconds. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;

export interface PoolOptions {
  readonly log: Logger;
  /** Longest wait for the first attempt to connect, in milliseconds; it goes on after that. */
  readonly startWaitMs: number;
  /** Called with an error that no waiting heals, where it is found after `connect`; no attempt follows it. */
  onFatal(error: OperatorError): void;
}

/** Where the life of the pool stands. */
type State =
  /** The first attempt is under way. */
  | { readonly kind: 'connecting' }
  /** Statements can run; probed from time to time. */
  | { readonly kind: 'ready' }
  /** Attempts to connect follow each other, with longer and longer pauses (exponential backoff). */
  | { readonly kind: 'away'; readonly reason: string; readonly failures: number }
  /** No waiting heals it. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stopped' };

/** Connection pool on a source that reconnects by itself: connecting, then ready and away in turn, until it is stopped. */
export class ReconnectingPool {
  readonly #source: DatabaseSource;
  readonly #options: PoolOptions;
  readonly #recoveries = new Listeners();
  #pool: pg.Pool;
  #state: State = { kind: 'connecting' };
  /** The next probe or attempt. */
  #timer: NodeJS.Timeout | undefined;
  /** The probe or attempt that began last. */
  #work: Promise<void> = Promise.resolve();

  constructor(source: DatabaseSource, options: PoolOptions) {
    this.#source = source;
    this.#options = options;
    this.#pool = new pg.Pool(source.pool());
    source.onLost((reason) => this.lost(reason));
  }

  /** The pool of the present connections. @throws CodedError `unavailable` while the database is not ready */
  get ready(): pg.Pool {
    if (this.#state.kind !== 'ready') throw unavailable(this.health().error ?? 'unknown');
    return this.#pool;
  }

  health(): DatabaseHealth {
    const state = this.#state;
    switch (state.kind) {
      case 'connecting':
        return { ok: false, starting: true, error: 'it is still starting' };
      case 'ready':
        return { ok: true };
      case 'away':
      case 'failed':
        return { ok: false, error: state.reason };
      case 'stopped':
        return { ok: false, error: 'the server is stopping' };
    }
  }

  /** Calls back each time the pool is ready again; returns its stop. */
  readonly onRecover = this.#recoveries.add;

  /**
   * Makes the first attempt, and goes on without the database where it fails or takes too long.
   * @throws OperatorError where it shows in time that there is no use in another
   */
  async connect(): Promise<void> {
    const { log, startWaitMs } = this.#options;
    const { label } = this.#source;
    const opening = this.#open();
    try {
      if (await settlesWithin(opening, startWaitMs)) return;
    } catch (error) {
      const fatal = this.#source.fatal(error, 'first');
      if (fatal !== null) {
        await this.stop();
        throw fatal;
      }
      const reason = describe(error);
      log.error({ reason }, `${label} cannot be reached; starting without it and trying again`);
      return this.#enter({ kind: 'away', reason, failures: 0 }, FIRST_RETRY_MS);
    }
    log.info(`${label} is still starting; going on without it meanwhile`);
    this.#work = this.#settle(opening, 'first');
  }

  /** Resolves when the first attempt is over, or after so many milliseconds. */
  async started(waitMs: number): Promise<void> {
    if (this.#state.kind === 'connecting') await settlesWithin(this.#work, waitMs);
  }

  /** Takes note of an outage; the next attempt is made at once. */
  lost(reason: string): void {
    if (this.#state.kind !== 'ready') return;
    this.#options.log.error({ reason }, `${this.#source.label} cannot be reached; going on without it and trying again`);
    this.#enter({ kind: 'away', reason, failures: 0 }, 0);
  }

  async stop(): Promise<void> {
    if (this.#state.kind === 'stopped') return;
    this.#enter({ kind: 'stopped' }, null);
    await this.#work;
    await this.#pool.end();
    await this.#source.stop();
  }

  /** @param nextInMs when to probe or try again; null: never */
  #enter(state: State, nextInMs: number | null): void {
    clearTimeout(this.#timer);
    this.#state = state;
    if (nextInMs === null) return;
    this.#timer = setTimeout(() => {
      this.#work = state.kind === 'ready' ? this.#probe(state) : this.#settle(this.#open(), 'later');
    }, nextInMs);
    // Serving people keeps the process alive, and not waiting for a database.
    this.#timer.unref();
  }

  async #probe(state: State): Promise<void> {
    try {
      await this.#pool.query('select 1');
    } catch (error) {
      if (classifyDriverError(error) !== 'busy' && this.#state === state) return this.lost(describe(error));
    }
    if (this.#state === state) this.#enter(state, this.#source.probeIntervalMs);
  }

  async #open(): Promise<void> {
    await this.#source.prepare();
    const fresh = new pg.Pool(this.#source.pool());
    // A connection that breaks while it is idle may be a sign of more.
    fresh.on('error', () => {
      if (this.#state.kind === 'ready') this.#enter(this.#state, 0);
    });
    await fresh.query('select 1').catch((error) => {
      void fresh.end();
      throw error;
    });
    // Connections of before an outage would each fail once more.
    this.#pool.end().catch((error) => this.#options.log.debug({ err: error }, 'closing old connections failed'));
    this.#pool = fresh;
    if (this.#state.kind !== 'stopped') this.#enter({ kind: 'ready' }, this.#source.probeIntervalMs);
  }

  /** Sees an attempt to its end. Never rejects. */
  async #settle(opening: Promise<void>, attempt: 'first' | 'later'): Promise<void> {
    const { log, onFatal } = this.#options;
    const { label } = this.#source;
    try {
      await opening;
    } catch (error) {
      if (this.#state.kind === 'stopped') return;
      const fatal = this.#source.fatal(error, attempt);
      if (fatal === null) return this.#retryAfter(describe(error));
      this.#enter({ kind: 'failed', reason: fatal.message }, null);
      log.fatal({ reason: fatal.message }, `${label} cannot be used`);
      return onFatal(fatal);
    }
    if (this.#state.kind === 'stopped') return;
    log.info(`${label} can be reached`);
    this.#recoveries.emit();
  }

  #retryAfter(reason: string): void {
    const before = this.#state.kind === 'away' ? this.#state : { reason: null, failures: 0 };
    if (reason !== before.reason) this.#options.log.warn({ reason }, `${this.#source.label} still cannot be reached`);
    const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** before.failures);
    // Jitter, so that instances that lost it together do not come back together.
    this.#enter({ kind: 'away', reason, failures: before.failures + 1 }, retryMs * (0.8 + 0.4 * Math.random()));
  }
}
