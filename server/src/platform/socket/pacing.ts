/** Requests that are not asked to rest, and the longest rest that any is asked for. */
export interface Pace {
  readonly perS: number;
  readonly burst: number;
  readonly restMaxMs: number;
}

/**
 * Pacing: gives each periodic request the time of its next one, so that all together come at a pace (the virtual schedule of
 * the generic cell rate algorithm, ITU-T I.371). No request is refused. Time is an argument.
 */
export class Pacing {
  readonly #pace: Pace;
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Counts a request: how long its sender should rest before the next one, in milliseconds, 0 to `restMaxMs`. */
  restMs(nowMs: number): number {
    const { perS, burst, restMaxMs } = this.#pace;
    const intervalMs = 1000 / perS;
    this.#nextMs = Math.max(this.#nextMs, nowMs - burst * intervalMs) + intervalMs;
    // Time may have been set back: what was promised then is not waited for now.
    this.#nextMs = Math.min(this.#nextMs, nowMs + restMaxMs);
    return Math.max(0, Math.round(this.#nextMs - nowMs));
  }
}
