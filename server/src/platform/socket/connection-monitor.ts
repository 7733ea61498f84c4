import type { IncomingMessage } from 'node:http';
import type { Logger } from '../log/log.ts';
import { SlowConnections } from './backlog.ts';
import { type ConnectionState, type EngineConnection, watchConnection } from './connections.ts';
import { ProbeScheduler } from './probe-scheduler.ts';
import type { AppSocket } from './socket.types.ts';
import type { SocketEvents } from './socket-events.ts';
import type { SocketMetrics } from './socket-metrics.ts';

export interface ConnectionMonitorOptions {
  readonly log: Logger;
  readonly metrics: SocketMetrics;
  readonly events: Pick<SocketEvents, 'slow' | 'drained'>;
  nowMs(): number;
}

/** An Engine.IO connection with the request that it began with. */
export type RequestedConnection = EngineConnection & { readonly request: IncomingMessage };

/**
 * Connection monitor: measures every connection, cuts off those that flood or do not read, and says of their sockets when
 * they are slow. Bound: the connections of this process.
 */
export class ConnectionMonitor {
  readonly #options: ConnectionMonitorOptions;
  readonly #slow: SlowConnections;
  readonly #probes: ProbeScheduler;
  readonly #states = new WeakMap<object, ConnectionState>();
  readonly #sockets = new WeakMap<object, AppSocket>();

  constructor(options: ConnectionMonitorOptions) {
    this.#options = options;
    this.#slow = new SlowConnections(options.nowMs);
    this.#probes = new ProbeScheduler(options.nowMs);
  }

  /** Watches a connection from its first byte until it closes. */
  watch(connection: RequestedConnection): void {
    const { log, metrics, events, nowMs } = this.#options;
    const { remoteAddress: address } = connection.request.socket;
    const state = watchConnection(connection, {
      nowMs,
      slow: this.#slow,
      probes: this.#probes,
      onFlood() {
        metrics.flooded();
        log.warn({ address }, 'a connection sent too much and was cut off');
      },
      backlog: {
        onSlow: () => {
          metrics.slow();
          const socket = this.#sockets.get(connection);
          if (socket !== undefined) events.slow.emit(socket);
        },
        onDrained: () => {
          const socket = this.#sockets.get(connection);
          if (socket !== undefined) events.drained.emit(socket);
        },
        onCut() {
          metrics.slowCut();
          log.info({ address }, 'a connection did not read what it was sent and was cut off');
        },
      },
    });
    if (state !== null) this.#states.set(connection, state);
  }

  /** The socket that a connection has become. */
  admitted(socket: AppSocket): void {
    this.#sockets.set(socket.conn, socket);
  }

  /** One-way latency of a socket in milliseconds; null before the first pong. */
  oneWayLatencyMs(socket: AppSocket): number | null {
    return this.#states.get(socket.conn)?.probe.oneWayMs() ?? null;
  }

  stop(): void {
    this.#slow.stop();
    this.#probes.stop();
  }
}
