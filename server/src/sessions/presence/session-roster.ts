import { type Access, type Look, type Member, type PresenceChange, ROSTER_PAGE_SIZE, type RosterPage } from '@cowatch/shared/protocol';
import { type Candidate, isHost, roleOf } from '@cowatch/shared/timeline';
import type { Connection, SessionMembers } from '../membership/member.registry.ts';
import { type ConnectionHealth, reportIntervalMs } from '../session.domain.ts';
import { AWAY_AFTER_INTERVALS } from '../session.limits.ts';
import { assignFace, isSameFace, resolveFaces } from './face-assignment.ts';
import { type FaceWish, seemsOneOf } from './faces.domain.ts';
import { FirstPage } from './first-page.ts';
import { Person } from './person.ts';
import type { PresenceCount } from './presence-count.ts';
import { Publication } from './publication.ts';
import { isWhole, type PublishedPerson, type PublishedPresence } from './published-presence.ts';
import { RosterChanges } from './roster-changes.ts';

/**
 * Roster of one session that is occupied here: its people, wherever they are, and what of them is still to be told, to the
 * sockets here as a change, to other instances as published presence. On a single node nothing is published, and it is all
 * there is.
 */
export class SessionRoster {
  readonly #people = new Map<string, Person>();
  readonly #here: SessionMembers;
  readonly #published = new Map<string, PublishedPresence>();
  readonly #changes: RosterChanges;
  readonly #publication = new Publication();
  readonly #firstPage = new FirstPage();
  readonly #departed: (memberId: string) => void;
  #access: Access;
  /** People of other instances who are counted and not named by what those published, and all their connections. */
  #unnamed = 0;
  #connectionsElsewhere = 0;

  /**
   * @param here the session's members on this instance, as the registry has them
   * @param departed hears of members who have no connection in the session any more, on no instance that was heard of
   */
  constructor(access: Access, here: SessionMembers, departed: (memberId: string) => void) {
    this.#access = access;
    this.#here = here;
    this.#departed = departed;
    this.#changes = new RosterChanges({
      people: this.#people,
      isHost: (memberId) => isHost(this.#access, memberId),
      member: (memberId, person) => this.#member(memberId, person),
      count: () => ({ members: this.count().members, unnamed: this.#unnamed }),
    });
  }

  get revision(): number {
    return this.#changes.revision;
  }

  /** People who are here or were published by name: their order on the pages comes first. */
  get named(): number {
    return this.#people.size;
  }

  /** A connection of a member is in the registry. */
  enter(connection: Connection, wish: FaceWish, nowMs: number): void {
    const { memberId } = connection;
    const person = this.#person(memberId);
    assignFace(this.#people, memberId, person, wish, nowMs, this.#hostNamesFor(memberId));
    this.#renamed(memberId);
    connection.intervalMs = this.reportIntervalMs();
    this.#markChanged(memberId);
    this.#publication.require();
  }

  /** A connection of a member is in the registry no more. */
  exited(memberId: string): void {
    const person = this.#people.get(memberId);
    if (person === undefined) return;
    this.#publication.require();
    if (person.isAnywhere) this.#markChanged(memberId);
    else this.#forget(memberId, true);
  }

  /** Takes a report; returns when the next is due, in milliseconds. */
  report(connection: Connection, health: ConnectionHealth, nowMs: number): number {
    const { memberId } = connection;
    const intervalMs = this.reportIntervalMs();
    const person = this.#people.get(memberId);
    if (person === undefined) return intervalMs;
    connection.reportedAtMs = nowMs;
    connection.intervalMs = intervalMs;
    const before = person.health();
    const stateBefore = connection.health.state;
    connection.health = health;
    if (health.state !== stateBefore && this.#changes.isShown(memberId)) this.#publication.require();
    this.#compare(memberId, person, before);
    return intervalMs;
  }

  /** Takes a name or a look; returns whether that changes anything. */
  reface(memberId: string, wish: Partial<FaceWish>, nowMs: number): boolean {
    const person = this.#people.get(memberId);
    if (person === undefined) return false;
    const isRefaced = assignFace(this.#people, memberId, person, { name: person.wanted, ...wish }, nowMs, this.#hostNamesFor(memberId));
    if (!isRefaced) return false;
    this.#renamed(memberId);
    this.#markChanged(memberId);
    this.#publication.require();
    return true;
  }

  /** Somebody is there since then, with an account or without. */
  attends(memberId: string, sinceMs: number, hasAccount: boolean): void {
    this.#people.get(memberId)?.attends(sinceMs, hasAccount);
  }

  /** Since when somebody is there, in cluster milliseconds; null for who is not. */
  sinceMsOf(memberId: string): number | null {
    return this.#people.get(memberId)?.sinceMs ?? null;
  }

  /** Owner and hosts, and who acts as one. */
  get hostIds(): ReadonlySet<string> {
    const { ownerId, hostIds } = this.#access;
    return new Set([ownerId, ...hostIds, ...actingIds(this.#access)]);
  }

  /** The named people, with how long they are there. */
  *candidates(): Iterable<Candidate> {
    for (const [memberId, { name, sinceMs, hasAccount }] of this.#people) yield { memberId, name, sinceMs, hasAccount };
  }

  setAccess(access: Access): void {
    if (access.version <= this.#access.version) return;
    const before = this.#access;
    this.#access = access;
    this.#firstPage.drop();
    const acting = [before.actingOwnerId, access.actingOwnerId].flatMap((id) => id ?? []);
    for (const memberId of new Set([...before.hostIds, ...access.hostIds, before.ownerId, access.ownerId, ...acting])) {
      if (roleOf(before, memberId) === roleOf(access, memberId) || !this.#people.has(memberId)) continue;
      this.#markChanged(memberId);
      this.#renamed(memberId);
      this.#publication.require();
    }
  }

  nameOf(memberId: string): string | null {
    return this.#people.get(memberId)?.name ?? null;
  }

  lookOf(memberId: string): Look | null {
    return this.#people.get(memberId)?.face.look ?? null;
  }

  count(): PresenceCount {
    return { members: this.#people.size + this.#unnamed, devices: this.#here.connectionCount + this.#connectionsElsewhere };
  }

  /** People who are not away; of those whom nothing published names it is not known. */
  present(): number {
    let away = 0;
    for (const person of this.#people.values()) if (person.health().state === 'away') away += 1;
    return this.count().members - away;
  }

  /** Are all people in the session named here? */
  get isWhole(): boolean {
    return this.#unnamed === 0;
  }

  reportIntervalMs(): number {
    return reportIntervalMs(this.count().devices);
  }

  /** How the first of the named people look, hosts first. */
  looks(max: number): Look[] {
    return this.page(0)
      .members.slice(0, max)
      .map(({ look }) => look);
  }

  /** A page of the named people; who comes after them is on other instances. */
  page(offset: number): RosterPage {
    const members = offset === 0 ? this.#firstPage.take(() => this.#members(0)) : this.#members(offset);
    const { members: count } = this.count();
    const next = offset + members.length;
    return { revision: this.revision, count, members, nextOffset: next < count && members.length > 0 ? next : null };
  }

  /** People here who are neither owner nor host: those whom what is published of a large session does not name. */
  unnamedHere(offset: number, limit: number): Member[] {
    const members: Member[] = [];
    let index = 0;
    for (const [memberId, person] of this.#people) {
      if (!person.isHere || isHost(this.#access, memberId)) continue;
      if (index >= offset) members.push(this.#member(memberId, person));
      index += 1;
      if (members.length === limit) break;
    }
    return members;
  }

  markAway(nowMs: number): void {
    for (const [memberId, connections] of this.#here.all()) {
      for (const connection of connections) {
        const silentMs = nowMs - connection.reportedAtMs;
        if (connection.health.state === 'away' || silentMs <= AWAY_AFTER_INTERVALS * connection.intervalMs) continue;
        connection.health = { state: 'away', driftMs: null };
        this.#markChanged(memberId);
        if (this.#changes.isShown(memberId)) this.#publication.require();
      }
    }
  }

  // ── other instances ────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Takes what another instance says of its people; null when it has none any more. `quietly` for what was read
   * before the first socket came, which the answer to its join names already.
   */
  setRemote(instanceId: string, published: PublishedPresence | null, quietly = false): void {
    const before = this.#published.get(instanceId);
    const people = new Map(published?.people.map((person) => [person.memberId, person]));
    for (const person of people.values()) this.#setElsewhere(instanceId, person, quietly);
    for (const { memberId } of before?.people ?? []) {
      if (people.has(memberId)) continue;
      const person = this.#people.get(memberId);
      person?.setElsewhere(instanceId, null);
      if (person?.isAnywhere) this.#markChanged(memberId);
      // Not named any more is not gone, where it stopped naming people.
      else if (person !== undefined) this.#forget(memberId, published === null || isWhole(published));
    }
    if (published === null) this.#published.delete(instanceId);
    else this.#published.set(instanceId, published);
    this.#unnamed = 0;
    this.#connectionsElsewhere = 0;
    for (const one of this.#published.values()) {
      this.#unnamed += Math.max(0, one.members - one.people.length);
      this.#connectionsElsewhere += one.devices;
    }
    if (quietly) this.#changes.countAnnounced();
  }

  /** What is to be published now of the people here, or null. @param latenciesMs read only where needed. */
  takePublication(nowMs: number, latenciesMs: () => readonly number[]): PublishedPresence | null {
    const publication = this.#publication.take(nowMs, this.count().members, this.#changes.isLarge);
    if (publication === null) return null;
    return {
      writtenAtMs: nowMs,
      seenAtMs: nowMs,
      members: this.#here.memberCount,
      devices: this.#here.connectionCount,
      people: [...this.#peopleToPublish(publication.isWhole)],
      latenciesMs: latenciesMs(),
    };
  }

  /** The last publication did not arrive. */
  publishAgain(): void {
    this.#publication.require();
  }

  // ── telling ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What is to be announced to the sockets here now, or null. */
  takeChange(nowMs: number): PresenceChange | null {
    return this.#changes.take(nowMs, (_memberId, person) => {
      if (person.isHere) this.#publication.require();
    });
  }

  /** What brings a socket up to date that was last told of `revision`; null where it missed nothing. */
  changeSince(revision: number): PresenceChange | null {
    return this.#changes.since(revision);
  }

  // ── people ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #person(memberId: string): Person {
    let person = this.#people.get(memberId);
    if (person === undefined) {
      person = new Person(memberId, this.#here);
      this.#people.set(memberId, person);
      this.#firstPage.added(isHost(this.#access, memberId));
    }
    this.#changes.came(memberId);
    return person;
  }

  /** @param announced whether it is to be announced that they are gone */
  #forget(memberId: string, announced: boolean): void {
    this.#people.delete(memberId);
    this.#departed(memberId);
    this.#changes.left(memberId, announced);
    this.#firstPage.touched(memberId);
  }

  #setElsewhere(instanceId: string, published: PublishedPerson, quietly: boolean): void {
    const isNew = !this.#people.has(published.memberId);
    const person = this.#person(published.memberId);
    const [before, face, connections] = [person.health(), person.face, person.connectionCount];
    person.setElsewhere(instanceId, published);
    const isRefaced = !isSameFace(person.face, face);
    if (isRefaced) this.#renamed(published.memberId);
    for (const refacedId of isRefaced ? resolveFaces(this.#people, published.memberId, person) : []) {
      this.#markChanged(refacedId);
      this.#publication.require();
    }
    if (quietly) person.announced = { ...person.health(), atMs: Number.NEGATIVE_INFINITY };
    else if (isNew || isRefaced || person.connectionCount !== connections) this.#markChanged(published.memberId);
    else this.#compare(published.memberId, person, before);
  }

  /** Notes what has changed in how a person is doing. */
  #compare(memberId: string, person: Person, before: ConnectionHealth): void {
    const after = person.health();
    if (after.state !== before.state && !this.#changes.isLarge) this.#markChanged(memberId);
    else if (after.state !== before.state || after.driftMs !== before.driftMs) {
      this.#firstPage.touched(memberId);
      this.#changes.drifted(memberId, person, after);
    }
  }

  #markChanged(memberId: string): void {
    this.#changes.changed(memberId);
    this.#firstPage.touched(memberId);
  }

  /** Names of owner and hosts who are here, for somebody who is neither. */
  #hostNamesFor(memberId: string): readonly string[] {
    const { ownerId, hostIds } = this.#access;
    if (isHost(this.#access, memberId)) return [];
    return [ownerId, ...hostIds].flatMap((hostId) => this.#people.get(hostId)?.name || []);
  }

  /** Who looks like somebody who has become a host, or is called otherwise now, is marked so for everybody. */
  #renamed(memberId: string): void {
    if (!isHost(this.#access, memberId) || this.#changes.isLarge) return;
    for (const [otherId, { name }] of this.#people) {
      if (otherId !== memberId && seemsOneOf(name, this.#hostNamesFor(otherId))) this.#markChanged(otherId);
    }
  }

  *#peopleToPublish(isWhole: boolean): Iterable<PublishedPerson> {
    for (const memberId of isWhole ? this.#people.keys() : this.hostIds) {
      const person = this.#people.get(memberId);
      if (person?.isHere) yield person.publish();
    }
  }

  #members(offset: number): Member[] {
    const members: Member[] = [];
    let index = 0;
    for (const [memberId, person] of this.#hostsFirst()) {
      if (index >= offset) members.push(this.#member(memberId, person));
      index += 1;
      if (members.length === ROSTER_PAGE_SIZE) break;
    }
    return members;
  }

  *#hostsFirst(): Iterable<readonly [string, Person]> {
    for (const memberId of this.hostIds) {
      const person = this.#people.get(memberId);
      if (person !== undefined) yield [memberId, person];
    }
    for (const entry of this.#people) if (!isHost(this.#access, entry[0])) yield entry;
  }

  #member(memberId: string, person: Person): Member {
    const { state, driftMs } = person.health();
    return {
      memberId,
      ...person.face,
      role: roleOf(this.#access, memberId),
      state,
      driftMs,
      devices: person.connectionCount,
      ...(seemsOneOf(person.name, this.#hostNamesFor(memberId)) ? { lookalike: true as const } : {}),
    };
  }
}

/** Who acts as the owner, without being a host besides. */
const actingIds = ({ actingOwnerId }: Access): readonly string[] => (actingOwnerId === undefined ? [] : [actingOwnerId]);
