import { CodedError } from '@cowatch/shared/protocol';
import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';

/** Retry-after of a refusal, in milliseconds. */
const RETRY_AFTER_MS = 2000;

/**
 * SQLSTATEs with which a server says that it cannot serve (now, or at all as it is set up), rather than that the
 * statement is wrong: connection exceptions, shutdown, start, too many connections, wrong password, no such database,
 * read-only standby.
 */
const CANNOT_SERVE = /^(08...|57P0[1-3]|53[0-3]00|28...|3D000|25006|XX00[12]|58...)$/;

/** SQLSTATEs of a statement that gave up waiting, or gave way to another: the server is there, but too busy. */
const GAVE_UP = /^(57014|55P03|40001|40P01)$/;

/**
 * SQLSTATEs with which a server refuses what is in a statement: data exceptions, integrity constraints, program limits such
 * as the size of a row in an index.
 */
const REFUSES_DATA = /^(22|23|54)...$/;

/** What `pg-pool` says when all its clients stay at work for too long. */
const POOL_TIMEOUT = 'timeout exceeded when trying to connect';

/** Classes of errors of the database. */
export type DatabaseFailure =
  /** It cannot be reached or cannot serve: every call will fail until that changes. */
  | 'unreachable'
  /** This call took too long. */
  | 'busy'
  /** It answered, with a refusal that the caller may know what to do with; or the error is not the database's. */
  | 'answered';

/** Classifies what was thrown while statements were running: an outage or an answer. */
export function classify(error: unknown): DatabaseFailure {
  // Only what passed through the driver is wrapped like this; all else comes from the caller's own code.
  return error instanceof DrizzleQueryError ? classifyDriverError(error.cause) : 'answered';
}

/** The same for what `pg` itself throws. */
export function classifyDriverError(error: unknown): DatabaseFailure {
  if (error instanceof pg.DatabaseError) {
    const state = error.code ?? '';
    if (CANNOT_SERVE.test(state)) return 'unreachable';
    return GAVE_UP.test(state) ? 'busy' : 'answered';
  }
  // The driver's own exceptions have no class of their own; a value that cannot be sent is the caller's fault.
  if (error instanceof TypeError || error instanceof RangeError) return 'answered';
  return error instanceof Error && error.message === POOL_TIMEOUT ? 'busy' : 'unreachable';
}

/**
 * Is this a refusal of what is in the group that was to be written, so that another group may be taken? Of the database's
 * refusals those of data are; one that a table is missing, or that something is not allowed, is not. What is thrown on the
 * way there, such as for a value that cannot be sent, is taken for the entry's fault too.
 */
export function refusesEntry(error: unknown): boolean {
  if (error instanceof CodedError) return false;
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  return cause instanceof pg.DatabaseError ? REFUSES_DATA.test(cause.code ?? '') : cause instanceof Error;
}

/** The refusal that callers get while the database cannot serve. */
export function unavailable(reason: string, cause?: unknown): CodedError {
  const error = new CodedError('unavailable', 'The database cannot be reached right now. Try again in a moment.', RETRY_AFTER_MS);
  error.cause = cause ?? new Error(reason);
  return error;
}

/** An error in words for an operator: with its code, without passwords (`pg` puts none in messages). */
export function describe(error: unknown): string {
  const cause = error instanceof DrizzleQueryError ? (error.cause ?? error) : error;
  if (cause instanceof AggregateError && cause.errors.length > 0) return cause.errors.map(describe).join('; ');
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
  return `${cause.message}${code && !cause.message.includes(code.slice(2, -1)) ? code : ''}`;
}
