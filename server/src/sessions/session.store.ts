import type { SessionRecord } from '@cowatch/shared/timeline';

/**
 * Where sessions live while they are watched. Every change is a compare-and-set on the record's version; the store
 * holds no rule. What it forgets comes back from the snapshots.
 */
export interface SessionStore {
  /** The record as last committed, or null where the store does not hold it. */
  load(id: string): Promise<SessionRecord | null>;
  /** Puts a record where none is; false where one is already, which stays. */
  create(record: SessionRecord): Promise<boolean>;
  /** Replaces the record if it is still at `expectedVersion`; `conflict` also where there is none. */
  commit(record: SessionRecord, expectedVersion: number): Promise<'committed' | 'conflict'>;
  /** Forgets the record if it is still at `expectedVersion`; says whether it did. */
  drop(id: string, expectedVersion: number): Promise<boolean>;
}
