import type { Server as HttpServer } from 'node:http';
import { FRAME_MAX_BYTES } from '@cowatch/shared/protocol';
import { Server, type ServerOptions } from 'socket.io';
import { Decoder } from 'socket.io-parser';
import type { Config } from '../../config.ts';
import type { ClusterClock } from '../clock/cluster-clock.ts';
import { SOCKET_PATH } from '../http/upgrades.ts';
import type { Identify } from '../identity.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { createAdmissionQueue, HANDSHAKE_WAIT_MAX_MS } from './admission-queue.ts';
import { singleNodeBus } from './cluster-bus.ts';
import { CommandDispatcher } from './command-dispatcher.ts';
import { ConnectionAdmission } from './connection-admission.ts';
import { ConnectionMonitor, type RequestedConnection } from './connection-monitor.ts';
import { drainSockets } from './drain-sockets.ts';
import { createPollingRefusal } from './long-polling.ts';
import { PreparedEncoder } from './prepared-json.ts';
import { createRedisClusterBus } from './redis-cluster-bus.ts';
import type { AppServer, SocketPlatform } from './socket.types.ts';
import { SocketEvents } from './socket-events.ts';
import { createSocketMetrics } from './socket-metrics.ts';

/** A connection that has died is noticed within the sum of both: 9.5 s. */
const PING_INTERVAL_MS = 4500;
const PING_TIMEOUT_MS = 5000;

/** A connection that does not present its identity within this time is closed, in milliseconds. */
const CONNECT_TIMEOUT_MS = 8000;

const TRANSPORT: Partial<ServerOptions> = {
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
};

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

/** The socket server, with what only the composition may do. */
export interface SocketServer extends SocketPlatform {
  /** Takes the websockets of an HTTP server from now on; to be called once, when everything is registered. */
  attach(http: HttpServer): void;
  /** Admits no socket any more, tells every client to go, and waits until they have gone or their time is up. */
  drain(): Promise<void>;
  /** Cuts what is left. */
  stop(): Promise<void>;
}

/** A socket server that is on no HTTP server yet: websocket only, no compression, nothing buffered across a disconnect. */
export function createSocketServer(options: SocketServerOptions): SocketServer {
  const { config, clock, log, identify, redis = null, pagesBuild = null } = options;
  const { instanceId } = clock;
  const nowMs = () => clock.nowMs();
  const metrics = createSocketMetrics(options.metrics, clock, () => io.sockets.sockets.size);
  const events = new SocketEvents((error) => log.error({ err: error }, 'a connection listener failed'));
  const handshakes = createAdmissionQueue(HANDSHAKE_WAIT_MAX_MS, nowMs);
  const admission = new ConnectionAdmission({
    config,
    identify,
    log,
    knowsTime: () => clock.ready,
    enter: () => handshakes.enter(),
    onRejected: metrics.rejected,
  });
  const monitor = new ConnectionMonitor({ log, metrics, events, nowMs });
  const dispatcher = new CommandDispatcher({ clock, log, metrics });
  const cluster = redis === null ? null : createRedisClusterBus({ redis, instanceId, log, metrics: options.metrics });
  const adapter = cluster === null ? {} : { adapter: cluster.adapter };
  const io: AppServer = new Server({ ...TRANSPORT, ...adapter, allowRequest: admission.allowRequest });

  io.use(admission.admit);
  io.on('connection', (socket) => {
    monitor.admitted(socket);
    if (pagesBuild !== null) socket.emit('server:pages', { build: pagesBuild });
    socket.onAny((event, ...args) => dispatcher.receive(socket, event, args));
    socket.on('disconnecting', (reason) => events.disconnected.emit(socket, reason));
    events.connected.emit(socket);
  });

  return {
    io,
    bus: cluster?.attach(io) ?? singleNodeBus(instanceId),
    onCommand: (event, command) => dispatcher.register(event, command),
    onConnection: events.connected.add,
    onDisconnect: events.disconnected.add,
    onSlow: events.slow.add,
    onDrained: events.drained.add,
    oneWayLatencyMs: (socket) => monitor.oneWayLatencyMs(socket),
    attach(http) {
      // Between its request and its websocket a connection has no error listener of its own, and one in the admission queue
      // may go away meanwhile: unheard, that would end the process.
      http.on('upgrade', (_request, connection) => connection.on('error', () => {}));
      io.attach(http);
      io.engine.use(createPollingRefusal(admission.originRefusal));
      io.engine.on('connection', (connection: RequestedConnection) => {
        connection.request.socket.setNoDelay(true);
        admission.count(connection.request, (listener) => connection.once('close', listener));
        monitor.watch(connection);
      });
    },
    async drain() {
      admission.close();
      await drainSockets(io);
    },
    async stop() {
      io.local.disconnectSockets(true);
      cluster?.stop();
      monitor.stop();
      // Undefined while it is on no HTTP server: a start that failed before is taken back, too.
      io.engine?.close();
    },
  };
}
