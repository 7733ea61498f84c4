import { CodedError } from '@cowatch/shared/protocol';
import { FairQueue } from './fair-queue.ts';
import { type Isolation, type Settled, writeIsolated } from './isolate-refused.ts';

export interface GroupCommitOptions<Item, Result> extends Isolation<Item, Result> {
  /** Most items in one group: what a long group holds up waits for the next one. */
  readonly groupMax: number;
  /** Most items of one owner in a group, as long as they did not come together. */
  readonly shareMax: number;
  /** Groups that are written at the same time, where what is written decides the order and not when; one where left out. */
  readonly atOnce?: number;
  /**
   * Least milliseconds between two groups, where company is worth more than haste: a group of five costs hardly more than one
   * of one. What comes after a rest is written at once; what is urgent ends it, a share that is full, or somebody who waits for the end.
   * None where left out.
   */
  readonly restMs?: number;
  /** Most items that wait; one too many is refused with `unavailable`. */
  readonly waitingMax: number;
  /** Most items of one owner that wait; one too many is `rate_limited`: others have room. */
  readonly ownerWaitingMax: number;
  /** Retry-after of both refusals, in milliseconds. */
  readonly retryAfterMs: number;
}

/** Outcome of one item: it is durable, or the store will never take it. */
export type Written<Result> = Exclude<Settled<Result>, { readonly kind: 'failed' }>;

interface Waiting<Item, Result> {
  readonly items: readonly Item[];
  resolve(results: readonly Written<Result>[]): void;
  reject(error: unknown): void;
}

/**
 * Group commit: one write at a time, and everything that comes meanwhile is the next one: a disk that takes 5 ms to be sure of
 * something takes hardly longer to be sure of a hundred things (D. DeWitt et al., "Implementation Techniques for Main
 * Memory Database Systems", 1984). What comes alone is written at once; what comes soon
 * after it waits for company where `restMs` says so. Owners take turns, and an item that the store refuses costs the others
 * nothing.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  readonly #queue = new FairQueue<Waiting<Item, Result>>();
  #inHand = 0;
  #writing = 0;
  #idle: (() => void)[] = [];
  #hasUrgent = false;
  /** Ends of the rests that are being taken; one for each of `atOnce` at most. */
  readonly #rests = new Set<() => void>();

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  /** Items that wait or are being written. */
  get waiting(): number {
    return this.#queue.size + this.#inHand;
  }

  /**
   * Resolves when all of these are settled, in their order; they are of one group.
   * @param owner whose they are: owners take turns
   * @param isUrgent ends the rest
   * @throws CodedError `unavailable` or `rate_limited` where too many wait, or what `write` threw where it took nothing
   */
  write(items: readonly Item[], owner: string, isUrgent = false): Promise<readonly Written<Result>[]> {
    const { waitingMax, ownerWaitingMax, retryAfterMs } = this.#options;
    if (items.length === 0) return Promise.resolve([]);
    if (this.#queue.sizeOf(owner) + items.length > Math.max(ownerWaitingMax, items.length)) {
      return Promise.reject(new CodedError('rate_limited', 'You save too much at once. Wait a moment.', retryAfterMs));
    }
    if (this.waiting + items.length > waitingMax) {
      return Promise.reject(new CodedError('unavailable', 'Too much is to be saved. Try again.', retryAfterMs));
    }
    return new Promise((resolve, reject) => {
      this.#queue.push(owner, { items, resolve, reject }, items.length);
      if (isUrgent) this.#hasUrgent = true;
      if (this.#writing < (this.#options.atOnce ?? 1)) void this.#writeAll();
      else if (this.#isUrgent) this.#endRests();
    });
  }

  /** Resolves when nothing waits any more. */
  settled(): Promise<void> {
    if (this.#writing === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#endRests();
    });
  }

  get #isUrgent(): boolean {
    return this.#hasUrgent || this.#idle.length > 0 || this.#queue.size >= this.#options.shareMax;
  }

  async #writeAll(): Promise<void> {
    const { groupMax, shareMax } = this.#options;
    this.#writing += 1;
    while (this.#queue.size > 0) {
      this.#hasUrgent = false;
      await this.#writeGroup(this.#queue.take(groupMax, shareMax));
      await this.#rest();
    }
    this.#writing -= 1;
    if (this.#writing > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #rest(): Promise<void> | undefined {
    const { restMs = 0 } = this.#options;
    if (restMs === 0 || this.#isUrgent) return;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#rests.delete(end);
        resolve();
      };
      const timer = setTimeout(end, restMs);
      this.#rests.add(end);
    });
  }

  #endRests(): void {
    for (const end of this.#rests) end();
  }

  async #writeGroup(group: readonly Waiting<Item, Result>[]): Promise<void> {
    const items = group.flatMap((one) => one.items);
    this.#inHand += items.length;
    const settled = await writeIsolated(items, this.#options);
    this.#inHand -= items.length;
    let from = 0;
    for (const { items: own, resolve, reject } of group) {
      const answers = settled.slice(from, from + own.length);
      from += own.length;
      const failed = answers.find((answer) => answer.kind === 'failed');
      if (failed?.kind === 'failed') reject(failed.error);
      else resolve(answers as readonly Written<Result>[]);
    }
  }
}
