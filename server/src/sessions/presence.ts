import type { Access, PresenceChange, RosterPage } from '@cowatch/shared/protocol';
import type { DeviceHealth } from './session.domain.ts';

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

/**
 * Who is in which session, as this instance sees it. Everything answers at once, from memory: an adapter that shares
 * presence among instances keeps a merged copy. Times are cluster milliseconds.
 */
export interface Presence {
  /** A device enters; with it, where it is their first, a member. The newest name holds for all their devices. */
  enter(device: Device, name: string, access: Access, nowMs: number): void;
  /** A device is gone; returns true where the session is empty now. */
  exit(device: Device): boolean;
  /** Takes a report; returns how long until the next one is due, in milliseconds. */
  report(device: Device, health: DeviceHealth, nowMs: number): number;
  /** Returns false where the member has that name already, or is not there. */
  rename(sessionId: string, memberId: string, name: string): boolean;
  /** Roles changed. */
  setAccess(sessionId: string, access: Access): void;

  nameOf(sessionId: string, memberId: string): string | null;
  count(sessionId: string): PresenceCount;
  totals(): PresenceCount & { readonly sessions: number };
  /** Sockets by member. */
  devicesOf(sessionId: string): Iterable<readonly string[]>;
  socketIdsOf(sessionId: string, memberId: string): readonly string[];
  revision(sessionId: string): number;
  /** A page of people, owner and hosts first. */
  page(sessionId: string, offset: number): RosterPage;

  /** Whoever missed their reports is away from now on. */
  markAway(nowMs: number): void;
  /** What is to be told now; each change is given out once. */
  takeChanges(nowMs: number): readonly { readonly sessionId: string; readonly change: PresenceChange }[];
}
