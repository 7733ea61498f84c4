import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Socket as TcpSocket } from 'node:net';
import { type ClientToServerEvents, PROTOCOL_VERSION, type ServerToClientEvents } from '@cowatch/shared/protocol';
import { io as connectClient, type Socket } from 'socket.io-client';
import { loadConfig } from '../../config.ts';
import { createMachineClock } from '../clock/cluster-clock.ts';
import type { Identify } from '../identity.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { createSocketServer, type SocketServer } from './socket-server.ts';

export type TestClient = Socket<ServerToClientEvents, ClientToServerEvents>;

/** A socket server on a port of its own, without features. */
export interface SocketTestServer {
  readonly sockets: SocketServer;
  readonly port: number;
  readonly metrics: Metrics;
  /** What it logged, as JSON lines. */
  readonly lines: Record<string, unknown>[];
  /** A client that does not connect again by itself; not yet connected. */
  client(options?: { token?: string; auth?: object; headers?: Record<string, string>; port?: number }): TestClient;
  stop(): Promise<void>;
}

/** A token that `identify` knows. Who guests are is not this layer's business. */
export const GUEST_TOKEN = 'guest-ana';

/** Stands in for the accounts: `guest-<name>`, as a token or in a cookie, is the viewer `<name>`. */
const identify: Identify = ({ headers, token }) => {
  const given = token ?? /(?:^|; )viewer=([^;]*)/.exec(headers.cookie ?? '')?.[1];
  const viewerId = typeof given === 'string' ? /^guest-(\w+)$/.exec(given)?.[1] : undefined;
  return viewerId === undefined ? null : { viewerId, deviceId: null };
};

export async function startSocketServer(env: Record<string, string> = {}, redis: Redis | null = null): Promise<SocketTestServer> {
  const config = loadConfig({ DATA_DIR: '/nonexistent', ...env });
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line: string) => lines.push(JSON.parse(line)) } });
  const metrics = createMetrics({ processMetrics: false });
  const http = createHttpServer((_request, response) => response.end());
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const sockets = createSocketServer({ config, clock: createMachineClock(), log, metrics, identify, redis });
  sockets.attach(http);
  const clients: TestClient[] = [];
  return {
    sockets,
    port,
    metrics,
    lines,
    client({ token, auth, headers, port: through = port } = {}) {
      const client: TestClient = connectClient(`http://127.0.0.1:${through}`, {
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        autoConnect: false,
        auth: auth ?? { protocol: PROTOCOL_VERSION, ...(token === undefined ? {} : { token }) },
        ...(headers === undefined ? {} : { extraHeaders: headers }),
      });
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.close();
      await sockets.stop();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** Connects; rejects with the `connect_error`. */
export function connected(client: TestClient): Promise<TestClient> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client));
    client.once('connect_error', reject);
    client.connect();
  });
}

/** A link to a server whose delay and life are in the test's hand. */
export interface TestLink {
  readonly port: number;
  /** From now on nothing passes, and neither end is told. */
  cut(): void;
  close(): Promise<void>;
}

/** @param delayMs of everything, each way. */
export async function startLink(targetPort: number, delayMs: number): Promise<TestLink> {
  let dead = false;
  const open = new Set<TcpSocket>();
  const server = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    const pass = (from: TcpSocket, to: TcpSocket) => {
      open.add(from);
      from.setNoDelay(true);
      from.on('data', (data) => setTimeout(() => !dead && to.write(data), delayMs));
      from.on('end', () => setTimeout(() => !dead && to.end(), delayMs));
      from.on('error', () => {});
      from.on('close', () => open.delete(from));
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut() {
      dead = true;
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
