import type { NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';

/** For programs outside the server that write SQL of their own on a `Database`. */
export { sql } from 'drizzle-orm';

/** A handle that runs SQL: the database itself, or the transaction one is in. Stores take it as an argument. */
export type Sql = PgDatabase<NodePgQueryResultHKT>;

/** Health of the database, for `/readyz`. */
export interface DatabaseHealth {
  readonly ok: boolean;
  /** True from the start until it was reached, or could not be, for the first time. */
  readonly starting?: true;
  /** Why not, in words for an operator; never a password. */
  readonly error?: string;
}

/**
 * The one durable store, whichever PostgreSQL is behind it.
 *
 * While it cannot be reached, every call refuses at once with `CodedError('unavailable')`; it heals by itself.
 * A connection that breaks during a commit leaves the outcome unknown and also refuses with `unavailable`:
 * whatever is repeated after that must be harmless to repeat.
 */
export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /**
   * Runs statements, each on its own. Refusals of the database itself (a broken constraint …) are thrown as they came,
   * as `DrizzleQueryError` with the `pg` error as its cause.
   */
  run<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Runs statements as one transaction: all or nothing, rolled back when `work` throws. Await nothing but SQL of the
   * given handle inside: the embedded database has one connection, and `run` inside would wait for itself.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Health as it was found last, without a call. */
  health(): DatabaseHealth;
  /** Resolves when it is not `starting` any more, or after so many milliseconds; never rejects. */
  started(waitMs: number): Promise<void>;
  /**
   * Calls back each time the database can be reached after a time in which it could not, which includes a start
   * without it; returns its stop.
   */
  onRecover(callback: () => void): () => void;
  /** Waits for what is running, closes every connection and frees the folder. */
  stop(): Promise<void>;
}
