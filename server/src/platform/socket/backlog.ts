/**
 * Send backlog of one connection, at most. Beyond the first bound nothing more is broadcast to it until it has read what
 * waits; beyond the second, reached by answers to its own commands alone, it is cut off.
 */
export const BACKLOG_SLOW = { packets: 64, bytes: 256 * 1024 } as const;
export const BACKLOG_CUT = { packets: 512, bytes: 1024 * 1024 } as const;

/** A slow connection that has not read everything within this time is cut off, in milliseconds. */
export const DRAIN_WITHIN_MS = 10_000;

/** How often slow connections are looked at, in milliseconds. */
const LOOK_INTERVAL_MS = 100;

/** The outgoing side of a connection. */
export interface Outgoing {
  /** Packets, and bytes in them, that wait for the one before them to be on its way. */
  readonly waitingPackets: number;
  readonly waitingBytes: number;
  /** Is everything that was ever sent out of this process? */
  readonly drained: boolean;
  cut(): void;
}

export interface BacklogEvents {
  /** Nothing more should be broadcast to it. */
  onSlow(): void;
  /** It has read everything. */
  onDrained(): void;
  onCut(): void;
}

/** Send backlog of one connection; `sent` is called for every packet that has to wait, before it is queued. */
export class Backlog {
  readonly #outgoing: Outgoing;
  readonly #events: BacklogEvents;
  readonly #slow: SlowConnections;
  #since: { readonly slowAtMs: number } | null = null;
  #cut = false;

  constructor(outgoing: Outgoing, slow: SlowConnections, events: BacklogEvents) {
    this.#outgoing = outgoing;
    this.#slow = slow;
    this.#events = events;
  }

  sent(bytes: number): void {
    const { waitingPackets } = this.#outgoing;
    const waitingBytes = this.#outgoing.waitingBytes + bytes;
    if (waitingPackets < BACKLOG_SLOW.packets && waitingBytes < BACKLOG_SLOW.bytes) return;
    if (waitingPackets >= BACKLOG_CUT.packets || waitingBytes >= BACKLOG_CUT.bytes) this.#cutOff();
    else if (this.#since === null) {
      this.#since = { slowAtMs: this.#slow.add(this) };
      this.#events.onSlow();
    }
  }

  /** Returns true when there is nothing more to look for. */
  look(nowMs: number): boolean {
    if (this.#since === null || this.#cut) return true;
    if (this.#outgoing.drained) {
      this.#since = null;
      this.#events.onDrained();
      return true;
    }
    if (nowMs - this.#since.slowAtMs < DRAIN_WITHIN_MS) return false;
    this.#cutOff();
    return true;
  }

  /** The connection is gone. */
  stop(): void {
    this.#cut = true;
  }

  #cutOff(): void {
    if (this.#cut) return;
    this.#cut = true;
    this.#events.onCut();
    this.#outgoing.cut();
  }
}

/** Slow connections: those whose backlog is beyond the first bound. A timer runs only while there are any. Bound: the connections of this process. */
export class SlowConnections {
  readonly #slow = new Set<Backlog>();
  readonly #nowMs: () => number;
  #timer: NodeJS.Timeout | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Returns the time, in milliseconds. */
  add(backlog: Backlog): number {
    this.#slow.add(backlog);
    this.#timer ??= setInterval(() => this.look(this.#nowMs()), LOOK_INTERVAL_MS).unref();
    return this.#nowMs();
  }

  look(nowMs: number): void {
    for (const backlog of this.#slow) if (backlog.look(nowMs)) this.#slow.delete(backlog);
    if (this.#slow.size === 0) this.stop();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
