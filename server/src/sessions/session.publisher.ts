import type { SessionChange } from './session.change.ts';

/** Publisher of a session's commits: to its people, and to other instances. */
export interface SessionPublisher {
  /**
   * This instance has committed. Called once a commit, in the order of the commits.
   * @param change what is published to the other instances
   * @param updates what of it people here have not been told yet; null where all of it was announced before
   */
  committed(change: SessionChange, updates: SessionChange | null, nowMs: number): void;
  /** The store holds what people here were not told: another instance committed it, and its message is late or lost. */
  missed(updates: SessionChange, nowMs: number): void;
}
