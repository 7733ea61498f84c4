import type { IncomingMessage, ServerResponse } from 'node:http';
import { CodedError } from '@cowatch/shared/protocol';
import { problemOf } from '../http/problem.ts';
import { newRequestId } from '../http/wire-errors.ts';

/** In words, for the author of the client. */
const REFUSAL = new CodedError(
  'bad_request',
  "This server speaks WebSocket only, so that no sticky sessions are needed. Connect with io(url, { transports: ['websocket'] }).",
);

/** A session that never was: what Engine.IO wants before it reads on. */
const OPEN = { sid: 'websocket-only', upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 65_536 };

/** Between two packets of Engine.IO in one body. */
const SEPARATOR = '\u001e';

/**
 * Answers clients that begin with long polling, as those of Socket.IO do by default. They drop the body of every answer
 * but 200 and say "xhr poll error"; so they are opened a session and refused in the same breath, by a `connect_error`
 * with these words. Everything else that polls is refused as such, in the same words; but a page of an origin that may not
 * connect is told that: browsers do not say why a WebSocket was refused, and a page whose one fails asks here.
 */
export function createPollingRefusal(originRefusal: (request: IncomingMessage) => CodedError | null) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const { searchParams: query } = new URL(request.url ?? '', 'http://this-server.invalid');
    if (query.get('transport') !== 'polling') {
      next();
      return;
    }
    const { origin } = request.headers;
    const refusal = originRefusal(request);
    const cors: Record<string, string> =
      origin !== undefined && refusal === null
        ? { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'origin' }
        : {};
    // Engine.IO's clients give each request a mark of its own.
    const begins = request.method === 'GET' && query.get('EIO') === '4' && query.has('t') && !query.has('sid');
    if (begins) {
      const error = REFUSAL.toProtocolError();
      const packets = [`0${JSON.stringify(OPEN)}`, `44${JSON.stringify({ message: error.message, data: error })}`];
      response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8', 'cache-control': 'no-store', ...cors });
      response.end(packets.join(SEPARATOR));
      return;
    }
    const { problem, headers } = problemOf(refusal ?? REFUSAL, newRequestId());
    response.writeHead(problem.status, { ...headers, ...cors });
    // Beside the problem what Engine.IO's own refusals have.
    response.end(JSON.stringify({ ...problem, message: problem.detail }));
  };
}
