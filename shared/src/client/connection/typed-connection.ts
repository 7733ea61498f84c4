import { Listeners } from '../../listeners.ts';
import type { ClientToServerEvents, ServerToClientEvents } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { hostEnvironment } from '../environment/environment.ts';
import type { ConnectionOptions } from './client-socket.ts';
import { ClockSync } from './clock-sync.ts';
import type { Asker } from './questions.ts';
import { type ConnectionHandlers, SocketConnection } from './socket-connection.ts';

/** A typed connection to the server that knows the time there: a party's own, or one for somebody who watches alone. */
export interface TypedConnection extends Asker {
  /** Server milliseconds now, or at a local monotonic time; null before the first clock exchange. */
  serverNowMs(localMs?: number): number | null;
  /** Calls back with what the server tells; returns its stop. */
  on<E extends keyof ServerToClientEvents>(event: E, listener: ServerToClientEvents[E]): () => void;
  /** Calls back after every connect, when the time is known too; returns its stop. */
  onReady(listener: () => void): () => void;
}

/** A typed connection of one's own: nothing else closes it. */
export interface OwnConnection extends TypedConnection {
  close(): void;
}

export interface SyncedConnectionHandlers extends ConnectionHandlers {
  /** Called after every estimate of the clock; `found` is true for the one that ends a burst. */
  onClock(found: boolean): void;
  /** The place woke up and the connection is alive. */
  onWake(): void;
}

/** A socket connection and the clock that is kept over it: measured anew at every connect and wake. */
export class SyncedConnection implements OwnConnection {
  readonly clockSync: ClockSync;
  readonly #socket: SocketConnection;
  readonly #env: ClientEnvironment;
  readonly #ready = new Listeners();
  readonly #stopWake: (() => void) | undefined;
  #announced = false;

  constructor(options: ConnectionOptions, env: ClientEnvironment, handlers: Partial<SyncedConnectionHandlers> = {}) {
    this.#env = env;
    this.#socket = new SocketConnection(options, env, {
      onConnected: () => {
        this.#announced = false;
        this.clockSync.burst();
        handlers.onConnected?.();
      },
      onLost: () => handlers.onLost?.(),
      onRefused: (error) => handlers.onRefused?.(error),
    });
    this.clockSync = new ClockSync(this.#socket, env, (found) => {
      this.#announceReady();
      handlers.onClock?.(found);
    });
    this.#stopWake = env.onWake?.(() => {
      if (!this.connected) {
        this.#socket.hurry();
        return;
      }
      this.clockSync.burst();
      handlers.onWake?.();
    });
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  /** Attempts to connect in a row at which no server answered. */
  get failures(): number {
    return this.#socket.failures;
  }

  open(): void {
    this.#socket.open();
  }

  /** Leaves the server; `open` comes back to it. */
  disconnect(): void {
    this.#socket.close();
  }

  close(): void {
    this.#stopWake?.();
    this.clockSync.stop();
    this.#socket.close();
  }

  serverNowMs(localMs = this.#env.nowMs()): number | null {
    return this.clockSync.clock.at(localMs);
  }

  ask<E extends keyof ClientToServerEvents>(event: E, message: Parameters<ClientToServerEvents[E]>[0]) {
    return this.#socket.ask(event, message);
  }

  on<E extends keyof ServerToClientEvents>(event: E, listener: ServerToClientEvents[E]): () => void {
    const { socket } = this.#socket;
    socket.on(event, listener as never);
    return () => void socket.off(event, listener as never);
  }

  onReady(listener: () => void): () => void {
    const stop = this.#ready.add(listener);
    if (this.connected && this.serverNowMs() !== null) listener();
    return stop;
  }

  #announceReady(): void {
    if (this.#announced) return;
    this.#announced = true;
    this.#ready.emit();
  }
}

/** Opens a typed connection of one's own. It comes back by itself until it is closed. */
export function openConnection(options: ConnectionOptions & { readonly environment?: ClientEnvironment }): OwnConnection {
  const connection = new SyncedConnection(options, options.environment ?? hostEnvironment());
  connection.open();
  return connection;
}
