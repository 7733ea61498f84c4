import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CodedError, PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import type { Config } from '../../config.ts';
import { addressKey, clientAddress } from '../http/client-address.ts';
import { createOriginCheck, createOriginLog, OriginError } from '../http/origins.ts';
import { ADDRESS_FACTOR } from '../http/rate-limits.ts';
import { parseRequestOrigin } from '../http/request-origin.ts';
import { trustFunction } from '../http/trust-proxy.ts';
import type { Identify } from '../identity.ts';
import type { Logger } from '../log/log.ts';
import { refuseUnstorable } from '../storable-gate.ts';
import type { AppSocket } from './socket.types.ts';
import { Tally } from './tally.ts';

/** How long a viewer or an address with too many connections should wait, in milliseconds. */
const CONNECTIONS_RETRY_MS = 10_000;
const DRAINING_RETRY_MS = 1000;
const CLOCK_RETRY_MS = 1000;

/** What a refused connection is told: `connect_error` with this as its `data`. */
export interface ConnectionRefusal extends Error {
  data: { code: string; message: string; retryAfterMs?: number; protocol?: number };
}

export interface ConnectionAdmissionOptions {
  readonly config: Config;
  readonly identify: Identify;
  readonly log: Logger;
  /** False while cluster time is not known: without it no client can follow a party. */
  knowsTime(): boolean;
  /** The admission queue: null where a handshake may go on, or a promise to wait for. @throws CodedError where the wait would be too long */
  enter(): Promise<void> | null;
  /** Counts a connection that was refused. */
  onRejected(reason: string): void;
}

/** Connection admission: decides which requests become websockets, and which of those become sockets, and whose. */
export class ConnectionAdmission {
  readonly #options: ConnectionAdmissionOptions;
  readonly #isAllowedOrigin: ReturnType<typeof createOriginCheck>;
  readonly #noteOrigin: ReturnType<typeof createOriginLog>;
  readonly #trust: ReturnType<typeof trustFunction>;
  readonly #ofAddress = new Tally();
  readonly #ofViewer = new Tally();
  readonly #addressMax: number;
  #open = true;

  constructor(options: ConnectionAdmissionOptions) {
    this.#options = options;
    this.#isAllowedOrigin = createOriginCheck(options.config);
    this.#noteOrigin = createOriginLog(options.log);
    this.#trust = trustFunction(options.config.trustProxy);
    this.#addressMax = options.config.connectionsPerIp * ADDRESS_FACTOR;
  }

  /** Why a page of this request's origin may not act on this server; null where it may, and the request says well where it came to. */
  readonly originRefusal = (request: IncomingMessage): CodedError | null => {
    const { origin } = request.headers;
    try {
      const host = parseRequestOrigin(request, this.#trust)?.host;
      if (this.#isAllowedOrigin(origin, host)) return null;
      const refusal = new OriginError(host);
      this.#noteOrigin(origin, refusal);
      return refusal;
    } catch (error) {
      if (error instanceof CodedError) return error;
      throw error;
    }
  };

  /** For Engine.IO: whether a request may become a websocket at all. */
  readonly allowRequest = (request: IncomingMessage, answer: (error: string | null | undefined, allowed: boolean) => void): void => {
    const { enter, log, onRejected } = this.#options;
    if (this.originRefusal(request) !== null) {
      onRejected('origin');
      answer('origin', false);
      return;
    }
    // Twice the limit is not worth an explanation.
    if (this.#ofAddress.of(this.#keyOf(request)) >= this.#addressMax * 2) {
      onRejected('connections');
      answer(null, false);
      return;
    }
    const allow = () => {
      corkForOneTurn(request.socket);
      answer(null, true);
    };
    try {
      const waiting = enter();
      if (waiting === null) allow();
      else
        waiting.then(allow).catch((error) => {
          log.error({ err: error }, 'letting a connection in failed');
          request.socket.destroy();
        });
    } catch {
      // As long as it is no websocket yet there is no way to say when to come again; clients wait longer each time.
      onRejected('busy');
      answer('busy', false);
    }
  };

  /** Counts a connection until it closes. */
  count(request: IncomingMessage, onClose: (listener: () => void) => void): void {
    onClose(this.#ofAddress.add(this.#keyOf(request)));
  }

  /** For Socket.IO: whether a connection may become a socket, and whose. */
  readonly admit = (socket: AppSocket, next: (error?: Error) => void): void => {
    const { log, onRejected } = this.#options;
    try {
      this.#check(socket);
      next();
    } catch (error) {
      const refusal = error instanceof CodedError ? error : new CodedError('internal', 'The server failed.');
      if (refusal !== error) log.error({ err: error }, 'admitting a socket failed');
      onRejected(refusal.code);
      next(toConnectError(refusal));
    }
  };

  /** From now on no socket is admitted. */
  close(): void {
    this.#open = false;
  }

  /** @throws CodedError */
  #check(socket: AppSocket): void {
    const { config, identify, knowsTime } = this.#options;
    const { auth, headers } = socket.handshake;
    const key = this.#keyOf(socket.request);
    if (!this.#open) throw new CodedError('unavailable', 'The server is about to stop.', DRAINING_RETRY_MS);
    if (!knowsTime()) throw new CodedError('unavailable', 'The server is starting.', CLOCK_RETRY_MS);
    if (auth.protocol !== PROTOCOL_VERSION) {
      throw new CodedError('upgrade_required', `This server speaks version ${PROTOCOL_VERSION} of the protocol.`);
    }
    // This one is counted already.
    if (this.#ofAddress.of(key) > this.#addressMax) throw tooMany('from your address');
    refuseUnstorable(auth, 'auth');
    const identity = identify({ headers, token: auth.token });
    if (identity === null) throw new CodedError('unauthenticated', 'There is no valid identity: ask for /api/v1/me first.');
    if (this.#ofViewer.of(identity.viewerId) >= config.connectionsPerIp) throw tooMany('of yours');
    socket.conn.once('close', this.#ofViewer.add(identity.viewerId));
    socket.data.viewerId = identity.viewerId;
    socket.data.deviceId = identity.deviceId;
    socket.data.addressKey = key;
  }

  #keyOf(request: IncomingMessage): string {
    return addressKey(clientAddress(request, this.#trust));
  }
}

const tooMany = (whose: string) => new CodedError('rate_limited', `There are too many connections ${whose}.`, CONNECTIONS_RETRY_MS);

/** What is written to a connection in this turn of the event loop leaves in one packet: the handshake is three writes. */
function corkForOneTurn(connection: Socket): void {
  connection.cork();
  setImmediate(() => connection.uncork());
}

function toConnectError(refusal: CodedError): ConnectionRefusal {
  const data = {
    ...refusal.toProtocolError(),
    ...(refusal.code === 'upgrade_required' ? { protocol: PROTOCOL_VERSION } : {}),
  };
  return Object.assign(new Error(refusal.message), { data });
}
