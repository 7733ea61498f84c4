/**
 * The closed list of error codes that leave the server, on socket acks and as HTTP problem details.
 * Anything the server did not expect leaves as `internal`.
 */
export const ERROR_CODES = [
  'bad_request',
  'unauthenticated',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'conflict',
  'gone',
  'too_large',
  'unsupported_media_type',
  'rate_limited',
  'stream_limit',
  'session_full',
  'unavailable',
  'upgrade_required',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The HTTP status under which each code leaves. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  stream_limit: 409,
  session_full: 409,
  unavailable: 503,
  upgrade_required: 426,
  internal: 500,
};

/**
 * What a refusal is about, where a face says it in its own words: the party is not open to who asks (locked, banned, an old
 * link: they are not told apart); a host lets new people in, and is asked; they may not write; they have a time-out; it is
 * the link in their line that is not taken (yet); they have said just that already.
 */
export const REFUSAL_REASONS = ['not_open', 'knock', 'muted', 'time_out', 'link', 'same'] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What a refused command is answered with. */
export interface ProtocolError {
  readonly code: ErrorCode;
  readonly message: string;
  /** Milliseconds after which trying again makes sense. */
  readonly retryAfterMs?: number;
  readonly reason?: RefusalReason;
}

/** The answer to every command: data, or a coded error. */
export type Answer<T> = { readonly ok: true; readonly data: T } | { readonly ok: false; readonly error: ProtocolError };

/** A refusal that may be shown to the caller; every other exception is `internal`. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly reason: RefusalReason | undefined;

  constructor(code: ErrorCode, message: string, retryAfterMs?: number, reason?: RefusalReason) {
    super(message);
    this.name = 'CodedError';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.reason = reason;
  }

  toProtocolError(): ProtocolError {
    const { code, message, retryAfterMs, reason } = this;
    return { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }), ...(reason === undefined ? {} : { reason }) };
  }
}

/** Whether something did not answer, or could not be asked: nothing is known of what was wanted of it. */
export const isUnavailable = (error: unknown): error is CodedError => error instanceof CodedError && error.code === 'unavailable';
