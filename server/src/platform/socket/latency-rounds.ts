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

/** Probes of one instance, of all its links together: what many links would want beyond that comes later. */
export const PROBE_LIMIT = { perS: 200, burst: 100 } as const;

/** How often it is looked whose turn it is, in milliseconds; a timer runs only while there are links. */
const LOOK_INTERVAL_MS = 50;

/**
 * Whose link is measured when. Those that are least known come first; and all of them never cost more than
 * `PROBE_LIMIT`: in a crowd each is measured more seldom, and a storm of newcomers is not a storm of probes.
 * Bound: the connections that are open.
 */
export class LatencyRounds {
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

  /** Measures a link from now on. */
  add(link: MeasuredLink): void {
    const nowMs = this.#nowMs();
    this.#queues[0]?.links.set(link, nowMs);
    this.#count += 1;
    this.#timer ??= setInterval(() => this.look(this.#nowMs()), LOOK_INTERVAL_MS).unref();
    this.look(nowMs);
  }

  /** Measures a link no more. */
  remove(link: MeasuredLink): void {
    if (!this.#queues.some(({ links }) => links.delete(link))) return;
    this.#count -= 1;
    if (this.#count === 0) this.stop();
  }

  /** Probes every link whose turn it is, as far as the budget goes. */
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
