import type { Access, Look, PresenceChange, RosterPage } from '@cowatch/shared/protocol';
import type { DeviceHealth } from '../session.domain.ts';
import type { FaceWish } from './faces.domain.ts';

/** One socket of one member in one session. */
export interface Device {
  readonly sessionId: string;
  readonly memberId: string;
  readonly socketId: string;
}

export interface PresenceCount {
  readonly members: number;
  readonly devices: number;
}

/** What is known of a session's people on other instances. */
export interface Elsewhere {
  readonly occupied: boolean;
  /** When somebody was last there. */
  readonly seenAtMs: number;
}

/** Latencies that stand for those of so many people on another instance, in milliseconds and rising order. */
export interface SampledLatencies {
  readonly members: number;
  readonly latenciesMs: readonly number[];
}

/**
 * Who is in which session. Whatever is asked often is answered at once, from memory: an adapter that shares presence
 * among instances keeps a copy of what the others say. Times are cluster milliseconds.
 */
export interface Presence {
  /** A device enters here; with it, where it is their first anywhere, a member. The newest name and look hold for all their devices. */
  enter(device: Device, wish: FaceWish, access: Access, nowMs: number): void;
  /** A device here is gone; returns true where nobody is in the session here any more. */
  exit(device: Device, nowMs: number): boolean;
  /** Takes a report; returns how long until the next one is due, in milliseconds. */
  report(device: Device, health: DeviceHealth, nowMs: number): number;
  /** Returns false where the member has that name and look already, or is not there. */
  reface(sessionId: string, memberId: string, wish: Partial<FaceWish>, nowMs: number): boolean;
  /** Roles changed. */
  setAccess(sessionId: string, access: Access): void;

  nameOf(sessionId: string, memberId: string): string | null;
  /** How some of the people look, hosts first; of those on other instances, where nobody is here. */
  looks(sessionId: string, max: number): readonly Look[];
  /** Is this somebody who is in the session, or was lately, as far as is known here? */
  hasSeen(sessionId: string, memberId: string): boolean;
  /** People and devices on all instances. */
  count(sessionId: string): PresenceCount;
  /** What is here. */
  totals(): PresenceCount & { readonly sessions: number };
  /** Sessions with somebody here. */
  sessionIds(): Iterable<string>;
  /** Sockets here, by member. */
  devicesOf(sessionId: string): Iterable<readonly string[]>;
  /** Sockets here of one member. */
  socketIdsOf(sessionId: string, memberId: string): readonly string[];
  revision(sessionId: string): number;
  /** The first page of people, owner and hosts first; of those on other instances only who is known here. */
  firstPage(sessionId: string): RosterPage;
  /** A page of people from `offset` on; may ask other instances, and goes without those who give no answer. */
  page(sessionId: string, offset: number): RosterPage | Promise<RosterPage>;
  /** What brings somebody up to date who was last told of `revision`; null where they missed nothing. */
  changeSince(sessionId: string, revision: number): PresenceChange | null;

  /** Whoever missed their reports is away from now on. */
  markAway(nowMs: number): void;
  /** What is to be told now to the sockets here; each change is given out once. */
  takeChanges(nowMs: number): readonly { readonly sessionId: string; readonly change: PresenceChange }[];

  /** Null where nothing is known of anybody elsewhere. */
  elsewhere(sessionId: string): Elsewhere | null;
  latenciesElsewhere(sessionId: string): readonly SampledLatencies[];
  /**
   * Asks what other instances know of these sessions; null where there are no others, or it is known well enough.
   * Rejects with `unavailable` where they cannot be asked: what was known stays.
   */
  look(sessionIds: readonly string[], nowMs: number, how: 'anew' | 'if unknown'): Promise<void> | null;
  /** Tells the others what they do not know yet, and takes what they tell; called on every beat, one at a time. */
  exchange(nowMs: number): Promise<void> | null;
}
