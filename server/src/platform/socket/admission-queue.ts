import { CodedError } from '@cowatch/shared/protocol';

/** Longest wait of a handshake, in milliseconds: clients give up after 8 s, some of which the network takes. */
export const HANDSHAKE_WAIT_MAX_MS = 6000;
/** Longest wait of a join, in milliseconds: clients ask again after 4 s without an answer. */
export const JOIN_WAIT_MAX_MS = 2500;
/** Most entries of either queue. */
const WAITING_MAX = 10_000;

/** So many enter in one turn of the event loop without waiting: without a storm there is no queue. */
const FREE_IN_A_TURN = 8;

/** At most so many entries leave the queue in one turn, and none after the turn has cost so many milliseconds. */
const BATCH_MAX = 32;
const BATCH_MS = 10;

/** How fast the estimated cost of one entry follows what is measured. */
const LEARNING = 0.3;
const FIRST_GUESS_MS = 0.5;

/** Shortest and longest time after which a refused caller is asked to try again, in milliseconds. */
const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 15_000;

export interface AdmissionQueueOptions {
  /** A caller that would wait longer than this is refused, in milliseconds. */
  readonly waitMaxMs: number;
  /** Most entries. */
  readonly queueMax: number;
  nowMs(): number;
  /** Calls back in the next turn of the event loop, after whatever else has come in; microtasks run after each. */
  nextTurn(callback: () => void): void;
  /** From 0 to 1. */
  random(): number;
}

/**
 * Admission queue: in a storm a bounded share enters in each turn of the event loop, in the order of arrival, so that
 * everything else (commands of members) is read in between. Bound: `queueMax`, and what `waitMaxMs` allows.
 */
export class AdmissionQueue {
  readonly #options: AdmissionQueueOptions;
  readonly #queue: (() => void)[] = [];
  #head = 0;
  #freeLeft = FREE_IN_A_TURN;
  #ticking = false;
  #batchAtMs = 0;
  #passed = 0;
  #costMs = FIRST_GUESS_MS;

  constructor(options: AdmissionQueueOptions) {
    this.#options = options;
  }

  /** Entries that wait. */
  get waiting(): number {
    return this.#queue.length - this.#head;
  }

  /** How long a caller that enters now would wait, in milliseconds. */
  get waitMs(): number {
    return this.waiting * this.#costMs;
  }

  /**
   * Null where the caller may go on at once; else resolves when it may.
   * @throws CodedError `unavailable` when it would wait too long, with a time to try again that is not every caller's.
   */
  enter(): Promise<void> | null {
    if (this.waiting === 0 && this.#freeLeft > 0) {
      this.#freeLeft -= 1;
      this.#tick();
      return null;
    }
    const { waitMaxMs, queueMax, random } = this.#options;
    const waitMs = this.waitMs;
    if (waitMs > waitMaxMs || this.waiting >= queueMax) {
      const retryMs = Math.min(RETRY_MAX_MS, Math.max(RETRY_MIN_MS, waitMs)) * (0.5 + random());
      throw new CodedError('unavailable', 'Very many come at once. Try again in a moment.', Math.ceil(retryMs));
    }
    return new Promise((resolve) => {
      this.#queue.push(resolve);
      this.#tick();
    });
  }

  #tick(): void {
    if (this.#ticking) return;
    this.#ticking = true;
    this.#options.nextTurn(() => this.#turn());
  }

  /** A new turn: dequeues the next entries, each in a callback of its own, so that what one does is done before the next. */
  #turn(): void {
    const nowMs = this.#options.nowMs();
    if (this.#passed > 0) this.#costMs += LEARNING * ((nowMs - this.#batchAtMs) / this.#passed - this.#costMs);
    this.#batchAtMs = nowMs;
    this.#passed = 0;
    this.#ticking = false;
    this.#freeLeft = FREE_IN_A_TURN;
    const count = Math.min(BATCH_MAX, this.waiting);
    if (count === 0) return;
    let startedMs: number | null = null;
    for (let i = 0; i < count; i += 1) {
      this.#options.nextTurn(() => {
        startedMs ??= this.#options.nowMs();
        if (this.#options.nowMs() - startedMs < BATCH_MS) this.#dequeue();
      });
    }
    this.#tick();
  }

  #dequeue(): void {
    const next = this.#queue[this.#head];
    if (next === undefined) return;
    this.#head += 1;
    this.#passed += 1;
    // Cut now and then, not with each one.
    if (this.#head * 2 > this.#queue.length) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    next();
  }
}

/** An admission queue on the event loop of this process. */
export function createAdmissionQueue(waitMaxMs: number, nowMs: () => number): AdmissionQueue {
  return new AdmissionQueue({
    waitMaxMs,
    queueMax: WAITING_MAX,
    nowMs,
    nextTurn: (callback) => void setImmediate(callback),
    random: Math.random,
  });
}
