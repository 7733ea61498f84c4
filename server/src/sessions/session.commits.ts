import { CodedError } from '@cowatch/shared/protocol';
import type { Effects, SessionRecord } from '@cowatch/shared/timeline';
import { KeyedMutex } from '../platform/keyed-mutex.ts';
import type { SessionRecovery } from './recovery/recovery.ts';
import { RetryBudget } from './recovery/retry-budget.ts';
import type { SaveOutcome, SnapshotWriter } from './recovery/snapshot-writer.ts';
import type { Companion } from './session.companion.ts';
import { COMMIT_RETRIES, COMMITS_WAITING_MAX, CONTENTION_RETRY_MS } from './session.limits.ts';

interface Change<T> {
  readonly kind: 'commit';
  readonly next: SessionRecord;
  /** Null where only the companion changes. */
  readonly effects: Effects | null;
  readonly result: T;
  /** Committed in the same step; `next` names its version. */
  readonly companion?: Companion;
  /** Called as soon as it is committed, in the order of the commits. */
  readonly committed?: () => void;
}

/** What was decided on a record: a commit, or that there is nothing to commit. */
export type Step<T> = Change<T> | { readonly kind: 'done'; readonly result: T };

/** Decides on a record, and on the companion that was asked for: null where there is none yet. */
export type Decide<T> = (record: SessionRecord, companion: Companion | null) => Step<T>;

interface Wanted<T> {
  readonly step: Decide<T>;
  readonly companionName: string | null;
}

/** A result, and whether what it acknowledges is durable. */
export interface Outcome<T> {
  readonly result: T;
  readonly saved: SaveOutcome;
}

export interface SessionCommitsDeps {
  readonly recovery: Pick<SessionRecovery, 'optimisticCopy' | 'load' | 'commit' | 'survived' | 'cachedCompanion' | 'companion'>;
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
   * @param companionName a companion that `step` looks at, and may change
   * @throws CodedError as `step` refuses; `not_found`; `unavailable` when others kept coming first.
   */
  async update<T>(id: string, nowMs: number, step: Decide<T>, companionName: string | null = null): Promise<Outcome<T>> {
    const { recovery, writer } = this.#deps;
    const retries = new RetryBudget(COMMIT_RETRIES);
    do {
      const decided = await this.#mutex.run(id, () => this.#commit(id, nowMs, { step, companionName }, retries));
      if (decided === null) break;
      const { result } = decided;
      // A repeat is an acknowledgement too: it waits until what it acknowledges is durable.
      if (decided.kind === 'done') return { result, saved: await writer.settled(id) };
      const saved = await writer.save(decided.next, decided.companion);
      if (await recovery.survived(decided.next, nowMs, retries, decided.companion)) return { result, saved };
    } while (retries.spend());
    throw new CodedError('unavailable', 'Too many people act at once. Try again.', CONTENTION_RETRY_MS);
  }

  /** Decides on the optimistic copy first; null when others kept coming first. */
  async #commit<T>(id: string, nowMs: number, { step, companionName }: Wanted<T>, retries: RetryBudget): Promise<Step<T> | null> {
    const { recovery } = this.#deps;
    const optimistic = recovery.optimisticCopy(id);
    const cached = optimistic === null || companionName === null ? null : recovery.cachedCompanion(optimistic, companionName);
    const guessed = optimistic === null || cached === undefined ? null : changeOf(optimistic, cached, step);
    if (optimistic !== null && guessed !== null) {
      if (await this.#committed(optimistic, guessed, nowMs)) return guessed;
      if (!retries.spend()) return null;
    }
    do {
      const record = await recovery.load(id, nowMs, retries);
      const companion = companionName === null ? null : await recovery.companion(record, companionName);
      if (companion === undefined) continue;
      const decided = step(record, companion);
      if (decided.kind === 'done' || (await this.#committed(record, decided, nowMs))) return decided;
    } while (retries.spend());
    return null;
  }

  async #committed(record: SessionRecord, { next, effects, companion, committed }: Change<unknown>, nowMs: number): Promise<boolean> {
    const outcome = await this.#deps.recovery.commit(next, effects, record.version, nowMs, companion);
    if (outcome === 'conflict') this.#deps.metrics.conflict();
    if (outcome === 'committed') committed?.();
    return outcome === 'committed';
  }
}

/** What a step would change if these are still the newest; null where that must be looked up before it is answered. */
function changeOf<T>(optimistic: SessionRecord, companion: Companion | null, step: Decide<T>): Change<T> | null {
  try {
    const decided = step(optimistic, companion);
    return decided.kind === 'commit' ? decided : null;
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}
