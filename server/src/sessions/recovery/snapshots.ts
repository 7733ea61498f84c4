import type { SessionRecord } from '@cowatch/shared/timeline';

/** A session as it was last written down. */
export interface StoredSession {
  readonly record: SessionRecord;
  /** Cluster milliseconds at which a member was last in it for certain; null where that was never written. */
  readonly seenAtMs: number | null;
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
  /**
   * Writes records durably, all or none; a record older than the one that is there leaves that one alone.
   * @param nowMs cluster milliseconds, kept as the time of last use
   */
  save(records: readonly SessionRecord[], nowMs: number): Promise<void>;
  /** Writes down that people are there; a mark never goes back. */
  mark(marks: readonly PresenceMark[]): Promise<void>;
  /**
   * Forgets sessions that were neither changed nor attended since `beforeMs`, at most `limit` of them.
   * @returns how many
   */
  expire(beforeMs: number, limit: number): Promise<number>;
}
