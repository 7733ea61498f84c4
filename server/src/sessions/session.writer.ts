import { CodedError } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import { SAVE_BATCH, SAVE_RETRY_MS } from './session.limits.ts';
import type { SessionSnapshots } from './session.snapshots.ts';

/** How a commit was written down when its acknowledgement left. */
export type SaveOutcome = 'saved' | 'unsaved';

export interface SnapshotWriterOptions {
  readonly snapshots: Pick<SessionSnapshots, 'save'>;
  /** Cluster milliseconds. */
  nowMs(): number;
  /** How long a commit waits for the database before it goes on without, in milliseconds. */
  readonly patienceMs: number;
  /** Told of every write, with its duration in milliseconds. */
  onWrite?(durationMs: number, outcome: SaveOutcome): void;
  /** The database went away (the reason), or has everything again (null). */
  onAway?(reason: unknown): void;
  /** The database took every other session and not this one, at this version. */
  onRefused?(record: SessionRecord, reason: unknown): void;
}

interface Waiter {
  readonly sinceMs: number;
  readonly resolve: (outcome: SaveOutcome) => void;
}

/** A session whose newest record is not known to be durable. */
interface Unsaved {
  record: SessionRecord;
  waiters: Waiter[];
  /** The version the database would not take; tried again with the next one. */
  refusedVersion: number | null;
}

/**
 * Group commit: while one statement runs, every commit of every session gathers for the next one. One statement at a
 * time, so that one session's commits stay in order.
 *
 * Bound: one record per session in memory, however often it changes; the waiters of a session leave when the patience
 * is over, and none gather while the database is known to be away.
 */
export class SnapshotWriter {
  readonly #options: SnapshotWriterOptions;
  readonly #unsaved = new Map<string, Unsaved>();
  /** Sessions in the statement that runs, with what of them it writes. */
  #writing: ReadonlyMap<string, Unsaved> = new Map();
  #isRunning = false;
  #run: Promise<void> = Promise.resolve();
  #away = false;
  #triedAtMs = 0;

  constructor(options: SnapshotWriterOptions) {
    this.#options = options;
  }

  /** Sessions whose newest state is not durable, those about to be written included. */
  get unsavedCount(): number {
    let writing = 0;
    for (const id of this.#writing.keys()) if (!this.#unsaved.has(id)) writing += 1;
    return this.#unsaved.size + writing;
  }

  /** True while commits are acknowledged without being durable. */
  get away(): boolean {
    return this.#away;
  }

  /** True until the newest record of the session is durable. */
  isUnsaved(id: string): boolean {
    return this.#unsaved.has(id) || this.#writing.has(id);
  }

  /** Writes a record; resolves when it is durable, or when that can no longer be waited for. */
  save(record: SessionRecord): Promise<SaveOutcome> {
    const entry = this.#unsaved.get(record.id) ?? { record, waiters: [], refusedVersion: null };
    if (record.version > entry.record.version) entry.record = record;
    this.#unsaved.set(record.id, entry);
    return this.#wait(entry);
  }

  /** Resolves when everything committed to the session so far is durable, or can no longer be waited for. */
  async settled(id: string): Promise<void> {
    const entry = this.#unsaved.get(id) ?? this.#writing.get(id);
    if (entry !== undefined && entry.waiters.length > 0) await this.#wait(entry);
  }

  /** Lets go whoever waited too long, and tries again when it is time. */
  sweep(nowMs: number): void {
    if (this.#isOverdue(nowMs)) this.#goAway(new CodedError('unavailable', 'The database gives no answer.'));
    if (this.#away && nowMs - this.#triedAtMs >= SAVE_RETRY_MS) this.#start();
  }

  /** Writes what is unsaved now, without waiting for the beat. */
  retry(): void {
    this.#start();
  }

  /** Writes everything; resolves when all is durable or the database is away. */
  async flush(): Promise<void> {
    this.#start();
    while (this.#isRunning) await this.#run;
  }

  #wait(entry: Unsaved): Promise<SaveOutcome> {
    if (this.#away) return Promise.resolve('unsaved');
    const settled = new Promise<SaveOutcome>((resolve) => {
      entry.waiters.push({ sinceMs: this.#options.nowMs(), resolve });
    });
    this.#start();
    return settled;
  }

  #start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#run = this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      const batch = this.#takeBatch();
      if (batch.size === 0) {
        // In the same breath as the look: a commit in between would wait for a run that is over.
        this.#isRunning = false;
        this.#comeBack();
        return;
      }
      this.#writing = batch;
      const reason = await this.#writeBatch(batch);
      this.#writing = new Map();
      if (reason !== null) {
        this.#isRunning = false;
        this.#putBack(batch);
        this.#goAway(reason);
        return;
      }
      for (const { waiters } of batch.values()) settle(waiters, 'saved');
    }
  }

  /** Writes a batch; returns why the database is away, or null. */
  async #writeBatch(batch: ReadonlyMap<string, Unsaved>): Promise<unknown> {
    const startedAtMs = this.#options.nowMs();
    this.#triedAtMs = startedAtMs;
    const records = [...batch.values()].map(({ record }) => record);
    try {
      await this.#options.snapshots.save(records, startedAtMs);
    } catch (error) {
      this.#options.onWrite?.(this.#options.nowMs() - startedAtMs, 'unsaved');
      if (isUnavailable(error)) return error;
      if (records.length > 1) return this.#writeSingly(batch);
      for (const entry of batch.values()) this.#refuse(entry, error);
      return null;
    }
    this.#options.onWrite?.(this.#options.nowMs() - startedAtMs, 'saved');
    return null;
  }

  /** One session that cannot be stored must not keep the others from it. */
  async #writeSingly(batch: ReadonlyMap<string, Unsaved>): Promise<unknown> {
    for (const [id, entry] of batch) {
      const reason = await this.#writeBatch(new Map([[id, entry]]));
      if (reason !== null) return reason;
    }
    return null;
  }

  #refuse(entry: Unsaved, reason: unknown): void {
    settle(entry.waiters.splice(0), 'unsaved');
    this.#options.onRefused?.(entry.record, reason);
    const newer = this.#unsaved.get(entry.record.id);
    if (newer === undefined) {
      this.#unsaved.set(entry.record.id, { ...entry, waiters: [], refusedVersion: entry.record.version });
    }
  }

  #takeBatch(): Map<string, Unsaved> {
    const batch = new Map<string, Unsaved>();
    for (const [id, entry] of this.#unsaved) {
      if (batch.size === SAVE_BATCH) break;
      if (entry.refusedVersion !== entry.record.version) batch.set(id, entry);
    }
    for (const id of batch.keys()) this.#unsaved.delete(id);
    return batch;
  }

  /** What was not written waits on, beneath whatever was committed since. */
  #putBack(batch: ReadonlyMap<string, Unsaved>): void {
    for (const [id, entry] of batch) {
      const newer = this.#unsaved.get(id);
      if (newer === undefined) this.#unsaved.set(id, entry);
      else newer.waiters.unshift(...entry.waiters);
    }
  }

  #isOverdue(nowMs: number): boolean {
    const dueMs = nowMs - this.#options.patienceMs;
    for (const entries of [this.#writing, this.#unsaved]) {
      for (const { waiters } of entries.values()) if ((waiters[0]?.sinceMs ?? nowMs) <= dueMs) return true;
    }
    return false;
  }

  /** Only when everything is written: what is committed while a long backlog is worked off would wait too long. */
  #comeBack(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#options.onAway?.(null);
  }

  #goAway(reason: unknown): void {
    for (const entries of [this.#writing, this.#unsaved]) {
      for (const { waiters } of entries.values()) settle(waiters.splice(0), 'unsaved');
    }
    if (this.#away) return;
    this.#away = true;
    this.#options.onAway?.(reason);
  }
}

/** In the order they came: a session's commits are acknowledged in the order they were made. */
function settle(waiters: readonly Waiter[], outcome: SaveOutcome): void {
  for (const { resolve } of waiters) resolve(outcome);
}

const isUnavailable = (error: unknown) => error instanceof CodedError && error.code === 'unavailable';
