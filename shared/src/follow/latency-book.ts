/** Bounds of what is believed of a player's latencies, in milliseconds. */
const START_MIN_MS = -50;
const START_MAX_MS = 600;
const SEEK_MIN_MS = 40;
const SEEK_MAX_MS = 3000;

/** The first start is believed whole, later ones are averaged; an old average keeps this much room for the new. */
const START_GAIN_MIN = 0.2;
const ROLLING_GAIN = 0.5;
const SEEK_FORGET = 0.15;

/** Room beyond what the last seeks took, so that the next one is ready in time. */
const SEEK_MARGIN_MS = 40;

/**
 * What one player has taught about itself: how long a start takes to show its first frame, and how long a seek takes
 * until it can be played from.
 */
export class LatencyBook {
  #startMs: number;
  #seekMs: number;
  #starts = 0;

  constructor(initial: { readonly startMs: number; readonly seekMs: number }) {
    this.#startMs = initial.startMs;
    this.#seekMs = initial.seekMs;
  }

  /** Call play this much before the instant at which the picture is to move. */
  get startMs(): number {
    return this.#startMs;
  }

  /** Stop and aim this far ahead of now: the seek is done, and the player started, when its target comes. */
  get landingBudgetMs(): number {
    return Math.min(SEEK_MAX_MS, this.#seekMs + Math.max(0, this.#startMs) + SEEK_MARGIN_MS);
  }

  /** Aim this far ahead of now with a seek that does not stop the player. */
  get rollingBudgetMs(): number {
    return Math.min(SEEK_MAX_MS, this.#seekMs);
  }

  /** After a start that was on time: how far off its first frames were (negative: behind, so start earlier). */
  learnStart(errorMs: number): void {
    this.#starts += 1;
    const gain = Math.max(START_GAIN_MIN, 1 / this.#starts);
    this.#startMs = Math.max(START_MIN_MS, Math.min(START_MAX_MS, this.#startMs - gain * errorMs));
  }

  /** After a seek: how long it took. Slow ones are believed at once, quick ones little by little. */
  learnSeek(tookMs: number): void {
    const next = tookMs > this.#seekMs ? tookMs : this.#seekMs + SEEK_FORGET * (tookMs - this.#seekMs);
    this.#seekMs = Math.max(SEEK_MIN_MS, Math.min(SEEK_MAX_MS, next));
  }

  /** After a seek of a player that was not stopped for it: how far off it came out (negative: behind, so aim further). */
  learnRollingSeek(errorMs: number): void {
    this.#seekMs = Math.max(0, Math.min(SEEK_MAX_MS, this.#seekMs - ROLLING_GAIN * errorMs));
  }
}
