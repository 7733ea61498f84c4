import { Listeners } from '@cowatch/shared/listeners';
import type { Access, PresenceChange, RosterPage } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import type { Connection, ConnectionIds, MemberRegistry } from '../membership/member.registry.ts';
import type { ConnectionHealth } from '../session.domain.ts';
import { DEPARTED_MAX, SENIORITY_KEPT_MS, SENIORITY_MAX } from '../session.limits.ts';
import type { FaceWish } from './faces.domain.ts';
import { SessionRoster } from './session-roster.ts';

/**
 * Local roster: the people of the sessions that are occupied on this instance, with their names, looks and health. The
 * registry says who they are; this is its only writer. Times are cluster milliseconds.
 */
export class LocalRoster {
  readonly #registry: MemberRegistry;
  readonly #rosters = new Map<string, SessionRoster>();
  /** By session and member. It outlives the rosters, which go when the last one here does. */
  readonly #departed = new LRUCache<string, true>({ max: DEPARTED_MAX });
  /** By session and member: since when those who left had been there. */
  readonly #seniority = new LRUCache<string, { readonly sinceMs: number; readonly leftAtMs: number }>({ max: SENIORITY_MAX });
  readonly #opened = new Listeners<[sessionId: string, roster: SessionRoster, nowMs: number]>();

  /** Calls back when a session is occupied here that was not, with its new roster; returns its stop. */
  readonly onOpened = this.#opened.add;

  constructor(registry: MemberRegistry) {
    this.#registry = registry;
  }

  /** The roster of a session that is occupied here. */
  of(sessionId: string): SessionRoster | undefined {
    return this.#rosters.get(sessionId);
  }

  all(): Iterable<readonly [string, SessionRoster]> {
    return this.#rosters;
  }

  /** A socket enters; with it, where it is their first anywhere, a member. The newest name and look hold for all their connections. */
  enter(ids: ConnectionIds, wish: FaceWish, access: Access, nowMs: number): Connection {
    const { sessionId } = ids;
    const connection = this.#registry.enter(ids, nowMs);
    let roster = this.#rosters.get(sessionId);
    const isNew = roster === undefined;
    roster ??= this.#open(sessionId, access);
    roster.setAccess(access);
    roster.enter(connection, wish, nowMs);
    if (isNew) this.#opened.emit(sessionId, roster, nowMs);
    return connection;
  }

  /** Somebody who has entered is there, with an account or without: since now, or since before a moment's absence. */
  attends({ sessionId, memberId }: Connection, hasAccount: boolean, nowMs: number): void {
    const before = this.#seniority.get(departedKey(sessionId, memberId));
    const sinceMs = before !== undefined && nowMs - before.leftAtMs <= SENIORITY_KEPT_MS ? before.sinceMs : nowMs;
    this.#rosters.get(sessionId)?.attends(memberId, sinceMs, hasAccount);
  }

  /** A connection has left. */
  exit(connection: Connection, nowMs: number): void {
    const { sessionId, memberId } = connection;
    const sinceMs = this.#rosters.get(sessionId)?.sinceMsOf(memberId) ?? null;
    if (!this.#registry.leave(connection, nowMs)) return;
    if (sinceMs !== null) this.#seniority.set(departedKey(sessionId, memberId), { sinceMs, leftAtMs: nowMs });
    this.#rosters.get(sessionId)?.exited(memberId);
    if (!this.#registry.isOccupied(sessionId)) this.#rosters.delete(sessionId);
  }

  /** Takes a report; returns how long until the next one is due, in milliseconds. */
  report(connection: Connection, health: ConnectionHealth, nowMs: number): number {
    return this.#rosterOf(connection.sessionId).report(connection, health, nowMs);
  }

  /** Returns false where the member has that name and look already, or is not there. */
  reface(sessionId: string, memberId: string, wish: Partial<FaceWish>, nowMs: number): boolean {
    return this.#rosters.get(sessionId)?.reface(memberId, wish, nowMs) ?? false;
  }

  /** Roles changed. */
  setAccess(sessionId: string, access: Access): void {
    this.#rosters.get(sessionId)?.setAccess(access);
  }

  nameOf(sessionId: string, memberId: string): string | null {
    return this.#rosters.get(sessionId)?.nameOf(memberId) ?? null;
  }

  /** Is this a member of the session, or was lately, as far as this instance knows? */
  hasSeen(sessionId: string, memberId: string): boolean {
    return this.nameOf(sessionId, memberId) !== null || this.#departed.get(departedKey(sessionId, memberId)) === true;
  }

  revision(sessionId: string): number {
    return this.#rosters.get(sessionId)?.revision ?? 0;
  }

  /** The first page of people, owner and hosts first; of those on other instances only who was published by name. */
  firstPage(sessionId: string): RosterPage {
    return this.#rosterOf(sessionId).page(0);
  }

  /** What brings a socket up to date that was last told of `revision`; null where it missed nothing. */
  changeSince(sessionId: string, revision: number): PresenceChange | null {
    return this.#rosters.get(sessionId)?.changeSince(revision) ?? null;
  }

  /** Connections that missed their reports are away from now on. */
  markAway(nowMs: number): void {
    for (const roster of this.#rosters.values()) roster.markAway(nowMs);
  }

  /** What is to be told now to the sockets here; each change is given out once. */
  takeChanges(nowMs: number): readonly { readonly sessionId: string; readonly change: PresenceChange }[] {
    const changes: { sessionId: string; change: PresenceChange }[] = [];
    for (const [sessionId, roster] of this.#rosters) {
      const change = roster.takeChange(nowMs);
      if (change !== null) changes.push({ sessionId, change });
    }
    return changes;
  }

  #open(sessionId: string, access: Access): SessionRoster {
    const here = this.#registry.membersOf(sessionId);
    if (here === undefined) throw new Error('nobody is in this session');
    const roster = new SessionRoster(access, here, (memberId) => this.#departed.set(departedKey(sessionId, memberId), true));
    this.#rosters.set(sessionId, roster);
    return roster;
  }

  #rosterOf(sessionId: string): SessionRoster {
    const roster = this.#rosters.get(sessionId);
    if (roster === undefined) throw new Error('nobody is in this session');
    return roster;
  }
}

const departedKey = (sessionId: string, memberId: string) => `${sessionId} ${memberId}`;
