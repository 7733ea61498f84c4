import { TokenBucket } from './token-bucket.ts';

/** A link that is measured again and again. */
export interface MeasuredLink {
  /** Asks once more. */
  probe(): void;
}

/**
 * How long after the probe before it each of a link's first probes is due (the first: after the connection opened), in
 * milliseconds; after the last of them one is due every `STEADY_INTERVAL_MS`.
 */
const FIRST_DELAYS_MS = [0, 200, 300, 500, 1000, 2000];
const STEADY_INTERVAL_MS = 60_000;

/** Probes a second of one instance, of all its links together; what is due beyond that is probed later. */
export const PROBE_LIMIT = { perS: 200, burst: 100 } as const;

/** How often the queues are looked at, in milliseconds; a timer runs only while there are links. */
const LOOK_INTERVAL_MS = 50;

/**
 * Probe scheduler: when each link is measured. The links with the fewest probes come first, and all together never cost more
 * than `PROBE_LIMIT`: in a crowd each is measured more seldom, and a storm of new links is not a storm of probes.
 * Bound: the connections that are open.
 */
export class ProbeScheduler {
  readonly #nowMs: () => number;
  readonly #budget: TokenBucket;
  /** A queue for each delay, with the time since when each link is in it: all wait equally long, so the first is due first. */
  readonly #queues = [...FIRST_DELAYS_MS, STEADY_INTERVAL_MS].map((delayMs) => ({
    delayMs,
    links: new Map<MeasuredLink, number>(),
  }));
  #count = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#budget = new TokenBucket(PROBE_LIMIT, nowMs());
  }

  /** Schedules a link from now on. */
  add(link: MeasuredLink): void {
    const nowMs = this.#nowMs();
    this.#queues[0]?.links.set(link, nowMs);
    this.#count += 1;
    this.#timer ??= setInterval(() => this.look(this.#nowMs()), LOOK_INTERVAL_MS).unref();
    this.look(nowMs);
  }

  /** Schedules a link no more. */
  remove(link: MeasuredLink): void {
    if (!this.#queues.some(({ links }) => links.delete(link))) return;
    this.#count -= 1;
    if (this.#count === 0) this.stop();
  }

  /** Probes every link that is due, as far as the budget goes. */
  look(nowMs: number): void {
    for (const [index, { delayMs, links }] of this.#queues.entries()) {
      for (const [link, sinceMs] of links) {
        if (nowMs - sinceMs < delayMs) break;
        if (this.#budget.take(nowMs) > 0) return;
        links.delete(link);
        (this.#queues[index + 1]?.links ?? links).set(link, nowMs);
        link.probe();
      }
    }
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
