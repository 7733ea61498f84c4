import type { Answer, ClientToServerEvents, ServerToClientEvents } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { hostEnvironment } from '../environment/environment.ts';
import { createClockSync } from './clock-sync.ts';
import { type AnswerData, type Connection, type ConnectionOptions, createConnection } from './connection.ts';

/** A line to the server that knows the time there: a party's own, or one for whoever watches alone. */
export interface Line {
  readonly connected: boolean;
  /** Server milliseconds now; null before the first clock exchange. */
  serverNowMs(): number | null;
  ask<E extends keyof ClientToServerEvents>(event: E, message: Parameters<ClientToServerEvents[E]>[0]): Promise<Answer<AnswerData<E>>>;
  /** Calls back with what the server tells; returns its stop. */
  on<E extends keyof ServerToClientEvents>(event: E, listener: ServerToClientEvents[E]): () => void;
  /** Calls back after every connect, when the time is known too; returns its stop. */
  onReady(listener: () => void): () => void;
  close(): void;
}

/** The parts of a line that do not depend on whose it is. */
export function lineOver(connection: Connection, serverNowMs: () => number | null, ready: Set<() => void>, close: () => void): Line {
  return {
    get connected() {
      return connection.connected;
    },
    serverNowMs,
    ask: (event, message) => connection.ask(event, message),
    on(event, listener) {
      const { socket } = connection;
      socket.on(event, listener as never);
      return () => void socket.off(event, listener as never);
    },
    onReady(listener) {
      ready.add(listener);
      if (connection.connected && serverNowMs() !== null) listener();
      return () => void ready.delete(listener);
    },
    close,
  };
}

export interface LineOptions extends ConnectionOptions {
  readonly environment?: ClientEnvironment;
}

/** Opens a line of its own. It comes back by itself until it is closed. */
export function openLine(options: LineOptions): Line {
  const env = options.environment ?? hostEnvironment();
  const ready = new Set<() => void>();
  let told = false;
  const connection = createConnection(options, env, {
    onConnected() {
      told = false;
      clockSync.burst();
    },
    onLost() {},
    onRefused() {},
  });
  const clockSync = createClockSync(connection, env, () => {
    if (told) return;
    told = true;
    for (const listener of ready) listener();
  });
  connection.socket.on('server:draining', ({ reconnectInMs }) => connection.reconnect(reconnectInMs));
  const stopWake = env.onWake?.(() => {
    if (connection.connected) clockSync.burst();
    else connection.hurry();
  });
  connection.open();
  return lineOver(
    connection,
    () => clockSync.clock.at(env.nowMs()),
    ready,
    () => {
      stopWake?.();
      clockSync.stop();
      connection.close();
    },
  );
}
