import { CodedError } from '@cowatch/shared/protocol';
import { SETTLE_MS } from '../session.limits.ts';
import type { SessionStore } from '../session.store.ts';

/** Generation of the store as this instance saw it last, and since when. Times are cluster milliseconds. */
export class StoreGeneration {
  readonly #store: Pick<SessionStore, 'generation'>;
  /** None before the first look. */
  #generation = -1;
  #sinceMs = 0;

  constructor(store: Pick<SessionStore, 'generation'>) {
    this.#store = store;
  }

  get current(): number {
    return this.#store.generation;
  }

  /** Looks at the generation now. */
  note(nowMs: number): void {
    const { generation } = this.#store;
    if (this.#generation === generation) return;
    this.#generation = generation;
    this.#sinceMs = nowMs;
  }

  /** How long after a change of generation instances that have newer records are given to restore them; 0 when it is over. */
  settlingMs(nowMs: number): number {
    return Math.max(0, this.#sinceMs + SETTLE_MS - nowMs);
  }
}

/** The session cannot be decided on now. */
export const unavailable = (retryAfterMs: number) =>
  new CodedError('unavailable', 'Not possible right now. Try again in a moment.', retryAfterMs);
