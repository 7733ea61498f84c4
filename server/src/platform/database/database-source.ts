import type pg from 'pg';
import type { OperatorError } from '../operator-error.ts';
import type { Database } from './database.ts';

/** Source of a pooled database: all that an embedded PostgreSQL and one on a server do not have in common. */
export interface DatabaseSource {
  readonly kind: Database['kind'];
  /** Name in the log. */
  readonly label: string;
  /** How to connect; read anew after every outage. */
  pool(): pg.PoolConfig;
  /** Brings the database to where statements can run: starts it where it is embedded, applies migrations. Repeated after an outage. */
  prepare(): Promise<void>;
  /**
   * An error of `prepare` that no waiting heals, in words; null for any other. More is fatal to the first attempt, when a
   * setting may be wrong, than later, when people are in the middle of something.
   */
  fatal(error: unknown, attempt: 'first' | 'later'): OperatorError | null;
  /** Interval of probes while the database is ready, in milliseconds; null where its end is noticed anyway. */
  readonly probeIntervalMs: number | null;
  /** Registers the one callback for an outage that the source notices by itself. */
  onLost(callback: (reason: string) => void): void;
  /** Starts the maintenance that the database does not do by itself; returns its stop. */
  maintain(database: Database): () => void;
  stop(): Promise<void>;
}
