/** Somebody who has been in a session, or was let in. */
export interface Visit {
  readonly sessionId: string;
  readonly memberId: string;
  /** Cluster milliseconds. */
  readonly seenAtMs: number;
}

/** Who has been in which session. Kept as long as the session is, counted from when they were last seen there. */
export interface VisitorStore {
  /** Writes visits down, durably; of one person in one session the latest counts. @throws CodedError `unavailable` */
  note(visits: readonly Visit[]): Promise<void>;
  /** Has any of these been in the session? @throws CodedError `unavailable` */
  hasAny(sessionId: string, memberIds: readonly string[]): Promise<boolean>;
  /** Forgets those who were seen before then, at most so many; says how many. */
  expire(beforeMs: number, limit: number): Promise<number>;
}
