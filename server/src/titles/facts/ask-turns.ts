import { TokenBucket } from '../../platform/socket/token-bucket.ts';

export interface AskTurnsOptions {
  /** How many are at work at once. */
  readonly atOnce: number;
  readonly perS: number;
  readonly burst: number;
  readonly waitingMax: number;
  nowMs(): number;
  /** Calls back after so many milliseconds. */
  later(waitMs: number, callback: () => void): void;
}

interface Waiting {
  readonly start: () => void;
  readonly giveUp: () => void;
}

/**
 * Turns of questions to services: so many at once and in a second. The newest goes first: a long list that somebody has pasted
 * does not keep a party that begins from its title. Bound: `waitingMax`; one more, and the one that waited longest gives up.
 */
export class AskTurns {
  readonly #options: AskTurnsOptions;
  readonly #rate: TokenBucket;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #isTimed = false;

  constructor(options: AskTurnsOptions) {
    this.#options = options;
    this.#rate = new TokenBucket(options, options.nowMs());
  }

  /** Does the work when it is its turn; null where that did not come. */
  async run<T>(work: () => Promise<T>): Promise<T | null> {
    const hasTurn = await new Promise<boolean>((resolve) => {
      this.#waiting.push({ start: () => resolve(true), giveUp: () => resolve(false) });
      this.#next();
      if (this.#waiting.length > this.#options.waitingMax) this.#waiting.shift()?.giveUp();
    });
    if (!hasTurn) return null;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  #next(): void {
    const { atOnce, nowMs, later } = this.#options;
    while (!this.#isTimed && this.#running < atOnce && this.#waiting.length > 0) {
      const waitMs = this.#rate.take(nowMs());
      if (waitMs > 0) {
        this.#isTimed = true;
        later(waitMs, () => {
          this.#isTimed = false;
          this.#next();
        });
        return;
      }
      this.#running += 1;
      this.#waiting.pop()?.start();
    }
  }
}
