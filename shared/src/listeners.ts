/**
 * Listeners: callbacks that hear of one thing, in the order in which they were added. A listener that is added while
 * others are called is called as well, one that is removed is not.
 */
export class Listeners<Args extends readonly unknown[] = []> {
  readonly #all = new Set<(...args: Args) => void>();
  readonly #onError: ((error: unknown) => void) | null;

  /** @param onError takes what a listener throws, so that it harms no other; without it `emit` throws it */
  constructor(onError: ((error: unknown) => void) | null = null) {
    this.#onError = onError;
  }

  get size(): number {
    return this.#all.size;
  }

  /** Adds a listener; returns its stop. The same function is called once, however often it was added. */
  readonly add = (listener: (...args: Args) => void): (() => void) => {
    this.#all.add(listener);
    return () => {
      this.#all.delete(listener);
    };
  };

  emit(...args: Args): void {
    for (const listener of this.#all) {
      if (this.#onError === null) listener(...args);
      else {
        try {
          listener(...args);
        } catch (error) {
          this.#onError(error);
        }
      }
    }
  }

  clear(): void {
    this.#all.clear();
  }
}
