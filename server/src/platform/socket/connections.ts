import type { WebSocket } from 'ws';
import { Backlog, type BacklogEvents, type SlowConnections } from './backlog.ts';
import { LatencyProbe } from './latency-probe.ts';
import type { ProbeScheduler } from './probe-scheduler.ts';
import { TokenBucket } from './token-bucket.ts';

/** The part of an Engine.IO connection that is used here: the level below sockets and their namespaces. */
export interface EngineConnection {
  readonly transport: unknown;
  readonly readyState: string;
  readonly writeBuffer: readonly { readonly data?: unknown }[];
  on(event: 'packet', listener: () => void): unknown;
  on(event: 'packetCreate', listener: (packet: { readonly data?: unknown }) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  close(discard?: boolean): void;
}

/** Everything a connection may send a second, of any kind, before it is cut: several times what the busiest honest client sends. */
const FLOOD_LIMIT = { perS: 60, burst: 240 } as const;

/** State of one connection while it is open. */
export interface ConnectionState {
  readonly probe: LatencyProbe;
}

export interface WatchOptions {
  nowMs(): number;
  onFlood(): void;
  readonly slow: SlowConnections;
  readonly probes: ProbeScheduler;
  readonly backlog: BacklogEvents;
}

/**
 * Watches one connection from its first byte: probes its latency, cuts it off where it floods, and reports when it does not read.
 * Returns null for a connection that is no websocket.
 */
export function watchConnection(connection: EngineConnection, options: WatchOptions): ConnectionState | null {
  const { nowMs, onFlood } = options;
  const { transport } = connection;
  const socket = websocketOf(transport);
  if (socket === null) return null;
  const cut = () => {
    // Not a polite close, which a peer that floods or does not read need not answer.
    connection.close(true);
    socket.terminate();
  };
  const flood = new TokenBucket(FLOOD_LIMIT, nowMs());
  const count = () => {
    if (flood.take(nowMs()) === 0 || connection.readyState !== 'open') return;
    onFlood();
    cut();
  };
  connection.on('packet', count);
  // Pings are answered below Engine.IO, and are messages all the same.
  socket.on('ping', count);
  const probe = new LatencyProbe(socket, nowMs);
  options.probes.add(probe);
  const outgoing = {
    get waitingPackets() {
      return connection.writeBuffer.length;
    },
    get waitingBytes() {
      return connection.writeBuffer.reduce((sum, { data }) => sum + sizeOf(data), 0);
    },
    get drained() {
      return connection.writeBuffer.length === 0 && isWritable(transport) && socket.bufferedAmount === 0;
    },
    cut,
  };
  const backlog = new Backlog(outgoing, options.slow, options.backlog);
  connection.on('packetCreate', ({ data }) => {
    // Most packets find nothing waiting, and this is called for every one of them.
    if (connection.writeBuffer.length > 0) backlog.sent(sizeOf(data));
  });
  connection.once('close', () => {
    options.probes.remove(probe);
    probe.stop();
    backlog.stop();
  });
  return { probe };
}

/** Characters are near enough to bytes for a bound. */
const sizeOf = (data: unknown) => (typeof data === 'string' ? data.length : data instanceof Buffer ? data.length : 0);

/** Engine.IO's own word for: the last packet has been handed on. */
const isWritable = (transport: unknown) =>
  transport !== null && typeof transport === 'object' && 'writable' in transport && transport.writable === true;

function websocketOf(transport: unknown): WebSocket | null {
  const socket = transport !== null && typeof transport === 'object' && 'socket' in transport ? transport.socket : null;
  return socket !== null && typeof socket === 'object' && 'ping' in socket ? (socket as WebSocket) : null;
}
