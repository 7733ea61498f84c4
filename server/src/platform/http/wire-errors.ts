import { randomBytes } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CodedError } from '@cowatch/shared/protocol';
import type { Logger } from '../log/log.ts';
import { problemOf } from './problem.ts';

/** What Node's parser stops at before there is a request; all other errors of its are `bad_request`. */
const REFUSALS: Readonly<Record<string, readonly [status: number, refusal: CodedError]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, new CodedError('unavailable', 'The request took too long to arrive.')],
  HPE_HEADER_OVERFLOW: [431, new CodedError('too_large', 'The headers of the request are too large.')],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, new CodedError('too_large', 'The chunk extensions are too large.')],
};
const MALFORMED = [400, new CodedError('bad_request', 'This is no valid HTTP request.')] as const;

/** A random name of one request, for its answer and for the log. */
export const newRequestId = (): string => randomBytes(9).toString('base64url');

/** Answers what is no HTTP request with a problem, as all other refusals are; the connection ends with it. */
export function answerWireError(log: Logger, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || socket.writableEnded) return;
  const [status, refusal] = REFUSALS[error.code ?? ''] ?? MALFORMED;
  if (!socket.writable || hasBegunToAnswer(socket)) socket.destroy();
  else refuseOnWire(log, socket, status, refusal);
}

/** Writes a refusal to a connection on which no answer has begun, and ends it. */
export function refuseOnWire(
  log: Logger,
  socket: Duplex,
  status: number,
  refusal: CodedError,
  more: Readonly<Record<string, string>> = {},
): void {
  const { problem, headers } = problemOf(refusal, newRequestId(), status);
  log.debug({ reqId: problem.requestId, refusal: refusal.message, status }, 'not a request that is served here');
  const body = JSON.stringify(problem);
  const lines = Object.entries({
    ...headers,
    ...more,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
}

/** Would a second answer be written into the middle of another? Node looks at the same before it answers by itself. */
function hasBegunToAnswer(socket: Socket): boolean {
  const { _httpMessage: message } = socket as Socket & { _httpMessage?: { readonly headersSent: boolean } | null };
  return message?.headersSent === true;
}
