import type { QueueChange, QueueItem, QueuePlayed, QueueState, QueueStatus } from '../../protocol/index.ts';
import { itemsAfter } from '../../queue/change.ts';

/** Changes that came before one that leads to them; more say that the queue is to be read anew. */
const HELD_MAX = 32;

/** The queue as the server last told it. */
export interface ConfirmedQueue {
  readonly version: number;
  readonly status: QueueStatus;
  readonly items: readonly QueueItem[];
  readonly voted: ReadonlySet<string>;
  readonly skipVoted: boolean;
}

/**
 * Replica of a queue: read once, and led from version to version by changes. A change that comes before the one it builds
 * upon (two instances tell of theirs) is held until that has come. Bound: `HELD_MAX` changes.
 */
export class QueueReplica {
  #queue: ConfirmedQueue | null = null;
  #history: readonly QueuePlayed[] | null = null;
  #held: QueueChange[] = [];

  get queue(): ConfirmedQueue | null {
    return this.#queue;
  }

  /** The newest first; null where it was not read. */
  get history(): readonly QueuePlayed[] | null {
    return this.#history;
  }

  /** Is anything known of that has not been told here? */
  get hasGap(): boolean {
    return this.#held.length > 0;
  }

  adopt(state: QueueState): void {
    if (this.#queue !== null && state.version < this.#queue.version) return;
    const { version, status, items, voted, skipVoted } = state;
    this.#queue = { version, status, items, voted: new Set(voted), skipVoted };
    this.#applyHeld();
  }

  adoptHistory(history: readonly QueuePlayed[]): void {
    this.#history = history;
  }

  /** Takes a change; returns those that took effect now, in their order. */
  take(change: QueueChange): readonly QueueChange[] {
    if (this.#queue === null) return [];
    if (this.#held.length >= HELD_MAX) this.#held = this.#held.slice(1);
    this.#held.push(change);
    return this.#applyHeld();
  }

  /** An answer told what this person has voted for. */
  voted(itemId: string, on: boolean): void {
    if (this.#queue === null) return;
    const voted = new Set(this.#queue.voted);
    if (on) voted.add(itemId);
    else voted.delete(itemId);
    this.#queue = { ...this.#queue, voted };
  }

  skipVoted(on: boolean): void {
    if (this.#queue !== null) this.#queue = { ...this.#queue, skipVoted: on };
  }

  #applyHeld(): readonly QueueChange[] {
    const applied: QueueChange[] = [];
    for (;;) {
      const { version } = this.#queue ?? { version: 0 };
      this.#held = this.#held.filter((change) => change.version > version);
      const next = this.#held.find((change) => change.from === version);
      if (next === undefined) return applied;
      this.#apply(next);
      applied.push(next);
    }
  }

  #apply(change: QueueChange): void {
    const before = this.#queue;
    if (before === null) return;
    const status = change.status ?? before.status;
    const isSameOn = status.current?.itemId === before.status.current?.itemId && status.skipVotes > 0;
    this.#queue = {
      version: change.version,
      status,
      items: itemsAfter(before.items, change),
      voted: before.voted,
      skipVoted: before.skipVoted && isSameOn,
    };
    if (this.#history === null || change.played.length === 0) return;
    const media = new Set(change.played.map((one) => one.media.id));
    this.#history = [...[...change.played].reverse(), ...this.#history.filter((one) => !media.has(one.media.id))];
  }
}
