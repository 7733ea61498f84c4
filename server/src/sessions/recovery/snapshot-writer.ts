import { CodedError, isUnavailable } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import { writeIsolated } from '../../platform/database/isolate-refused.ts';
import type { Companion } from '../session.companion.ts';
import { SAVE_BATCH, SAVE_RETRY_MS, SAVE_SILENCE_MS, SAVE_WAITING_MAX } from '../session.limits.ts';
import type { SessionSnapshots } from './snapshots.ts';

/** What an acknowledgement may promise of a commit: it is durable, or not yet. */
export type SaveOutcome = 'saved' | 'unsaved';

export interface SnapshotWriterOptions {
  readonly snapshots: Pick<SessionSnapshots, 'save'>;
  /** Cluster milliseconds. */
  nowMs(): number;
  /** How long an acknowledgement waits for a database that is there, in milliseconds. */
  readonly patienceMs: number;
  /** Is the database reachable, without asking it? Where it is left out, only failed writes tell. */
  reachable?(): boolean;
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

/** A session whose newest record may not be durable. */
interface Unsaved {
  record: SessionRecord;
  /** By name: the newest of its companions that are not durable. */
  companions: Map<string, Companion>;
  waiters: Waiter[];
  /** The version the database would not take; tried again with the next one. */
  refusedVersion: number | null;
}

/**
 * Coalescing write-behind: while one statement runs, every commit of every session gathers for the next one, the newest of
 * each session. One statement at a time, so that one session's commits stay in order. It is no `GroupCommit`: there every
 * item is written, fails with its group and is forgotten; here a newer record takes the place of an older one and answers
 * its waiters, what could not be written is kept and tried again, and a waiter may go before the write ends.
 *
 * Bounds: one record per session in memory with one of each of its companions, however often it changes; `SAVE_WAITING_MAX` waiters, each of whom leaves when
 * the patience is over (the write goes on, and so does everybody else's wait), and none while the database is held to
 * be away.
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
  #waiting = 0;

  constructor(options: SnapshotWriterOptions) {
    this.#options = options;
  }

  /** Sessions whose newest state is not durable, those about to be written included. */
  get unsavedCount(): number {
    let writing = 0;
    for (const id of this.#writing.keys()) if (!this.#unsaved.has(id)) writing += 1;
    return this.#unsaved.size + writing;
  }

  /** True while the database is held to be away: no acknowledgement waits, and none promises that anything is kept. */
  get away(): boolean {
    return this.#away || this.#options.reachable?.() === false;
  }

  /** True while a write takes longer than acknowledgements wait: they promise nothing then. */
  isLate(nowMs: number): boolean {
    return this.#isRunning && nowMs - this.#triedAtMs >= this.#options.patienceMs;
  }

  /** Sessions whose newest state the database would not take. */
  get refusedCount(): number {
    let refused = 0;
    for (const entry of this.#unsaved.values()) if (isRefused(entry)) refused += 1;
    return refused;
  }

  /** True until the newest record of the session is durable. */
  isUnsaved(id: string): boolean {
    return this.#unsaved.has(id) || this.#writing.has(id);
  }

  /**
   * Writes a record; resolves when it is durable, or when that can no longer be waited for. The write goes on then.
   * @param companion committed with the record: durable in the same transaction
   */
  save(record: SessionRecord, companion?: Companion): Promise<SaveOutcome> {
    const entry = this.#unsaved.get(record.id) ?? { record, companions: new Map(), waiters: [], refusedVersion: null };
    if (record.version > entry.record.version) entry.record = record;
    if (companion !== undefined) takeNewer(entry.companions, companion);
    this.#unsaved.set(record.id, entry);
    return this.#wait(entry);
  }

  /** Resolves as `save` does for everything committed to the session so far. */
  settled(id: string): Promise<SaveOutcome> {
    const entry = this.#unsaved.get(id) ?? this.#writing.get(id);
    return entry === undefined ? Promise.resolve('saved') : this.#wait(entry);
  }

  /** Dismisses waiters whose patience is over, gives up a database that is silent, and tries again when it is time. */
  sweep(nowMs: number): void {
    this.#dismissOverdue(nowMs);
    if (this.#isRunning && nowMs - this.#triedAtMs >= SAVE_SILENCE_MS) {
      this.#goAway(new CodedError('unavailable', 'The database gives no answer.'));
    }
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
    if (this.#away || isRefused(entry)) return Promise.resolve('unsaved');
    const settled =
      this.#waiting >= SAVE_WAITING_MAX
        ? Promise.resolve<SaveOutcome>('unsaved')
        : new Promise<SaveOutcome>((resolve) => {
            this.#waiting += 1;
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
      const entries = [...batch.values()];
      // One session that cannot be stored must not keep the others from it.
      const settled = await writeIsolated(entries, { write: (part) => this.#write(part), refuses: (error) => !isUnavailable(error) });
      this.#writing = new Map();
      let failure: { readonly error: unknown } | null = null;
      for (const [index, entry] of entries.entries()) {
        const outcome = settled[index];
        if (outcome?.kind === 'written') this.#settle(entry, 'saved');
        else if (outcome?.kind === 'refused') this.#refuse(entry, outcome.error);
        else if (outcome?.kind === 'failed') {
          this.#requeue(entry);
          failure = outcome;
        }
      }
      if (failure !== null) {
        this.#isRunning = false;
        this.#goAway(failure.error);
        return;
      }
    }
  }

  /** One statement. */
  async #write(entries: readonly Unsaved[]): Promise<readonly null[]> {
    const options = this.#options;
    const records = entries.map(({ record }) => record);
    const companions = entries.flatMap(({ record, companions: of }) =>
      [...of.values()].map((companion) => ({ sessionId: record.id, companion })),
    );
    const startedAtMs = options.nowMs();
    this.#triedAtMs = startedAtMs;
    try {
      await options.snapshots.save(records, startedAtMs, companions);
    } catch (error) {
      options.onWrite?.(options.nowMs() - startedAtMs, 'unsaved');
      throw error;
    }
    options.onWrite?.(options.nowMs() - startedAtMs, 'saved');
    return entries.map(() => null);
  }

  #refuse(entry: Unsaved, reason: unknown): void {
    this.#settle(entry, 'unsaved');
    this.#options.onRefused?.(entry.record, reason);
    const newer = this.#unsaved.get(entry.record.id);
    if (newer === undefined) {
      this.#unsaved.set(entry.record.id, { ...entry, waiters: [], refusedVersion: entry.record.version });
    } else for (const companion of entry.companions.values()) takeNewer(newer.companions, companion);
  }

  #takeBatch(): Map<string, Unsaved> {
    const batch = new Map<string, Unsaved>();
    for (const [id, entry] of this.#unsaved) {
      if (batch.size === SAVE_BATCH) break;
      if (!isRefused(entry)) batch.set(id, entry);
    }
    for (const id of batch.keys()) this.#unsaved.delete(id);
    return batch;
  }

  /** What was not written waits on, beneath whatever was committed since. */
  #requeue(entry: Unsaved): void {
    const newer = this.#unsaved.get(entry.record.id);
    if (newer === undefined) this.#unsaved.set(entry.record.id, entry);
    else {
      newer.waiters.unshift(...entry.waiters);
      for (const companion of entry.companions.values()) takeNewer(newer.companions, companion);
    }
  }

  /** No waiter is kept longer than the patience; the database is not away for that, it may answer yet. */
  #dismissOverdue(nowMs: number): void {
    if (this.#waiting === 0) return;
    const dueMs = nowMs - this.#options.patienceMs;
    for (const entries of [this.#writing, this.#unsaved]) {
      for (const entry of entries.values()) {
        const inTime = entry.waiters.findIndex(({ sinceMs }) => sinceMs > dueMs);
        this.#settle(entry, 'unsaved', inTime === -1 ? entry.waiters.length : inTime);
      }
    }
  }

  /** Only when everything is written: what is committed while a long backlog is worked off would wait too long. */
  #comeBack(): void {
    if (!this.#away) return;
    this.#away = false;
    this.#options.onAway?.(null);
  }

  #goAway(reason: unknown): void {
    for (const entries of [this.#writing, this.#unsaved]) {
      for (const entry of entries.values()) this.#settle(entry, 'unsaved');
    }
    if (this.#away) return;
    this.#away = true;
    this.#options.onAway?.(reason);
  }

  /** In the order they came: a session's commits are acknowledged in the order they were made. */
  #settle({ waiters }: Unsaved, outcome: SaveOutcome, count = waiters.length): void {
    this.#waiting -= count;
    for (const { resolve } of waiters.splice(0, count)) resolve(outcome);
  }
}

function takeNewer(companions: Map<string, Companion>, companion: Companion): void {
  const other = companions.get(companion.name);
  if (other === undefined || other.version < companion.version) companions.set(companion.name, companion);
}

/** The database would not take this version: waiting for it is of no use. */
const isRefused = ({ record, refusedVersion }: Unsaved) => refusedVersion === record.version;
