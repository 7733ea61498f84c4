import type { ErrorCode } from '@cowatch/shared/protocol';
import { identity } from '../identity/identity.ts';

/** A refusal of the server, or `offline` where no answer came at all. */
export class HttpProblem extends Error {
  readonly code: ErrorCode | 'offline';
  readonly retryAfterMs: number | undefined;
  /** What else the answer carried. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode | 'offline', message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'HttpProblem';
    this.code = code;
    this.details = details;
    this.retryAfterMs = typeof details.retryAfterMs === 'number' ? details.retryAfterMs : undefined;
  }
}

/** Did the server refuse this page's own address? That is its operator's to mend. */
export const isOriginRefusal = (details: Readonly<Record<string, unknown>>): boolean =>
  details.code === 'forbidden' && 'reachedAs' in details;

const REQUEST_TIMEOUT_MS = 10_000;

/**
 * One call of the HTTP API, below `/api/v1`.
 *
 * @param body JSON, or bytes that say what they are
 * @throws HttpProblem with the server's code, or `offline`
 */
export async function callApi<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { token } = identity;
  const asked = method === 'GET' && token === undefined ? takeAsked(path) : null;
  const response = await (
    asked ??
    fetch(`/api/v1${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}`, prefer: 'token' }),
        ...(body === undefined ? {} : { 'content-type': body instanceof Blob ? body.type : 'application/json' }),
        ...headers,
      },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    })
  ).catch((cause: unknown) => {
    throw new HttpProblem('offline', String(cause));
  });

  // A proxy in front of a stopped server answers in HTML, an empty answer has no body: both are not JSON.
  const answer: unknown = await response.json().catch(() => null);
  const details = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  if (response.ok) {
    // Only where it was asked for: a fresh one, or that of somebody who is here from now on.
    if (typeof details.token === 'string') identity.keepToken(details.token);
    return answer as T;
  }
  const code = typeof details.code === 'string' ? (details.code as ErrorCode) : codeOfStatus(response.status);
  throw new HttpProblem(code, String(details.detail ?? response.statusText), details);
}

/** The answer to what the page asked before its scripts were there (`shell/begin.js`); each serves once. */
function takeAsked(path: string): Promise<Response> | null {
  const { cowatchAsked } = window as Window & { cowatchAsked?: Readonly<Record<string, Promise<Response>[]>> };
  return cowatchAsked?.[path]?.shift() ?? null;
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 404) return 'not_found';
  if (status === 410) return 'gone';
  if (status === 429) return 'rate_limited';
  if (status === 502 || status === 503 || status === 504) return 'unavailable';
  return 'internal';
}
