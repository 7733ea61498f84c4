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

/** How long whoever has too many connections should wait, in milliseconds. */
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
  /** False while cluster time is not known: nobody could follow a party by it. */
  knowsTime(): boolean;
  /** Paces storms: null where one may pass, or a promise to wait for. @throws CodedError for who would wait too long */
  enter(): Promise<void> | null;
  /** Counts a connection that was turned away. */
  onRejected(reason: string): void;
}

/** Decides who may connect. */
export interface ConnectionAdmission {
  /** Why a page of this request's origin may not act on this server; null where it may, and the request says well where it came to. */
  originRefusal(request: IncomingMessage): CodedError | null;
  /** For Engine.IO: whether a request may become a websocket at all. */
  allowRequest(request: IncomingMessage, answer: (error: string | null | undefined, allowed: boolean) => void): void;
  /** Counts a connection until it closes. */
  count(request: IncomingMessage, onClose: (listener: () => void) => void): void;
  /** For Socket.IO: whether a connection may become a socket, and whose. */
  admit(socket: AppSocket, next: (error?: Error) => void): void;
  /** From now on nobody is let in. */
  close(): void;
}

export function createConnectionAdmission({
  config,
  identify,
  log,
  knowsTime,
  enter,
  onRejected,
}: ConnectionAdmissionOptions): ConnectionAdmission {
  const isAllowedOrigin = createOriginCheck(config);
  const trust = trustFunction(config.trustProxy);
  const ofAddress = new Tally();
  const ofViewer = new Tally();
  const addressMax = config.connectionsPerIp * ADDRESS_FACTOR;
  let open = true;

  const keyOf = (request: IncomingMessage) => addressKey(clientAddress(request, trust));

  const note = createOriginLog(log);
  function originRefusal(request: IncomingMessage): CodedError | null {
    const { origin } = request.headers;
    try {
      const host = parseRequestOrigin(request, trust)?.host;
      if (isAllowedOrigin(origin, host)) return null;
      const refusal = new OriginError(host);
      note(origin, refusal);
      return refusal;
    } catch (error) {
      if (error instanceof CodedError) return error;
      throw error;
    }
  }

  /** @throws CodedError */
  function check(socket: AppSocket): void {
    const { auth, headers } = socket.handshake;
    const key = keyOf(socket.request);
    if (!open) throw new CodedError('unavailable', 'The server is about to stop.', DRAINING_RETRY_MS);
    if (!knowsTime()) throw new CodedError('unavailable', 'The server is starting.', CLOCK_RETRY_MS);
    if (auth.protocol !== PROTOCOL_VERSION) {
      throw new CodedError('upgrade_required', `This server speaks version ${PROTOCOL_VERSION} of the protocol.`);
    }
    // This one is counted already.
    if (ofAddress.of(key) > addressMax) throw tooMany('from your address');
    refuseUnstorable(auth, 'auth');
    const identity = identify({ headers, token: auth.token });
    if (identity === null) throw new CodedError('unauthenticated', 'There is no valid identity: ask for /api/v1/me first.');
    if (ofViewer.of(identity.viewerId) >= config.connectionsPerIp) throw tooMany('of yours');
    socket.conn.once('close', ofViewer.add(identity.viewerId));
    socket.data.viewerId = identity.viewerId;
    socket.data.deviceId = identity.deviceId;
    socket.data.addressKey = key;
  }

  return {
    originRefusal,
    allowRequest(request, answer) {
      if (originRefusal(request) !== null) {
        onRejected('origin');
        answer('origin', false);
        return;
      }
      // Twice the limit is not worth an explanation.
      if (ofAddress.of(keyOf(request)) >= addressMax * 2) {
        onRejected('connections');
        answer(null, false);
        return;
      }
      try {
        const waiting = enter();
        const allow = () => {
          holdTogether(request.socket);
          answer(null, true);
        };
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
    },
    count(request, onClose) {
      onClose(ofAddress.add(keyOf(request)));
    },
    admit(socket, next) {
      try {
        check(socket);
        next();
      } catch (error) {
        const refusal = error instanceof CodedError ? error : new CodedError('internal', 'The server failed.');
        if (refusal !== error) log.error({ err: error }, 'admitting a socket failed');
        onRejected(refusal.code);
        next(toConnectError(refusal));
      }
    },
    close() {
      open = false;
    },
  };
}

const tooMany = (whose: string) => new CodedError('rate_limited', `There are too many connections ${whose}.`, CONNECTIONS_RETRY_MS);

/** How many there are of each. One entry for each that has any. */
class Tally {
  readonly #counts = new Map<string, number>();

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** One more; returns what takes it back. */
  add(key: string): () => void {
    this.#counts.set(key, this.of(key) + 1);
    return () => {
      const left = this.of(key) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    };
  }
}

/** What is written to a connection in this turn of the event loop leaves in one packet: the handshake is three writes. */
function holdTogether(connection: Socket): void {
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
