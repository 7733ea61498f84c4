import type { Look, RosterPage } from '@cowatch/shared/protocol';
import type { PresenceCount } from './presence-count.ts';

/** Occupancy of a session on other instances. */
export interface Elsewhere {
  readonly occupied: boolean;
  /** When a member was last there. */
  readonly seenAtMs: number;
}

/** Latencies that stand for those of so many people on another instance, in milliseconds and rising order. */
export interface SampledLatencies {
  readonly members: number;
  readonly latenciesMs: readonly number[];
}

/** Remote presence: the people of sessions on other instances, as those last published it. Times are cluster milliseconds. */
export interface RemotePresence {
  /** Null where nothing was heard of any other instance. */
  elsewhere(sessionId: string): Elsewhere | null;
  count(sessionId: string): PresenceCount;
  /** How some of the people look, hosts first. */
  looks(sessionId: string, max: number): readonly Look[];
  latencies(sessionId: string): readonly SampledLatencies[];
  /**
   * Fills a page of the roster that begins beyond the people named here, with those of the instances that have them.
   * @param beyond how many of those people come before the page
   */
  fillPage(sessionId: string, page: RosterPage, offset: number, beyond: number): RosterPage | Promise<RosterPage>;
  /**
   * Reads what other instances published of these sessions; null where there are none, or it was read just now.
   * Rejects with `unavailable` where it cannot be read: what was read before stays.
   */
  refresh(sessionIds: readonly string[], nowMs: number, how: 'anew' | 'if unknown'): Promise<void> | null;
  /** Publishes what changed here, and reads what others announced; called on every beat, one at a time. */
  exchange(nowMs: number): Promise<void> | null;
}

/** Of a single node: there are no other instances. */
export const singleNodePresence: RemotePresence = {
  elsewhere: () => null,
  count: () => ({ members: 0, devices: 0 }),
  looks: () => [],
  latencies: () => [],
  fillPage: (_sessionId, page) => page,
  refresh: () => null,
  exchange: () => null,
};
