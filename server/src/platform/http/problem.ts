import { CodedError, ERROR_CODES, type ErrorCode, HTTP_STATUS, REFUSAL_REASONS } from '@cowatch/shared/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OriginError } from './origins.ts';

/** What an API call that was refused is answered with: problem details of RFC 9457, with the code beside them. */
export const problemSchema = z
  .object({
    type: z.string().describe('Names the kind of problem.'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(ERROR_CODES),
    retryAfterMs: z.number().optional().describe('Milliseconds after which trying again makes sense.'),
    reason: z.enum(REFUSAL_REASONS).optional().describe('What it is about, where a client may say it in its own words.'),
    reachedAs: z
      .string()
      .nullable()
      .optional()
      .describe('Where a page’s origin was refused: the host by which its request reached the server.'),
    requestId: z.string().describe('Finds the request in the log.'),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;

const TITLES: Readonly<Record<ErrorCode, string>> = {
  bad_request: 'The request is not valid',
  unauthenticated: 'It is not clear who asks',
  forbidden: 'This is not allowed',
  not_found: 'There is no such thing',
  method_not_allowed: 'This cannot be done here',
  conflict: 'Something else came first',
  gone: 'This is no longer there',
  too_large: 'The request is too large',
  unsupported_media_type: 'The body is of a kind that is not read here',
  rate_limited: 'Too many requests',
  stream_limit: 'Too many streams at once',
  session_full: 'The party is full',
  unavailable: 'Not available right now',
  upgrade_required: 'Another version is needed',
  internal: 'Something went wrong on the server',
};

/** Codes for what Fastify refuses by itself; any other refusal of the 4xx kind is `bad_request`. */
const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'unavailable',
  409: 'conflict',
  410: 'gone',
  413: 'too_large',
  415: 'unsupported_media_type',
  426: 'upgrade_required',
  429: 'rate_limited',
  431: 'too_large',
  503: 'unavailable',
};

/** A file that cannot be opened because too many are; what to tell its caller to wait, in milliseconds. */
const OUT_OF_DESCRIPTORS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);
const DESCRIPTORS_RETRY_MS = 5000;

/** Response schemas of a route's refusals, for the OpenAPI document: `response: { 201: …, ...problems('not_found') }`. */
export function problems(...codes: readonly ErrorCode[]): Record<number, typeof problemSchema> {
  return Object.fromEntries(codes.map((code) => [HTTP_STATUS[code], problemSchema]));
}

/** The refusal that an error leaves as; null where it is none of the caller's business. */
export function refusalOf(error: unknown): CodedError | null {
  if (error instanceof CodedError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return new CodedError('bad_request', validationMessage(error));
  if (error instanceof Error && 'code' in error && OUT_OF_DESCRIPTORS.has(String(error.code))) {
    return new CodedError('unavailable', 'The server has no room right now.', DESCRIPTORS_RETRY_MS);
  }
  const status = statusOf(error);
  if (status === null || !(error instanceof Error)) return null;
  return new CodedError(CODE_OF_STATUS[status] ?? 'bad_request', error.message);
}

/** The status with which Fastify refuses a request by itself; null for any other error. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return null;
  const { statusCode } = error;
  return (statusCode >= 400 && statusCode < 500) || statusCode === 503 ? statusCode : null;
}

/** A refusal as it leaves; `status` where HTTP has a finer one than the code's own. */
export function problemOf(
  refusal: CodedError,
  requestId: string,
  status: number = HTTP_STATUS[refusal.code],
): { readonly problem: Problem; readonly headers: Readonly<Record<string, string>> } {
  const { code, retryAfterMs, reason } = refusal;
  const problem: Problem = {
    type: `urn:cowatch:error:${code}`,
    title: TITLES[code],
    status,
    detail: refusal.message,
    code,
    requestId,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(reason === undefined ? {} : { reason }),
    ...(refusal instanceof OriginError ? { reachedAs: refusal.reachedAs } : {}),
  };
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    // Where a request is refused before it has a route, no hook adds these.
    'x-request-id': requestId,
    'x-content-type-options': 'nosniff',
    ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
    // RFC 9110, section 15.5.2: a 401 says how to do better.
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
  return { problem, headers };
}

/** Answers a request with a refusal. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: CodedError, status?: number): FastifyReply {
  const { problem, headers } = problemOf(refusal, request.id, status);
  return reply
    .code(problem.status)
    .headers(headers)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(problem);
}

/** Answers a request that ended in an error, and logs whole what is no refusal. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  if (refusal !== null) return sendProblem(request, reply, refusal, statusOf(error) ?? HTTP_STATUS[refusal.code]);
  if (hasGone(error, request)) return sendProblem(request, reply, new CodedError('bad_request', 'You have gone.'), GONE_STATUS);
  request.log.error({ err: error, method: request.method, route: routeOf(request) }, 'a request failed');
  const apology = `The server failed on this request and has noted it as ${request.id}.`;
  return sendProblem(request, reply, new CodedError('internal', apology));
}

/** What servers write down for an answer that its caller did not wait for; no caller ever reads it. */
const GONE_STATUS = 499;

/** Could the answer not be written to its end because its caller went away? */
function hasGone(error: unknown, request: FastifyRequest): boolean {
  const isCutOff = error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
  return isCutOff && request.raw.socket.destroyed;
}

/** The route that a request took, as a log or a metric names it: the address itself is a key to a party. */
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';

type ValidationError = { validationContext?: string; validation: { instancePath: string; message?: string }[] };

/** Names the first fields that are wrong, as `body.media.url: …`. */
function validationMessage(error: ValidationError): string {
  return error.validation
    .slice(0, 3)
    .map(({ instancePath, message }) => {
      const path = [error.validationContext ?? 'request', ...instancePath.split('/').filter((part) => part !== '')];
      return `${path.join('.')}: ${message ?? 'is not valid'}`;
    })
    .join('; ');
}
