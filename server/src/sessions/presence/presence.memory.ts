import type { Access, Look, PresenceChange, RosterPage } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import type { DeviceHealth } from '../session.domain.ts';
import { DEPARTED_MAX } from '../session.limits.ts';
import type { FaceWish } from './faces.domain.ts';
import type { Device, Presence, PresenceCount } from './presence.ts';
import { SessionRoster } from './session-roster.ts';

/** Presence of one process. */
export function createMemoryPresence(): Presence {
  return new MemoryPresence();
}

/** The people whose sockets are on this instance, in one room for each session. */
export class MemoryPresence implements Presence {
  readonly #rooms = new Map<string, SessionRoster>();
  /** By session and member. It outlives the rooms, which go when the last one here does. */
  readonly #departed = new LRUCache<string, true>({ max: DEPARTED_MAX });

  /** The room of a session that somebody here is in. */
  room(sessionId: string): SessionRoster | undefined {
    return this.#rooms.get(sessionId);
  }

  rooms(): Iterable<[string, SessionRoster]> {
    return this.#rooms;
  }

  enter({ sessionId, memberId, socketId }: Device, wish: FaceWish, access: Access, nowMs: number): void {
    let room = this.#rooms.get(sessionId);
    if (room === undefined) {
      room = new SessionRoster(access, (departedId) => this.#departed.set(`${sessionId} ${departedId}`, true));
      this.#rooms.set(sessionId, room);
    }
    room.setAccess(access);
    room.enter(memberId, socketId, wish, nowMs);
  }

  exit(device: Device): boolean {
    const room = this.#rooms.get(device.sessionId);
    room?.exit(device.memberId, device.socketId);
    if (room === undefined || room.membersHere > 0) return false;
    return this.#rooms.delete(device.sessionId);
  }

  report(device: Device, health: DeviceHealth, nowMs: number): number {
    return this.#roomOf(device.sessionId).report(device.memberId, device.socketId, health, nowMs);
  }

  reface(sessionId: string, memberId: string, wish: Partial<FaceWish>, nowMs: number): boolean {
    return this.#rooms.get(sessionId)?.reface(memberId, wish, nowMs) ?? false;
  }

  setAccess(sessionId: string, access: Access): void {
    this.#rooms.get(sessionId)?.setAccess(access);
  }

  nameOf(sessionId: string, memberId: string): string | null {
    return this.#rooms.get(sessionId)?.nameOf(memberId) ?? null;
  }

  looks(sessionId: string, max: number): readonly Look[] {
    return this.#rooms.get(sessionId)?.looks(max) ?? [];
  }

  hasSeen(sessionId: string, memberId: string): boolean {
    return this.nameOf(sessionId, memberId) !== null || this.#departed.get(`${sessionId} ${memberId}`) === true;
  }

  count(sessionId: string): PresenceCount {
    return this.#rooms.get(sessionId)?.count() ?? { members: 0, devices: 0 };
  }

  totals(): PresenceCount & { readonly sessions: number } {
    let members = 0;
    let devices = 0;
    for (const room of this.#rooms.values()) {
      members += room.membersHere;
      devices += room.devicesHere;
    }
    return { sessions: this.#rooms.size, members, devices };
  }

  sessionIds(): Iterable<string> {
    return this.#rooms.keys();
  }

  devicesOf(sessionId: string): Iterable<readonly string[]> {
    return this.#rooms.get(sessionId)?.devices() ?? [];
  }

  socketIdsOf(sessionId: string, memberId: string): readonly string[] {
    return this.#rooms.get(sessionId)?.socketIdsOf(memberId) ?? [];
  }

  revision(sessionId: string): number {
    return this.#rooms.get(sessionId)?.revision ?? 0;
  }

  firstPage(sessionId: string): RosterPage {
    return this.#roomOf(sessionId).page(0);
  }

  page(sessionId: string, offset: number): RosterPage {
    return this.#roomOf(sessionId).page(offset);
  }

  changeSince(sessionId: string, revision: number): PresenceChange | null {
    return this.#rooms.get(sessionId)?.changeSince(revision) ?? null;
  }

  markAway(nowMs: number): void {
    for (const room of this.#rooms.values()) room.markAway(nowMs);
  }

  takeChanges(nowMs: number): readonly { readonly sessionId: string; readonly change: PresenceChange }[] {
    const changes: { sessionId: string; change: PresenceChange }[] = [];
    for (const [sessionId, room] of this.#rooms) {
      const change = room.takeChange(nowMs);
      if (change !== null) changes.push({ sessionId, change });
    }
    return changes;
  }

  elsewhere(): null {
    return null;
  }

  latenciesElsewhere(): readonly never[] {
    return [];
  }

  look(): null {
    return null;
  }

  exchange(): null {
    return null;
  }

  #roomOf(sessionId: string): SessionRoster {
    const room = this.#rooms.get(sessionId);
    if (room === undefined) throw new Error('nobody is in this session');
    return room;
  }
}
