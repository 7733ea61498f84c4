import type { Server as HttpServer } from 'node:http';
import { FRAME_MAX_BYTES } from '@cowatch/shared/protocol';
import { Server } from 'socket.io';
import { Decoder } from 'socket.io-parser';
import type { Config } from '../../config.ts';
import type { ClusterClock } from '../clock/cluster-clock.ts';
import { SOCKET_PATH } from '../http/upgrades.ts';
import type { Identify } from '../identity.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { createAdmissionQueue, HANDSHAKE_WAIT_MAX_MS } from './admission-queue.ts';
import { SlowOnes } from './backlog.ts';
import { singleNodeBus } from './cluster-bus.ts';
import { CommandDispatcher } from './command-dispatcher.ts';
import { createConnectionAdmission } from './connection-admission.ts';
import { type ConnectionState, type EngineConnection, watchConnection } from './connections.ts';
import { LatencyRounds } from './latency-rounds.ts';
import { createPollingRefusal } from './long-polling.ts';
import { PreparedEncoder } from './prepared-json.ts';
import { createRedisClusterBus } from './redis-cluster-bus.ts';
import type { AppServer, AppSocket, SocketPlatform } from './socket.types.ts';
import { createSocketMetrics } from './socket-metrics.ts';

/** A connection that has died is noticed within the sum of both: 9.5 s. */
const PING_INTERVAL_MS = 4500;
const PING_TIMEOUT_MS = 5000;

/** A connection that does not say who it is within this time is closed. */
const CONNECT_TIMEOUT_MS = 8000;

/** Clients are told to go within this time, each at a moment of its own, so that they do not all come back at once. */
const DRAIN_SPREAD_MS = 2000;
const DRAIN_FIRST_MS = 100;

export interface SocketServerOptions {
  readonly config: Config;
  readonly clock: ClusterClock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly identify: Identify;
  /** What other instances are reached by; null where there are none. */
  readonly redis?: Redis | null;
  /** The build of the pages that this server serves; null where it serves none. */
  readonly pagesBuild?: string | null;
}

/** The socket server, with what its owner alone may do. */
export interface SocketServer extends SocketPlatform {
  /** Takes the websockets of an HTTP server from now on; to be called once, when everything is registered. */
  attach(http: HttpServer): void;
  /** Lets nobody in any more, tells everybody to go, and waits until they have gone or their time is up. */
  drain(): Promise<void>;
  /** Cuts what is left. */
  stop(): Promise<void>;
}

/** A socket server that is on no HTTP server yet: websocket only, no compression, nothing buffered across a disconnect. */
export function createSocketServer(options: SocketServerOptions): SocketServer {
  const { config, clock, log, identify, redis = null, pagesBuild = null } = options;
  const metrics = createSocketMetrics(options.metrics, clock, () => io.sockets.sockets.size);
  const knowsTime = () => clock.ready;
  const handshakeQueue = createAdmissionQueue(HANDSHAKE_WAIT_MAX_MS, () => clock.nowMs());
  const enter = () => handshakeQueue.enter();
  const admission = createConnectionAdmission({ config, identify, log, knowsTime, enter, onRejected: metrics.rejected });
  const dispatcher = new CommandDispatcher({ clock, log, metrics });
  const states = new WeakMap<object, ConnectionState>();
  const slowOnes = new SlowOnes(() => clock.nowMs());
  const rounds = new LatencyRounds(() => clock.nowMs());
  const socketOf = new WeakMap<object, AppSocket>();
  const slowed = new Set<(socket: AppSocket) => void>();
  const drained = new Set<(socket: AppSocket) => void>();
  const connected = new Set<(socket: AppSocket) => void>();
  const disconnected = new Set<(socket: AppSocket, reason: string) => void>();

  const { instanceId } = clock;
  const others = redis === null ? null : createRedisClusterBus({ redis, instanceId, log, metrics: options.metrics });

  const io: AppServer = new Server({
    ...(others === null ? {} : { adapter: others.adapter }),
    path: SOCKET_PATH,
    // What asks for anything elsewhere is served without it.
    destroyUpgrade: false,
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: FRAME_MAX_BYTES,
    parser: { Encoder: PreparedEncoder, Decoder },
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    allowRequest: admission.allowRequest,
  });

  function watch(connection: EngineConnection & { request: Parameters<typeof admission.count>[0] }): void {
    connection.request.socket.setNoDelay(true);
    admission.count(connection.request, (listener) => connection.once('close', listener));
    const { remoteAddress: address } = connection.request.socket;
    const tell = (listeners: Set<(socket: AppSocket) => void>) => {
      const socket = socketOf.get(connection);
      for (const listener of socket === undefined ? [] : listeners) guarded(() => socket && listener(socket));
    };
    const state = watchConnection(connection, {
      nowMs: () => clock.nowMs(),
      slow: slowOnes,
      rounds,
      onFlood() {
        metrics.flooded();
        log.warn({ address }, 'a connection sent too much and was cut off');
      },
      backlog: {
        onSlow() {
          metrics.slow();
          tell(slowed);
        },
        onDrained: () => tell(drained),
        onCut() {
          metrics.slowCut();
          log.info({ address }, 'a connection did not read what it was sent and was cut off');
        },
      },
    });
    if (state !== null) states.set(connection, state);
  }

  io.use(admission.admit);
  io.on('connection', (socket) => {
    socketOf.set(socket.conn, socket);
    if (pagesBuild !== null) socket.emit('server:pages', { build: pagesBuild });
    socket.onAny((event, ...args) => dispatcher.receive(socket, event, args));
    socket.on('disconnecting', (reason) => {
      for (const listener of disconnected) guarded(() => listener(socket, reason));
    });
    for (const listener of connected) guarded(() => listener(socket));
  });

  /** A feature's failure on one socket is not the end of the others. */
  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      log.error({ err: error }, 'a connection listener failed');
    }
  }

  return {
    io,
    bus: others?.attach(io) ?? singleNodeBus(instanceId),
    onCommand: (event, command) => dispatcher.register(event, command),
    onConnection: (listener) => subscribe(connected, listener),
    onDisconnect: (listener) => subscribe(disconnected, listener),
    onSlow: (listener) => subscribe(slowed, listener),
    onDrained: (listener) => subscribe(drained, listener),
    oneWayLatencyMs: (socket) => states.get(socket.conn)?.probe.oneWayMs() ?? null,
    attach(http) {
      // Between its request and its websocket nobody listens to a connection's errors, and those who wait for their turn
      // may go away meanwhile: unheard, that would end the process.
      http.on('upgrade', (_request, connection) => connection.on('error', () => {}));
      io.attach(http);
      io.engine.use(createPollingRefusal(admission.originRefusal));
      io.engine.on('connection', watch);
    },
    async drain() {
      admission.close();
      for (const socket of io.sockets.sockets.values()) {
        socket.emit('server:draining', { reconnectInMs: Math.round(DRAIN_FIRST_MS + Math.random() * DRAIN_SPREAD_MS) });
      }
      await allGone(io, DRAIN_FIRST_MS + DRAIN_SPREAD_MS + PING_MARGIN_MS);
    },
    async stop() {
      io.local.disconnectSockets(true);
      others?.stop();
      slowOnes.stop();
      rounds.stop();
      // Undefined while it is on no HTTP server: a start that failed before is taken back, too.
      io.engine?.close();
    },
  };
}

/** For the way of the last message there and of the close back, in milliseconds. */
const PING_MARGIN_MS = 400;

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Waits until no connection is left, or so many milliseconds. */
function allGone(io: AppServer, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      clearInterval(look);
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    const look = setInterval(() => {
      if (io.engine.clientsCount === 0) done();
    }, 20);
    if (io.engine.clientsCount === 0) done();
  });
}
