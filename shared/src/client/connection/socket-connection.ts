import type { ClientToServerEvents, ProtocolError } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { type ClientSocket, type ConnectionOptions, createSocket } from './client-socket.ts';
import { type ConnectionState, reconnectDelayMs } from './connection-state.ts';
import { type Asker, Questions } from './questions.ts';
import { isFinal, refusalOf, retryDelayMs } from './refusal.ts';

/** So often in a row a server says that it does not know us, before asking again is given up: no identity is kept here. */
const UNKNOWN_LIMIT = 2;

export interface ConnectionHandlers {
  onConnected(): void;
  /** The connection is gone; it comes back by itself. */
  onLost(): void;
  /** The server will not have us, and trying again changes nothing. */
  onRefused(error: ProtocolError): void;
}

/** One socket that answers every question, never keeps a message for later, and comes back by itself. */
export class SocketConnection implements Asker {
  readonly socket: ClientSocket;
  readonly #options: ConnectionOptions;
  readonly #env: ClientEnvironment;
  readonly #handlers: ConnectionHandlers;
  readonly #questions: Questions;
  #state: ConnectionState = { kind: 'idle' };
  #timer: unknown = null;
  /** Waits before handshakes since the last one that succeeded. */
  #attempts = 0;
  #failures = 0;
  /** Refusals in a row as somebody unknown. */
  #unknown = 0;

  constructor(options: ConnectionOptions, env: ClientEnvironment, handlers: ConnectionHandlers) {
    this.#options = options;
    this.#env = env;
    this.#handlers = handlers;
    this.socket = createSocket(options);
    this.#questions = new Questions(this.socket, env, () => this.#reopen());
    this.socket.on('connect', () => this.#enter({ kind: 'open' }));
    this.socket.on('server:pages', ({ build }) => options.onPagesBuild?.(build));
    this.socket.on('server:draining', ({ reconnectInMs }) => this.#drain(reconnectInMs));
    this.socket.on('disconnect', () => this.#onDisconnect());
    this.socket.on('connect_error', (error: Error & { data?: unknown }) => this.#onHandshakeFailed(refusalOf(error.data)));
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  /** Attempts in a row at which no server answered: no network, a server that is down, or something in between that lets no WebSocket through. */
  get failures(): number {
    return this.#failures;
  }

  ask<E extends keyof ClientToServerEvents>(event: E, message: Parameters<ClientToServerEvents[E]>[0]) {
    return this.#questions.ask(event, message);
  }

  open(): void {
    this.#attempts = 0;
    this.#unknown = 0;
    if (this.#state.kind !== 'open') this.#enter({ kind: 'connecting' });
  }

  close(): void {
    this.#enter({ kind: 'idle' });
  }

  /** The network may be back: tries again now, unless the server said when. */
  hurry(): void {
    if (this.#state.kind !== 'backing-off' || this.#state.named) return;
    this.#attempts = 0;
    this.#enter({ kind: 'connecting' });
  }

  #enter(next: ConnectionState): void {
    this.#env.clearTimer(this.#timer);
    this.#state = next;
    switch (next.kind) {
      case 'idle':
        this.socket.disconnect();
        return;
      case 'connecting':
        this.socket.connect();
        return;
      case 'open':
        this.#attempts = 0;
        this.#failures = 0;
        this.#unknown = 0;
        this.#questions.connectedAnew();
        this.#handlers.onConnected();
        return;
      case 'renewing':
        this.#renew(next);
        return;
      case 'draining':
      case 'backing-off':
        this.#attempts += 1;
        this.#timer = this.#env.setTimer(() => this.#enter({ kind: 'connecting' }), next.delayMs);
        return;
      default:
        next satisfies never;
    }
  }

  get #isWanted(): boolean {
    return this.#state.kind !== 'idle';
  }

  /** @param namedMs the time that a refusal has named */
  #backOff(namedMs?: number): void {
    if (!this.#isWanted) return;
    const random = this.#env.random();
    const delayMs = namedMs === undefined ? reconnectDelayMs(this.#attempts, random) : retryDelayMs(namedMs, random);
    this.#enter({ kind: 'backing-off', delayMs, named: namedMs !== undefined });
  }

  #onDisconnect(): void {
    this.#questions.abandon();
    if (!this.#isWanted) return;
    this.#handlers.onLost();
    this.#backOff();
  }

  /** The server moves its people to others, each at its own time. */
  #drain(delayMs: number): void {
    if (!this.#isWanted) return;
    this.socket.disconnect();
    if (this.#isWanted) this.#enter({ kind: 'draining', delayMs });
  }

  /** Half-open, the connection looks alive and carries nothing. */
  #reopen(): void {
    this.socket.disconnect();
    if (this.#isWanted) this.#enter({ kind: 'connecting' });
  }

  #onHandshakeFailed(refusal: ProtocolError | null): void {
    if (!this.#isWanted) return;
    this.#failures = refusal === null ? this.#failures + 1 : 0;
    this.#unknown = refusal?.code === 'unauthenticated' ? this.#unknown + 1 : 0;
    // A token that is not known today is not known tomorrow; a cookie can be had anew, where the place keeps any.
    const isUnknownForGood = this.#unknown >= UNKNOWN_LIMIT || (this.#unknown > 0 && this.#options.token !== undefined);
    if (refusal !== null && (isFinal(refusal) || isUnknownForGood)) {
      this.#enter({ kind: 'idle' });
      this.#handlers.onRefused(refusal);
      return;
    }
    this.#handlers.onLost();
    if (!this.#isWanted) return;
    if (this.#unknown > 0 && this.#env.renewIdentity) this.#enter({ kind: 'renewing' });
    else this.#backOff(refusal?.retryAfterMs);
  }

  #renew(renewing: ConnectionState): void {
    const done = () => {
      if (this.#state === renewing) this.#backOff();
    };
    this.#env.renewIdentity?.(this.#options.serverUrl).then(done, done);
  }
}
