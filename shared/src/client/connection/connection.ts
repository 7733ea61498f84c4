import { io, type Socket } from 'socket.io-client';
import {
  type Answer,
  type ClientToServerEvents,
  ERROR_CODES,
  type ErrorCode,
  PROTOCOL_VERSION,
  type ProtocolError,
  type ServerToClientEvents,
} from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';

/** How long an answer may take before the command counts as lost, in milliseconds. */
export const ANSWER_TIMEOUT_MS = 4000;

/** Unanswered questions in a row after which a connection that looks alive is taken for dead. */
const SILENCE_LIMIT = 2;

/** How long connecting may take, in milliseconds: longer than a server lets people wait who come in a storm. */
const CONNECT_TIMEOUT_MS = 8000;

/** So often in a row a server says that it does not know us, before asking again is given up: no identity is kept here. */
const UNKNOWN_LIMIT = 2;

const RECONNECT_MIN_MS = 300;
const RECONNECT_MAX_MS = 8000;

/** Never earlier than told, and later by up to this share of it: many are told the same. */
const RETRY_JITTER = 0.5;

/** When to try again what was refused for so many milliseconds. */
export function retryDelayMs(retryAfterMs: number, random: number): number {
  return retryAfterMs * (1 + RETRY_JITTER * random);
}

/** The data half of an answer to an event. */
export type AnswerData<E extends keyof ClientToServerEvents> = Parameters<ClientToServerEvents[E]>[1] extends (
  answer: Answer<infer T>,
) => void
  ? T
  : never;

type Message<E extends keyof ClientToServerEvents> = Parameters<ClientToServerEvents[E]>[0];

export interface ConnectionHandlers {
  onConnected(): void;
  /** The line is down; it comes back by itself. */
  onLost(): void;
  /** The server will not have us, and trying again changes nothing. */
  onRefused(error: ProtocolError): void;
}

/** Where to connect, and as whom. */
export interface ConnectionOptions {
  /** Where the server is, e.g. `https://cowatch.example`; in a page, its own origin. */
  readonly serverUrl: string;
  /** Identity for programs; browsers send their cookie by themselves. */
  readonly token?: string;
  /** Sent with the handshake (Node only): cookies, forwarded addresses. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Told after every connect which build of the web pages the server serves ([CONN12]). */
  readonly onPagesBuild?: (build: string) => void;
}

/** One socket that answers every question, never keeps a message for later, and comes back by itself. */
export interface Connection {
  readonly socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  readonly connected: boolean;
  /** Attempts in a row at which no server answered: no network, a server that is down, or something in between that lets no WebSocket through. */
  readonly failures: number;
  open(): void;
  close(): void;
  /** Asks and waits; a question on a dead line is answered `unavailable` at once. */
  ask<E extends keyof ClientToServerEvents>(event: E, message: Message<E>): Promise<Answer<AnswerData<E>>>;
  /** The network may be back: tries again now, unless the server said when. */
  hurry(): void;
  /** Drops the line and comes back after a delay; with jitter where none is given. */
  reconnect(delayMs?: number): void;
}

export function createConnection(options: ConnectionOptions, env: ClientEnvironment, handlers: ConnectionHandlers): Connection {
  let wanted = false;
  let attempts = 0;
  let silences = 0;
  let failures = 0;
  let unknown = 0;
  let timer: unknown = null;
  /** True while a time of our own choice is waited for. */
  let backsOff = false;

  // Reconnection is done here, with full jitter: the library's own knows nothing of refusals and drains.
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(options.serverUrl, {
    transports: ['websocket'],
    autoConnect: false,
    reconnection: false,
    forceNew: true,
    timeout: CONNECT_TIMEOUT_MS,
    withCredentials: true,
    auth: options.token ? { protocol: PROTOCOL_VERSION, token: options.token } : { protocol: PROTOCOL_VERSION },
    ...(options.headers ? { extraHeaders: { ...options.headers } } : {}),
  });

  const schedule = (delayMs?: number) => {
    if (!wanted) return;
    env.clearTimer(timer);
    const ceilingMs = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** attempts);
    attempts += 1;
    backsOff = delayMs === undefined;
    timer = env.setTimer(retry, delayMs ?? RECONNECT_MIN_MS / 3 + env.random() * ceilingMs);
  };

  const retry = () => {
    backsOff = false;
    if (wanted && !socket.connected) socket.connect();
  };

  socket.on('connect', () => {
    attempts = 0;
    silences = 0;
    failures = 0;
    unknown = 0;
    handlers.onConnected();
  });
  socket.on('server:pages', ({ build }) => options.onPagesBuild?.(build));
  socket.on('disconnect', () => {
    if (!wanted) return;
    handlers.onLost();
    schedule();
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    if (!wanted) return;
    const refusal = refusalOf(error.data);
    failures = refusal === null ? failures + 1 : 0;
    unknown = refusal?.code === 'unauthenticated' ? unknown + 1 : 0;
    // A token that is not known today is not known tomorrow; a cookie can be had anew, where the place keeps any.
    const isUnknownForGood = unknown >= UNKNOWN_LIMIT || (unknown > 0 && options.token !== undefined);
    if (refusal !== null && (isFinal(refusal) || isUnknownForGood)) {
      handlers.onRefused(refusal);
      return;
    }
    handlers.onLost();
    if (unknown > 0 && env.renewIdentity) {
      env.renewIdentity(options.serverUrl).then(
        () => schedule(),
        () => schedule(),
      );
      return;
    }
    const { retryAfterMs } = refusal ?? {};
    schedule(retryAfterMs === undefined ? undefined : retryDelayMs(retryAfterMs, env.random()));
  });

  return {
    socket,
    get connected() {
      return socket.connected;
    },
    get failures() {
      return failures;
    },
    open() {
      wanted = true;
      attempts = 0;
      unknown = 0;
      backsOff = false;
      env.clearTimer(timer);
      if (!socket.connected) socket.connect();
    },
    close() {
      wanted = false;
      env.clearTimer(timer);
      socket.disconnect();
    },
    hurry() {
      if (!wanted || !backsOff) return;
      env.clearTimer(timer);
      attempts = 0;
      retry();
    },
    reconnect(delayMs) {
      if (!wanted) return;
      socket.disconnect();
      schedule(delayMs);
    },
    ask(event, message) {
      type Data = AnswerData<typeof event>;
      return new Promise<Answer<Data>>((resolve) => {
        if (!socket.connected) {
          resolve(unavailable('There is no connection right now.'));
          return;
        }
        let settled = false;
        const settle = (answer: Answer<Data>) => {
          if (settled) return;
          settled = true;
          env.clearTimer(deadline);
          socket.off('disconnect', onDisconnect);
          resolve(answer);
        };
        const onDisconnect = () => settle(unavailable('The connection broke before the answer came.'));
        const deadline = env.setTimer(() => {
          settle(unavailable('No answer came.'));
          silences += 1;
          // Half-open: the line looks alive and carries nothing.
          if (silences >= SILENCE_LIMIT && socket.connected) socket.disconnect().connect();
        }, ANSWER_TIMEOUT_MS);
        socket.on('disconnect', onDisconnect);
        const emit = socket.emit.bind(socket) as (name: string, body: unknown, ack: (answer: Answer<Data>) => void) => void;
        emit(event, message, (answer) => {
          silences = 0;
          settle(answer);
        });
      });
    },
  };
}

function unavailable(message: string): { readonly ok: false; readonly error: ProtocolError } {
  return { ok: false, error: { code: 'unavailable', message } };
}

/** Trying again changes nothing. */
const isFinal = ({ code }: ProtocolError) => code === 'upgrade_required' || code === 'forbidden';

/** The coded refusal in a handshake error, where the server sent one. */
function refusalOf(data: unknown): ProtocolError | null {
  if (typeof data !== 'object' || data === null || !('code' in data)) return null;
  const code = ERROR_CODES.find((known): known is ErrorCode => known === data.code);
  if (!code) return null;
  const message = 'message' in data && typeof data.message === 'string' ? data.message : code;
  return 'retryAfterMs' in data && typeof data.retryAfterMs === 'number'
    ? { code, message, retryAfterMs: data.retryAfterMs }
    : { code, message };
}
