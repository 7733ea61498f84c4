import { CodedError } from '@cowatch/shared/protocol';
import { QUEUE_RETRY_MS, QUEUE_WAITING_MAX } from './queue.limits.ts';

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** Outcome of one item of a batch. */
export type Settled<Result> = { readonly result: Result } | { readonly error: CodedError };

/**
 * Batches of one key each: while one is being committed, what comes gathers for the next. Ten thousand votes at once are a few
 * commits, and a pause meanwhile waits behind one of them at most. Bound: `QUEUE_WAITING_MAX` items for each key.
 */
export class Batches<Item, Result> {
  readonly #waiting = new Map<string, Waiting<Item, Result>[]>();
  readonly #write: (key: string, items: readonly Item[], committed: () => void) => Promise<readonly Settled<Result>[]>;

  /** @param write settles all items; it may call `committed` before that, and the next batch of the key begins */
  constructor(write: (key: string, items: readonly Item[], committed: () => void) => Promise<readonly Settled<Result>[]>) {
    this.#write = write;
  }

  /** Resolves when the item is settled. @throws CodedError as `write` does, or `unavailable` where too many wait */
  submit(key: string, item: Item): Promise<Result> {
    const waiting = this.#waiting.get(key);
    if (waiting !== undefined && waiting.length >= QUEUE_WAITING_MAX) {
      return Promise.reject(new CodedError('unavailable', 'Too many people act at once. Try again.', QUEUE_RETRY_MS));
    }
    return new Promise((resolve, reject) => {
      const one = { item, resolve, reject };
      if (waiting !== undefined) waiting.push(one);
      else {
        this.#waiting.set(key, [one]);
        void this.#run(key);
      }
    });
  }

  async #run(key: string): Promise<void> {
    for (;;) {
      const batch = this.#waiting.get(key) ?? [];
      if (batch.length === 0) {
        this.#waiting.delete(key);
        return;
      }
      this.#waiting.set(key, []);
      await new Promise<void>((next) => {
        this.#settle(key, batch, next).finally(next);
      });
    }
  }

  async #settle(key: string, batch: readonly Waiting<Item, Result>[], committed: () => void): Promise<void> {
    try {
      const items = batch.map(({ item }) => item);
      const settled = await this.#write(key, items, committed);
      for (const [index, { resolve, reject }] of batch.entries()) {
        const one = settled[index];
        if (one !== undefined && 'result' in one) resolve(one.result);
        else reject(one?.error ?? new Error('an item of a batch was not settled'));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
