import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Database, DatabaseHealth, Sql } from './database.ts';
import { classify, classifyDriverError, type DatabaseFailure, describe, unavailable } from './database-errors.ts';
import type { DatabaseSource } from './database-source.ts';
import { type PoolOptions, ReconnectingPool } from './reconnecting-pool.ts';

/**
 * Opens a pool on a source, which reconnects by itself.
 * @throws OperatorError where the first attempt shows within `startWaitMs` that there is no use in another
 */
export async function openPooledDatabase(source: DatabaseSource, options: PoolOptions): Promise<Database> {
  const pool = new ReconnectingPool(source, options);
  await pool.connect();
  return new PooledDatabase(pool, source);
}

/** Statements and transactions on a pool, with every outage noted and turned into the coded refusal. */
class PooledDatabase implements Database {
  readonly kind: Database['kind'];
  readonly #pool: ReconnectingPool;
  readonly #stopMaintenance: () => void;

  constructor(pool: ReconnectingPool, source: DatabaseSource) {
    this.kind = source.kind;
    this.#pool = pool;
    this.#stopMaintenance = source.maintain(this);
  }

  async run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const pool = this.#pool.ready;
    try {
      return await work(drizzle(pool));
    } catch (error) {
      throw this.#refusal(classify(error), error);
    }
  }

  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.#client();
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
      throw this.#refusal(failure, reason);
    } finally {
      client.removeListener('error', ignore);
      client.release(outage !== null);
    }
  }

  health(): DatabaseHealth {
    return this.#pool.health();
  }

  started(waitMs: number): Promise<void> {
    return this.#pool.started(waitMs);
  }

  onRecover(callback: () => void): () => void {
    return this.#pool.onRecover(callback);
  }

  async stop(): Promise<void> {
    this.#stopMaintenance();
    await this.#pool.stop();
  }

  async #client(): Promise<pg.PoolClient> {
    const pool = this.#pool.ready;
    try {
      return await pool.connect();
    } catch (error) {
      throw this.#refusal(classifyDriverError(error), error);
    }
  }

  /** The coded refusal of an outage, which is noted; any other error as it is. */
  #refusal(failure: DatabaseFailure, error: unknown): unknown {
    if (failure === 'answered') return error;
    if (failure === 'unreachable') this.#pool.lost(describe(error));
    return unavailable(describe(error), error);
  }
}
