import type { Effects, SessionRecord } from '@cowatch/shared/timeline';

/** Tells the people of a session what was committed. */
export interface SessionPublisher {
  /** This instance has committed: everybody is told, on all instances. Called once a commit, in the order of the commits. */
  committed(record: SessionRecord, effects: Effects, nowMs: number): void;
  /**
   * The store holds a record that this instance has not told its people of: another instance committed it, and the news
   * were lost on the way. The people here are told the whole of it; who was shut out or has seen its end goes.
   */
  healed(record: SessionRecord, nowMs: number): void;
}
