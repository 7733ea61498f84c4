import { CodedError } from '@cowatch/shared/protocol';

export interface SemaphoreOptions {
  /** How much runs at once. */
  readonly permits: number;
  /** Most that waits, and after how many milliseconds one too many should try again. */
  readonly waitingMax: number;
  readonly retryAfterMs: number;
}

/** Semaphore: so much work runs at once, the rest waits in the order of the calls. Bound: `waitingMax`. */
export class Semaphore {
  readonly #options: SemaphoreOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: SemaphoreOptions) {
    this.#options = options;
  }

  /** Runs the work when there is a permit. @throws CodedError `unavailable` when too many wait */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { permits, waitingMax, retryAfterMs } = this.#options;
    if (this.#running < permits) this.#running += 1;
    else if (this.#waiting.length >= waitingMax) {
      throw new CodedError('unavailable', 'Too many act at once. Try again.', retryAfterMs);
    } else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The permit goes on to the next, where there is one.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
