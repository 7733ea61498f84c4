import { CodedError } from '@cowatch/shared/protocol';

export interface GroupCommitOptions<Item, Result> {
  /** Writes a group down; what it answers is durable, one answer for each item in their order. All or none. */
  write(items: readonly Item[]): Promise<readonly Result[]>;
  /** Most items in one group: what a long group holds up waits for the next one. */
  readonly groupMax: number;
  /** Groups that are written at the same time, where what is written decides the order and not when; one where left out. */
  readonly atOnce?: number;
  /** Most items that wait; whoever is one too many is refused with `unavailable`. */
  readonly waitingMax: number;
  /** What they are told to wait, in milliseconds. */
  readonly retryAfterMs: number;
}

interface Waiting<Item, Result> {
  readonly items: readonly Item[];
  resolve(results: readonly Result[]): void;
  reject(error: unknown): void;
}

/**
 * One write at a time, and everything that comes meanwhile is the next one: a disk that takes 5 ms to be sure of
 * something takes hardly longer to be sure of a hundred things (D. DeWitt et al., "Implementation Techniques for Main
 * Memory Database Systems", 1984). Nobody waits for company: what comes alone is written at once.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  #queue: Waiting<Item, Result>[] = [];
  #waiting = 0;
  #writing = 0;
  #idle: (() => void)[] = [];

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  /** Items that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Resolves when all of these are written; they are of one group.
   * @throws CodedError `unavailable` where too many wait, or what `write` threw
   */
  write(items: readonly Item[]): Promise<readonly Result[]> {
    const { waitingMax, retryAfterMs } = this.#options;
    if (items.length === 0) return Promise.resolve([]);
    if (this.#waiting + items.length > waitingMax) {
      return Promise.reject(new CodedError('unavailable', 'Too much is to be saved. Try again.', retryAfterMs));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ items, resolve, reject });
      this.#waiting += items.length;
      if (this.#writing < (this.#options.atOnce ?? 1)) void this.#writeAll();
    });
  }

  /** Resolves when nothing waits any more. */
  settled(): Promise<void> {
    if (this.#writing === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  async #writeAll(): Promise<void> {
    this.#writing += 1;
    while (this.#queue.length > 0) {
      const group = this.#nextGroup();
      const items = group.flatMap((one) => one.items);
      const refused = await this.#writeGroup(group, items);
      // What one of them carries must not cost the others theirs.
      if (refused) for (const one of group) await this.#writeGroup([one], one.items);
      this.#waiting -= items.length;
    }
    this.#writing -= 1;
    if (this.#writing > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Returns true where the group was refused for what is in it, and each has to be tried alone. */
  async #writeGroup(group: readonly Waiting<Item, Result>[], items: readonly Item[]): Promise<boolean> {
    try {
      const results = await this.#options.write(items);
      let from = 0;
      for (const one of group) {
        one.resolve(results.slice(from, from + one.items.length));
        from += one.items.length;
      }
    } catch (error) {
      if (group.length > 1 && !(error instanceof CodedError)) return true;
      for (const one of group) one.reject(error);
    }
    return false;
  }

  #nextGroup(): Waiting<Item, Result>[] {
    let count = 0;
    let size = 0;
    for (const { items } of this.#queue) {
      if (count > 0 && size + items.length > this.#options.groupMax) break;
      size += items.length;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }
}
