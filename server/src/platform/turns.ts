import { CodedError } from '@cowatch/shared/protocol';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export interface TurnsOptions {
  /** Most who wait for one thing, and when whoever is one too many should come again, in milliseconds. */
  readonly waitingMax: number;
  readonly retryAfterMs: number;
}

/**
 * Lets those who change one thing on this instance do so one after the other: against a store that is asked over the
 * network all but one of them would decide on what is no longer so, and have to decide again. Instances do not wait for
 * each other; between them the store decides who came first. Bound: `waitingMax` for each thing.
 */
export class Turns {
  readonly #options: TurnsOptions;
  /** What is being changed, with those who wait. */
  readonly #waiting = new Map<string, Waiter[]>();

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /**
   * Does the work when nobody else does any for this id.
   * @throws CodedError `unavailable` when too many wait, or when the store gave no answer to somebody who came first
   */
  async take<T>(id: string, work: () => Promise<T>): Promise<T> {
    const others = this.#waiting.get(id);
    if (others === undefined) this.#waiting.set(id, []);
    else if (others.length >= this.#options.waitingMax) {
      throw new CodedError('unavailable', 'Too many act at once. Try again.', this.#options.retryAfterMs);
    } else await new Promise<void>((resolve, reject) => others.push({ resolve, reject }));
    try {
      return await work();
    } catch (error) {
      if (error instanceof CodedError && error.code === 'unavailable') this.#giveUp(id, error);
      throw error;
    } finally {
      const next = this.#waiting.get(id)?.shift();
      if (next === undefined) this.#waiting.delete(id);
      else next.resolve();
    }
  }

  /** Who waits would only wait for the same silence, each after the other. */
  #giveUp(id: string, error: CodedError): void {
    for (const { reject } of this.#waiting.get(id)?.splice(0) ?? []) reject(error);
  }
}
