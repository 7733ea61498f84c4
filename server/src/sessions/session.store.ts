import type { SessionRecord } from '@cowatch/shared/timeline';
import type { Companion } from './session.companion.ts';

/** What became of a commit. */
export type CommitOutcome = 'committed' | 'conflict' | 'fenced';

/**
 * Where sessions live while they are watched. Every change is a compare-and-set on the record's version; the store
 * holds no rule. What it forgets comes back from the snapshots. While it cannot be reached every call refuses with
 * `CodedError('unavailable')`; a write that is refused so may have happened all the same.
 */
export interface SessionStore {
  /** True where other processes commit too, and where what was committed may get lost: what is read must be looked at twice. */
  readonly isShared: boolean;
  /** Rises whenever what the store holds may no longer be what it held; what has a session cached looks again. */
  readonly generation: number;
  /** The record as last committed, or null where the store does not hold it. */
  load(id: string): Promise<SessionRecord | null>;
  /** Puts a record where none is; false where one is already, which stays. */
  create(record: SessionRecord): Promise<boolean>;
  /**
   * Replaces the record if it is still at `expectedVersion`; `conflict` also where there is none; `fenced` as `fence` says.
   * @param companion written in the same step, or not at all
   */
  commit(record: SessionRecord, expectedVersion: number, companion?: Companion): Promise<CommitOutcome>;
  /** A companion as last committed, or null where the store does not hold it: what it lost is where the record is, too. */
  companion(id: string, name: string): Promise<Companion | null>;
  /**
   * Restores a record that the store has lost, fenced or not: over an older one that is still at `expectedVersion`, or
   * where none is (null). Says whether it did.
   * @param companion restored in the same step
   */
  restore(record: SessionRecord, expectedVersion: number | null, companion?: Companion): Promise<boolean>;
  /** Forgets the record if it is still at `expectedVersion`; says whether it did. Companions without a record say nothing. */
  drop(id: string, expectedVersion: number): Promise<boolean>;
  /**
   * Fence: from now on, and for so many milliseconds, no commit to this session is taken: an instance that has a newer record
   * restores it meanwhile. Where it is fenced already nothing changes. Only what is shared can be fenced.
   */
  fence(id: string, ms: number): Promise<void>;
  /** The versions of many records, in the order of the ids; null where the store does not hold one. */
  versions(ids: readonly string[]): Promise<readonly (number | null)[]>;
}
