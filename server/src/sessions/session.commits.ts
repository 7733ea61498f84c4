import { CodedError } from '@cowatch/shared/protocol';
import type { Effects, SessionRecord } from '@cowatch/shared/timeline';
import { KeyedMutex } from '../platform/keyed-mutex.ts';
import type { SessionRecovery } from './recovery/recovery.ts';
import { RetryBudget } from './recovery/retry-budget.ts';
import type { SaveOutcome, SnapshotWriter } from './recovery/snapshot-writer.ts';
import { COMMIT_RETRIES, COMMITS_WAITING_MAX, CONTENTION_RETRY_MS } from './session.limits.ts';

interface Change<T> {
  readonly kind: 'commit';
  readonly next: SessionRecord;
  readonly effects: Effects;
  readonly result: T;
}

/** What was decided on a record: a commit, or that there is nothing to commit. */
export type Step<T> = Change<T> | { readonly kind: 'done'; readonly result: T };

/** A result, and whether what it acknowledges is durable. */
export interface Outcome<T> {
  readonly result: T;
  readonly saved: SaveOutcome;
}

export interface SessionCommitsDeps {
  readonly recovery: SessionRecovery;
  readonly writer: Pick<SnapshotWriter, 'save' | 'settled'>;
  readonly metrics: { conflict(): void };
}

/** Commits of sessions: load, decide, compare-and-set and announce under the mutex of the session; then make durable. */
export class SessionCommits {
  readonly #deps: SessionCommitsDeps;
  readonly #mutex = new KeyedMutex({ waitingMax: COMMITS_WAITING_MAX, retryAfterMs: CONTENTION_RETRY_MS });

  constructor(deps: SessionCommitsDeps) {
    this.#deps = deps;
  }

  /**
   * Commits what `step` decides. Where another instance's commit came first, or where what was committed did not survive,
   * it is decided anew, within one budget of retries.
   * @throws CodedError as `step` refuses; `not_found`; `unavailable` when others kept coming first.
   */
  async update<T>(id: string, nowMs: number, step: (record: SessionRecord) => Step<T>): Promise<Outcome<T>> {
    const { recovery, writer } = this.#deps;
    const retries = new RetryBudget(COMMIT_RETRIES);
    do {
      const decided = await this.#mutex.run(id, () => this.#commit(id, nowMs, step, retries));
      if (decided === null) break;
      const { result } = decided;
      // A repeat is an acknowledgement too: it waits until what it acknowledges is durable.
      if (decided.kind === 'done') return { result, saved: await writer.settled(id) };
      const saved = await writer.save(decided.next);
      if (await recovery.survived(decided.next, nowMs, retries)) return { result, saved };
    } while (retries.spend());
    throw new CodedError('unavailable', 'Too many people act at once. Try again.', CONTENTION_RETRY_MS);
  }

  /** Decides on the optimistic copy first; null when others kept coming first. */
  async #commit<T>(id: string, nowMs: number, step: (record: SessionRecord) => Step<T>, retries: RetryBudget): Promise<Step<T> | null> {
    const { recovery } = this.#deps;
    const optimistic = recovery.optimisticCopy(id);
    const guessed = optimistic === null ? null : changeOf(optimistic, step);
    if (optimistic !== null && guessed !== null) {
      if (await this.#committed(optimistic, guessed, nowMs)) return guessed;
      if (!retries.spend()) return null;
    }
    do {
      const record = await recovery.load(id, nowMs, retries);
      const decided = step(record);
      if (decided.kind === 'done' || (await this.#committed(record, decided, nowMs))) return decided;
    } while (retries.spend());
    return null;
  }

  async #committed(record: SessionRecord, { next, effects }: Change<unknown>, nowMs: number): Promise<boolean> {
    const outcome = await this.#deps.recovery.commit(next, effects, record.version, nowMs);
    if (outcome === 'conflict') this.#deps.metrics.conflict();
    return outcome === 'committed';
  }
}

/** What a step would change if this is still the newest record; null where that must be looked up before it is answered. */
function changeOf<T>(optimistic: SessionRecord, step: (record: SessionRecord) => Step<T>): Change<T> | null {
  try {
    const decided = step(optimistic);
    return decided.kind === 'commit' ? decided : null;
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}
