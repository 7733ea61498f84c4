/** What sums of fractions may be off by: after the wait that was named there must be a token. */
const ROUNDING = 1e-6;

/** A bucket of `burst` tokens that refills by `perS` a second; time is an argument. */
export class TokenBucket {
  readonly #perS: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number;

  constructor(limit: { readonly perS: number; readonly burst: number }, nowMs: number) {
    this.#perS = limit.perS;
    this.#burst = limit.burst;
    this.#tokens = limit.burst;
    this.#atMs = nowMs;
  }

  /**
   * Takes tokens and returns 0, or takes none and returns the milliseconds until there are so many.
   * @param count at most `burst`
   */
  take(nowMs: number, count = 1): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (Math.max(0, nowMs - this.#atMs) / 1000) * this.#perS);
    this.#atMs = nowMs;
    if (this.#tokens < count - ROUNDING) return Math.ceil(((count - this.#tokens) / this.#perS) * 1000 - ROUNDING);
    this.#tokens -= count;
    return 0;
  }
}
