/**
 * The texts of subtitle files for everyone. Every call may be repeated, and refuses with `CodedError('unavailable')` while
 * the database is away.
 */
export interface SubtitleStore {
  /** Keeps a text durably; one that is there under that id stays as it is. */
  put(sessionId: string, id: string, vtt: string, nowMs: number): Promise<void>;
  load(sessionId: string, id: string): Promise<string | null>;
  remove(sessionId: string, ids: readonly string[]): Promise<void>;
  /**
   * Forgets the texts of parties that have ended, and those from before `beforeMs` whose party is not there any more or
   * never was, at most `limit` of them.
   * @returns how many
   */
  expire(beforeMs: number, limit: number): Promise<number>;
}
