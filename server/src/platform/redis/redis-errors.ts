import { CodedError } from '@cowatch/shared/protocol';
import { ReplyError } from 'ioredis';

/** Retry-after of a refusal, in milliseconds: connections are tried at least once a second. */
const RETRY_AFTER_MS = 1000;

/** Replies with which a server says that it cannot serve now, rather than that the command is wrong. */
const CANNOT_SERVE =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|NOREPLICAS|BUSY|OOM|MISCONF|NOAUTH|WRONGPASS|UNKILLABLE)\b|max number of clients/;

/** The error that callers get for one that was thrown while commands ran: an outage is `unavailable`, all else stays. */
export function asRefusal(error: unknown): unknown {
  if (error instanceof CodedError || error instanceof TypeError || error instanceof RangeError) return error;
  if (!(error instanceof Error)) return error;
  return refusesCommand(error) ? error : unavailable(error);
}

/** Is this a server that serves, and refuses this command, as one on a key of another kind? */
export function refusesCommand(error: unknown): boolean {
  return error instanceof ReplyError && !CANNOT_SERVE.test((error as Error).message);
}

/** The refusal that callers get while Redis cannot serve. */
export function unavailable(cause: unknown): CodedError {
  const refusal = new CodedError('unavailable', 'Not possible right now. Try again in a moment.', RETRY_AFTER_MS);
  refusal.cause = cause;
  return refusal;
}

/** An error in words for an operator; ioredis puts no passwords into messages. */
export function describeRedisError(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map(describeRedisError).join('; ');
  }
  if (!(error instanceof Error)) return String(error);
  if ('lastNodeError' in error && error.lastNodeError instanceof Error) return describeRedisError(error.lastNodeError);
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
}
