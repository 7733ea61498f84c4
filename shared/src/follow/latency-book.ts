/** Bounds of what is believed of a player's latencies, in milliseconds. */
const START_MIN_MS = -50;
const START_MAX_MS = 600;
const SEEK_MIN_MS = 40;
const SEEK_MAX_MS = 3000;

/**
 * Starts are averaged; an old average keeps this much room for the new. What was known beforehand counts as so many
 * starts, so that one unlucky start does not drown it; a mere guess counts as none.
 */
const START_GAIN_MIN = 0.1;
const KNOWN_COUNTS_AS = 4;
const ROLLING_GAIN = 0.5;
const SEEK_FORGET = 0.15;

/** Room beyond what the last seeks took, so that the next one is ready in time. */
const SEEK_MARGIN_MS = 40;

/**
 * After so long at rest a browser has put its sound device away, and the next start is another kind of start (Chromium:
 * 10 s after the last sound; then it takes 44 ms, else 65 to 86 ms, as it must wait for the device's next turn).
 */
const RESTED_AFTER_MS = 10_000;

export interface KnownLatencies {
  /** From `play()` to the first movement, in milliseconds. */
  readonly startMs: number;
  /** The same after a long rest. */
  readonly restedStartMs: number;
  /** From a seek until the player can be played from there, in milliseconds. */
  readonly seekMs: number;
  /** True where the starts were measured before, on other machines; false where they are a guess. */
  readonly startsKnown?: boolean;
}

/** How long one kind of start takes. */
interface StartAverage {
  ms: number;
  count: number;
}

/**
 * What one player has taught about itself: how long a start takes to show its first frame, and how long a seek takes
 * until it can be played from.
 */
export class LatencyBook {
  readonly #start: StartAverage;
  readonly #restedStart: StartAverage;
  #seekMs: number;

  constructor(initial: KnownLatencies) {
    const count = initial.startsKnown ? KNOWN_COUNTS_AS : 0;
    this.#start = { ms: initial.startMs, count };
    this.#restedStart = { ms: initial.restedStartMs, count };
    this.#seekMs = initial.seekMs;
  }

  /** Call play this much before the instant at which the picture is to move, after a rest of `restedMs`. */
  startMs(restedMs: number): number {
    return this.#startAfter(restedMs).ms;
  }

  /** Stop and aim this far ahead of now: the seek is done, and the player started, when its target comes. */
  get landingBudgetMs(): number {
    return Math.min(SEEK_MAX_MS, this.#seekMs + Math.max(0, this.#start.ms) + SEEK_MARGIN_MS);
  }

  /** Aim this far ahead of now with a seek that does not stop the player. */
  get rollingBudgetMs(): number {
    return Math.min(SEEK_MAX_MS, this.#seekMs);
  }

  /** After a start that was on time, at the end of a rest of `restedMs`: how far off its first frames were (negative: behind). */
  learnStart(errorMs: number, restedMs: number): void {
    const start = this.#startAfter(restedMs);
    start.count += 1;
    const gain = Math.max(START_GAIN_MIN, 1 / start.count);
    start.ms = Math.max(START_MIN_MS, Math.min(START_MAX_MS, start.ms - gain * errorMs));
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

  #startAfter(restedMs: number): StartAverage {
    return restedMs >= RESTED_AFTER_MS ? this.#restedStart : this.#start;
  }
}
