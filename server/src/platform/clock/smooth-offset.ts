/** How fast cluster time is moved to a better estimate, as a fraction: 20 ms in a second is not seen or heard. */
export const SLEW_RATE = 0.02;

/** Corrections up to this are slewed; beyond it this instance was wrong, and is put right quickly. */
export const SLEW_MAX_MS = 20;

/** How fast an instance that was ahead by more falls back: its time goes on at half its pace, and never backwards. */
export const FALL_BACK_RATE = 0.5;

/** The offset of cluster time to the local monotonic clock, moved so that their sum never goes back. */
export class SmoothOffset {
  #fromMs: number | null = null;
  #toMs = 0;
  #rate = SLEW_RATE;
  #sinceLocalMs = 0;

  /** What the offset is on its way to; null before it is known. */
  get targetMs(): number | null {
    return this.#fromMs === null ? null : this.#toMs;
  }

  /** Takes an offset as it is, even back: only before anybody has been told a time. */
  set(offsetMs: number, atLocalMs: number): void {
    this.#fromMs = offsetMs;
    this.#toMs = offsetMs;
    this.#sinceLocalMs = atLocalMs;
  }

  /** Moves towards an offset: slewed; far ahead at once; far behind at half pace. */
  moveTo(offsetMs: number, atLocalMs: number): void {
    const currentMs = this.at(atLocalMs);
    const missingMs = currentMs === null ? 0 : offsetMs - currentMs;
    if (currentMs === null || missingMs > SLEW_MAX_MS) {
      this.set(offsetMs, atLocalMs);
      return;
    }
    this.#fromMs = currentMs;
    this.#toMs = offsetMs;
    this.#rate = missingMs < -SLEW_MAX_MS ? FALL_BACK_RATE : SLEW_RATE;
    this.#sinceLocalMs = atLocalMs;
  }

  /** Milliseconds to add to the local clock at this time; null before it is known. */
  at(localMs: number): number | null {
    if (this.#fromMs === null) return null;
    const missingMs = this.#toMs - this.#fromMs;
    const doneMs = Math.max(0, localMs - this.#sinceLocalMs) * this.#rate;
    return this.#fromMs + Math.sign(missingMs) * Math.min(Math.abs(missingMs), doneMs);
  }
}
