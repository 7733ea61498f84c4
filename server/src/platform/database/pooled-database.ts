import { drizzle } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import type { Logger } from '../log/log.ts';
import type { OperatorError } from '../operator-error.ts';
import { settlesWithin } from '../settles-within.ts';
import type { Database, DatabaseHealth, Sql } from './database.ts';
import { classify, classifyDriverError, type DatabaseFailure, describe, unavailable } from './database-errors.ts';

/** What tells the two databases apart. */
export interface DatabaseSource {
  readonly kind: Database['kind'];
  /** How it is called in the log. */
  readonly label: string;
  /** How to connect; asked anew after every outage. */
  pool(): pg.PoolConfig;
  /** Brings the database to where statements can run: starts it where it is ours, applies migrations. Repeated after an outage. */
  prepare(): Promise<void>;
  /**
   * An error of `prepare` that no waiting heals, in words; null for any other. More is fatal to the first attempt, when a
   * setting may be wrong, than later, when people are in the middle of something.
   */
  fatal(error: unknown, attempt: 'first' | 'later'): OperatorError | null;
  /** How often to ask a database that is up whether it still is, in milliseconds; null where its end is noticed anyway. */
  readonly probeIntervalMs: number | null;
  /** Calls back when the source knows by itself that the database is gone. */
  onLost(callback: (reason: string) => void): void;
  stop(): Promise<void>;
}

/** First and longest pause between two attempts to reach a database that is down, in milliseconds. */
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;

export interface PooledDatabaseOptions {
  readonly log: Logger;
  /** After so many milliseconds the database is given back although it has not been reached yet. */
  readonly startWaitMs: number;
  /** Told of what no waiting heals, where it is found after the database was given back; nothing is tried after it. */
  onFatal(error: OperatorError): void;
}

/**
 * Opens a pool on a source and keeps knowing whether it can be reached.
 * @throws OperatorError where the first attempt shows within `startWaitMs` that there is no use in another
 */
export async function openPooledDatabase(source: DatabaseSource, options: PooledDatabaseOptions): Promise<Database> {
  const { log, startWaitMs, onFatal } = options;
  const recoverCallbacks = new Set<() => void>();
  let pool = new pg.Pool(source.pool());
  let health: DatabaseHealth = { ok: false, error: 'not reached yet' };
  let timer: NodeJS.Timeout | null = null;
  let attempt: Promise<void> = Promise.resolve();
  let failedAttempts = 0;
  let stopped = false;

  function lost(reason: string): void {
    if (stopped || !health.ok) return;
    health = { ok: false, error: reason };
    log.error({ reason }, `${source.label} cannot be reached; going on without it and trying again`);
    schedule(0);
  }

  function schedule(delayMs: number): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (stopped) return;
    timer = setTimeout(() => {
      attempt = health.ok ? probe() : reach();
    }, delayMs);
    // What keeps the process alive is serving people, not waiting for a database.
    timer.unref();
  }

  function scheduleProbe(): void {
    if (source.probeIntervalMs !== null) schedule(source.probeIntervalMs);
  }

  async function probe(): Promise<void> {
    try {
      await pool.query('select 1');
    } catch (error) {
      if (classifyDriverError(error) !== 'busy') return lost(describe(error));
    }
    scheduleProbe();
  }

  async function open(): Promise<void> {
    await source.prepare();
    const fresh = new pg.Pool(source.pool());
    // A connection that breaks while nobody uses it may be a sign of more: look at once.
    fresh.on('error', () => {
      if (health.ok) schedule(0);
    });
    await fresh.query('select 1').catch((error) => {
      void fresh.end();
      throw error;
    });
    // Connections of before an outage would each fail once more.
    pool.end().catch((error) => log.debug({ err: error }, 'closing old connections failed'));
    pool = fresh;
    health = { ok: true };
    failedAttempts = 0;
    scheduleProbe();
  }

  async function reach(): Promise<void> {
    await outcomeOf(open(), 'later');
  }

  async function outcomeOf(opening: Promise<void>, attempt: 'first' | 'later'): Promise<void> {
    try {
      await opening;
    } catch (error) {
      if (stopped) return;
      const fatal = source.fatal(error, attempt);
      if (fatal === null) return noteFailure(describe(error));
      health = { ok: false, error: fatal.message };
      log.fatal({ reason: fatal.message }, `${source.label} cannot be used`);
      return onFatal(fatal);
    }
    if (stopped) return;
    log.info(`${source.label} can be reached`);
    for (const callback of [...recoverCallbacks]) callback();
  }

  function noteFailure(reason: string): void {
    const retryMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failedAttempts);
    failedAttempts += 1;
    if (reason !== health.error) log.warn({ reason }, `${source.label} still cannot be reached`);
    health = { ok: false, error: reason };
    // Jitter, so that instances that lost it together do not come back together.
    schedule(retryMs * (0.8 + 0.4 * Math.random()));
  }

  /** Turns an outage into the coded refusal, and notes it. */
  function refusal(failure: DatabaseFailure, error: unknown): unknown {
    if (failure === 'answered') return error;
    if (failure === 'unreachable') lost(describe(error));
    return unavailable(describe(error), error);
  }

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw refusal(classifyDriverError(error), error);
    }
  }

  async function inTransaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await connect();
    // Without a listener the end of a connection in use would be the end of the process.
    const ignore = () => {};
    client.on('error', ignore);
    let outage: unknown = null;
    try {
      return await drizzle(client).transaction(async (sql) => {
        try {
          return await work(sql);
        } catch (error) {
          if (classify(error) !== 'answered') {
            outage = error;
            // Closing the connection is the roll-back; asking for one would wait on a dead connection.
            void client.end();
          }
          throw error;
        }
      });
    } catch (error) {
      // After an outage the roll-back fails too, which says less.
      const reason = outage ?? error;
      const failure = classify(reason);
      if (failure !== 'answered') outage = reason;
      throw refusal(failure, reason);
    } finally {
      client.removeListener('error', ignore);
      client.release(outage !== null);
    }
  }

  source.onLost(lost);
  const opening = open();
  try {
    if (!(await settlesWithin(opening, startWaitMs))) {
      health = { ok: false, starting: true, error: 'it is still starting' };
      log.info(`${source.label} is still starting; going on without it meanwhile`);
      attempt = outcomeOf(opening, 'first');
    }
  } catch (error) {
    const fatal = source.fatal(error, 'first');
    if (fatal !== null) {
      stopped = true;
      await pool.end();
      await source.stop();
      throw fatal;
    }
    health = { ok: false, error: describe(error) };
    log.error({ reason: health.error }, `${source.label} cannot be reached; starting without it and trying again`);
    schedule(FIRST_RETRY_MS);
  }

  return {
    kind: source.kind,
    async run(work) {
      if (!health.ok) throw unavailable(health.error ?? 'unknown');
      try {
        return await work(drizzle(pool));
      } catch (error) {
        throw refusal(classify(error), error);
      }
    },
    async transaction(work) {
      if (!health.ok) throw unavailable(health.error ?? 'unknown');
      return inTransaction(work);
    },
    health: () => health,
    async started(waitMs) {
      if (health.starting) await settlesWithin(attempt, waitMs);
    },
    onRecover(callback) {
      recoverCallbacks.add(callback);
      return () => {
        recoverCallbacks.delete(callback);
      };
    },
    async stop() {
      if (stopped) return;
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      health = { ok: false, error: 'the server is stopping' };
      await attempt;
      await pool.end();
      await source.stop();
    },
  };
}
