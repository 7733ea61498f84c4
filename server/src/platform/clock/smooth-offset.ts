import { Ramp, SLEW_RATE } from '@cowatch/shared/clock';

/** Corrections up to this are slewed; beyond it this instance was wrong, and is put right quickly. */
const SLEW_MAX_MS = 20;

/** How fast an instance that was ahead by more falls back: its time goes on at half its pace, and never backwards. */
export const FALL_BACK_RATE = 0.5;

/** The offset of cluster time to the local monotonic clock, moved so that their sum never goes back. */
export class SmoothOffset {
  readonly #offset = new Ramp();

  /** What the offset is on its way to; null before it is known. */
  get targetMs(): number | null {
    return this.#offset.target;
  }

  /** Takes an offset as it is, even back: only before a time has been published. */
  set(offsetMs: number, atLocalMs: number): void {
    this.#offset.stepTo(offsetMs, atLocalMs);
  }

  /** Moves towards an offset: slewed; far ahead at once; far behind at half pace. */
  moveTo(offsetMs: number, atLocalMs: number): void {
    const missingMs = offsetMs - (this.at(atLocalMs) ?? offsetMs);
    if (missingMs > SLEW_MAX_MS) this.#offset.stepTo(offsetMs, atLocalMs);
    else this.#offset.moveTo(offsetMs, missingMs < -SLEW_MAX_MS ? FALL_BACK_RATE : SLEW_RATE, atLocalMs);
  }

  /** Milliseconds to add to the local clock at this time; null before it is known. */
  at(localMs: number): number | null {
    return this.#offset.at(localMs);
  }
}
