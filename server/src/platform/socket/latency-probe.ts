import { randomBytes } from 'node:crypto';
import type { WebSocket } from 'ws';

/** When to measure after a connection opens, in milliseconds; after the last, every `STEADY_INTERVAL_MS`. */
const FIRST_PROBES_MS = [0, 200, 500, 1000, 2000, 4000];
const STEADY_INTERVAL_MS = 10_000;

/** Round trips that count. */
const KEPT = 5;

/** Probes that may be on their way at once; older ones are given up. */
const PENDING_MAX = 4;

/** Bytes that make a probe unforgeable: a pong can only come after its ping was read. */
const NONCE_BYTES = 8;

/** Measures one connection from this side, with pings of the websocket protocol, which browsers answer by themselves. */
export class LatencyProbe {
  readonly #socket: WebSocket;
  readonly #nowMs: () => number;
  readonly #pending = new Map<string, number>();
  readonly #roundTripsMs: number[] = [];
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, nowMs: () => number) {
    this.#socket = socket;
    this.#nowMs = nowMs;
    socket.on('pong', this.#onPong);
    this.#schedule();
  }

  /** Half the median of the last round trips, in milliseconds; null before the first. */
  oneWayMs(): number | null {
    const sorted = [...this.#roundTripsMs].sort((a, b) => a - b);
    const middle = sorted[Math.floor((sorted.length - 1) / 2)];
    return middle === undefined ? null : middle / 2;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#socket.off('pong', this.#onPong);
    this.#pending.clear();
  }

  #schedule(): void {
    const dueMs = FIRST_PROBES_MS[this.#sent];
    const delayMs = dueMs === undefined ? STEADY_INTERVAL_MS : dueMs - (FIRST_PROBES_MS[this.#sent - 1] ?? 0);
    this.#timer = setTimeout(() => {
      this.#probe();
      this.#schedule();
    }, delayMs);
    this.#timer.unref();
  }

  #probe(): void {
    this.#sent += 1;
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
