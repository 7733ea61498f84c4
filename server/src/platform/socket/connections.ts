import type { WebSocket } from 'ws';
import { LatencyProbe } from './latency-probe.ts';
import { TokenBucket } from './token-bucket.ts';

/** The part of an Engine.IO connection that is used here: the level below sockets and their namespaces. */
export interface EngineConnection {
  readonly transport: unknown;
  readonly readyState: string;
  on(event: 'packet', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  close(discard?: boolean): void;
}

/** Everything a connection may send a second, of any kind, before it is cut: several times what the busiest honest client sends. */
export const FLOOD_LIMIT = { perS: 60, burst: 240 } as const;

/** What is kept of one connection while it is open. */
export interface ConnectionState {
  readonly probe: LatencyProbe;
}

/**
 * Watches one connection from its first byte: measures it, and cuts it off where it floods.
 * Returns null for a connection that is no websocket.
 */
export function watchConnection(
  connection: EngineConnection,
  nowMs: () => number,
  onFlood: () => void,
): ConnectionState | null {
  const socket = websocketOf(connection.transport);
  if (socket === null) return null;
  const flood = new TokenBucket(FLOOD_LIMIT, nowMs());
  const count = () => {
    if (flood.take(nowMs()) === 0 || connection.readyState !== 'open') return;
    onFlood();
    // Not a polite close, which a flooding peer need not answer.
    connection.close(true);
    socket.terminate();
  };
  connection.on('packet', count);
  // Pings are answered below Engine.IO, and are messages all the same.
  socket.on('ping', count);
  const probe = new LatencyProbe(socket, nowMs);
  connection.once('close', () => probe.stop());
  return { probe };
}

function websocketOf(transport: unknown): WebSocket | null {
  const socket = transport !== null && typeof transport === 'object' && 'socket' in transport ? transport.socket : null;
  return socket !== null && typeof socket === 'object' && 'ping' in socket ? (socket as WebSocket) : null;
}
