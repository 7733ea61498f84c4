import { CodedError, isUnavailable } from '@cowatch/shared/protocol';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export interface KeyedMutexOptions {
  /** Most that wait for one key, and after how many milliseconds one too many should try again. */
  readonly waitingMax: number;
  readonly retryAfterMs: number;
}

/**
 * Keyed mutex: work on one key runs on this instance one after the other, in the order of the calls. Against a store that
 * is asked over the network all changes of a thing but one would be decided on what is no longer so, and again. Instances
 * do not wait for each other; between them the store decides which was first. Bound: `waitingMax` for each key.
 */
export class KeyedMutex {
  readonly #options: KeyedMutexOptions;
  /** The keys that are held, with the work that waits for each. */
  readonly #waiting = new Map<string, Waiter[]>();

  constructor(options: KeyedMutexOptions) {
    this.#options = options;
  }

  /**
   * Runs the work while no other runs for this key.
   * @throws CodedError `unavailable` when too many wait, or when the store gave no answer to work that was before it
   */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) this.#waiting.set(key, []);
    else if (waiting.length >= this.#options.waitingMax) {
      throw new CodedError('unavailable', 'Too many act at once. Try again.', this.#options.retryAfterMs);
    } else await new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
    try {
      return await work();
    } catch (error) {
      if (isUnavailable(error)) this.#rejectWaiting(key, error);
      throw error;
    } finally {
      const next = this.#waiting.get(key)?.shift();
      if (next === undefined) this.#waiting.delete(key);
      else next.resolve();
    }
  }

  /** What waits would only wait for the same silence, each after the other. */
  #rejectWaiting(key: string, error: CodedError): void {
    for (const { reject } of this.#waiting.get(key)?.splice(0) ?? []) reject(error);
  }
}
