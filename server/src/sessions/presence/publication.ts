import { LIVE_ROSTER_MAX } from '@cowatch/shared/protocol';
import { presenceIntervalMs } from '../session.domain.ts';
import { LIVE_ROSTER_AGAIN, PRESENCE_RENEW_MS } from '../session.limits.ts';

/** Publication of one session's people to other instances: when it is due, and whether it names all of them. */
export class Publication {
  /** Is what was published not all that it should be? */
  #due = true;
  #isWhole = true;
  #atMs = Number.NEGATIVE_INFINITY;

  /** The people here have changed, or the last publication did not arrive. */
  require(): void {
    this.#due = true;
  }

  /**
   * Begins a publication where one is due; null where none is.
   * @param count people on all instances
   */
  take(nowMs: number, count: number, isLarge: boolean): { readonly isWhole: boolean } | null {
    const isWhole = count <= (isLarge ? LIVE_ROSTER_AGAIN : LIVE_ROSTER_MAX);
    const isDue = this.#due || isWhole !== this.#isWhole;
    if (nowMs - this.#atMs < (isDue ? presenceIntervalMs(count) : PRESENCE_RENEW_MS)) return null;
    this.#due = false;
    this.#isWhole = isWhole;
    this.#atMs = nowMs;
    return { isWhole };
  }
}
