import type { SessionRecord } from '@cowatch/shared/timeline';
import type { Companion } from '../session.companion.ts';

/** A session as it was last written down. */
export interface StoredSession {
  readonly record: SessionRecord;
  /** Cluster milliseconds at which a member was last in it for certain; null where that was never written. */
  readonly seenAtMs: number | null;
}

/** A companion, and of which session it is. */
export interface OwnedCompanion {
  readonly sessionId: string;
  readonly companion: Companion;
}

export interface PresenceMark {
  readonly sessionId: string;
  /** Cluster milliseconds. */
  readonly seenAtMs: number;
}

/**
 * What lasts of the sessions. Every call may be repeated, and refuses with `CodedError('unavailable')` while the
 * database is away.
 */
export interface SessionSnapshots {
  load(id: string): Promise<StoredSession | null>;
  /** A companion as it was last written down. */
  companion(id: string, name: string): Promise<Companion | null>;
  /**
   * Writes records and companions durably, all or none; one that is older than what is there leaves that alone.
   * @param nowMs cluster milliseconds, kept as the time of last use
   */
  save(records: readonly SessionRecord[], nowMs: number, companions?: readonly OwnedCompanion[]): Promise<void>;
  /** Writes down that people are there; a mark never goes back. */
  mark(marks: readonly PresenceMark[]): Promise<void>;
  /**
   * Forgets sessions that were neither changed nor attended since `beforeMs`, at most `limit` of them.
   * @returns how many
   */
  expire(beforeMs: number, limit: number): Promise<number>;
}
