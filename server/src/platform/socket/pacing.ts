/** How much is asked for without anybody being told to wait, and the longest that somebody is. */
export interface Pace {
  readonly perS: number;
  readonly burst: number;
  readonly restMaxMs: number;
}

/**
 * Gives those who ask again and again the time of their next turn, so that all of them together come at a pace (the
 * virtual schedule of the generic cell rate algorithm, ITU-T I.371). Nobody is refused. Time is an argument.
 */
export class Pacing {
  readonly #pace: Pace;
  #nextMs = Number.NEGATIVE_INFINITY;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Somebody asked: how long they should rest before they ask again, in milliseconds, 0 to `restMaxMs`. */
  restMs(nowMs: number): number {
    const { perS, burst, restMaxMs } = this.#pace;
    const intervalMs = 1000 / perS;
    this.#nextMs = Math.max(this.#nextMs, nowMs - burst * intervalMs) + intervalMs;
    // Time may have been set back: what was promised then is not waited for now.
    this.#nextMs = Math.min(this.#nextMs, nowMs + restMaxMs);
    return Math.max(0, Math.round(this.#nextMs - nowMs));
  }
}
