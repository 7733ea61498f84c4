import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { MeasuredLink } from './probe-scheduler.ts';

/** Round trips that count. */
const KEPT = 5;

/** Most pings in flight; older ones are given up. */
const PENDING_MAX = 4;

/** Bytes that make a probe unforgeable: a pong can only come after its ping was read. */
const NONCE_BYTES = 8;

/** Latency probe: measures one connection from this side, with pings of the websocket protocol, which browsers answer by themselves. */
export class LatencyProbe implements MeasuredLink {
  readonly #socket: WebSocket;
  readonly #nowMs: () => number;
  readonly #pending = new Map<string, number>();
  readonly #roundTripsMs: number[] = [];

  constructor(socket: WebSocket, nowMs: () => number) {
    this.#socket = socket;
    this.#nowMs = nowMs;
    socket.on('pong', this.#onPong);
  }

  /** Half the median of the last round trips, in milliseconds; null before the first. */
  oneWayMs(): number | null {
    const sorted = [...this.#roundTripsMs].sort((a, b) => a - b);
    const middle = sorted[Math.floor((sorted.length - 1) / 2)];
    return middle === undefined ? null : middle / 2;
  }

  stop(): void {
    this.#socket.off('pong', this.#onPong);
    this.#pending.clear();
  }

  probe(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const nonce = randomBytes(NONCE_BYTES);
    this.#pending.set(nonce.toString('latin1'), this.#nowMs());
    for (const oldest of this.#pending.keys()) {
      if (this.#pending.size <= PENDING_MAX) break;
      this.#pending.delete(oldest);
    }
    this.#socket.ping(nonce, undefined, () => {});
  }

  readonly #onPong = (data: Buffer): void => {
    const nonce = data.toString('latin1');
    const sentAtMs = this.#pending.get(nonce);
    if (sentAtMs === undefined) return;
    this.#pending.delete(nonce);
    this.#roundTripsMs.push(Math.max(0, this.#nowMs() - sentAtMs));
    if (this.#roundTripsMs.length > KEPT) this.#roundTripsMs.shift();
  };
}
