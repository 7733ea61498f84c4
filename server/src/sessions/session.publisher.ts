import type { Effects, SessionRecord } from '@cowatch/shared/timeline';

/** Tells the people of a session what was committed; called once a commit, in the order of the commits. */
export interface SessionPublisher {
  committed(record: SessionRecord, effects: Effects, nowMs: number): void;
}
