import {
  type Access,
  LIVE_ROSTER_MAX,
  type Look,
  type Member,
  type PresenceChange,
  ROSTER_PAGE_SIZE,
  type RosterPage,
} from '@cowatch/shared/protocol';
import { isHost, roleOf } from '@cowatch/shared/timeline';
import type { Connection, SessionMembers } from '../membership/member.registry.ts';
import { type ConnectionHealth, presenceIntervalMs, reportIntervalMs } from '../session.domain.ts';
import {
  AWAY_AFTER_INTERVALS,
  DRIFT_INTERVAL_MS,
  DRIFT_STEP_MS,
  HOST_HEALTH_INTERVAL_MS,
  LIVE_ROSTER_AGAIN,
  PRESENCE_RENEW_MS,
} from '../session.limits.ts';
import { type Face, type FaceWish, faceAmong, looksLike } from './faces.domain.ts';
import { FirstPage } from './first-page.ts';
import { Person } from './person.ts';
import type { PresenceCount } from './presence-count.ts';
import { isWhole, type PublishedPerson, type PublishedPresence } from './published-presence.ts';

/**
 * Roster of one session that is occupied here: its people, wherever they are, and what of them is still to be told, to the
 * sockets here as a change, to other instances as published presence. On a single node nothing is published, and it is all
 * there is.
 */
export class SessionRoster {
  readonly #people = new Map<string, Person>();
  readonly #here: SessionMembers;
  readonly #published = new Map<string, PublishedPresence>();
  readonly #changed = new Set<string>();
  /** People of whom only how they are doing has changed, and that not much: told less often. */
  readonly #drifted = new Set<string>();
  readonly #left = new Set<string>();
  readonly #firstPage = new FirstPage();
  readonly #departed: (memberId: string) => void;
  #access: Access;
  /** People of other instances who are counted and not named by what those published, and all their connections. */
  #unnamed = 0;
  #connectionsElsewhere = 0;
  #revision = 0;
  #lastChange: PresenceChange | null = null;
  #announcedCount = 0;
  #announcedAtMs = Number.NEGATIVE_INFINITY;
  #large = false;
  /** Do other instances not know all that they should of the people here? */
  #publishDue = true;
  #publishedWhole = true;
  #publishedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param here the session's members on this instance, as the registry has them
   * @param departed hears of members who have no connection in the session any more, on no instance that was heard of
   */
  constructor(access: Access, here: SessionMembers, departed: (memberId: string) => void) {
    this.#access = access;
    this.#here = here;
    this.#departed = departed;
  }

  get revision(): number {
    return this.#revision;
  }

  /** People whose names are known here: their order on the pages comes first. */
  get named(): number {
    return this.#people.size;
  }

  /** A connection of a member is in the registry. */
  enter(connection: Connection, wish: FaceWish, nowMs: number): void {
    const { memberId } = connection;
    const person = this.#person(memberId);
    this.#face(memberId, person, wish, nowMs);
    connection.intervalMs = this.reportIntervalMs();
    this.#markChanged(memberId);
    this.#publishDue = true;
  }

  /** A connection of a member is in the registry no more. */
  exited(memberId: string): void {
    const person = this.#people.get(memberId);
    if (person === undefined) return;
    this.#publishDue = true;
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
    if (health.state !== stateBefore && this.#isShown(memberId)) this.#publishDue = true;
    this.#compare(memberId, person, before);
    return intervalMs;
  }

  /** Takes a name or a look; returns whether that changes anything. */
  reface(memberId: string, wish: Partial<FaceWish>, nowMs: number): boolean {
    const person = this.#people.get(memberId);
    if (person === undefined || !this.#face(memberId, person, { name: person.wanted, ...wish }, nowMs)) return false;
    this.#markChanged(memberId);
    this.#publishDue = true;
    return true;
  }

  setAccess(access: Access): void {
    if (access.version <= this.#access.version) return;
    const before = this.#access;
    this.#access = access;
    this.#firstPage.drop();
    for (const memberId of new Set([...before.hostIds, ...access.hostIds, before.ownerId, access.ownerId])) {
      if (roleOf(before, memberId) === roleOf(access, memberId) || !this.#people.has(memberId)) continue;
      this.#markChanged(memberId);
      this.#publishDue = true;
    }
  }

  nameOf(memberId: string): string | null {
    return this.#people.get(memberId)?.name ?? null;
  }

  count(): PresenceCount {
    return { members: this.#people.size + this.#unnamed, devices: this.#here.connectionCount + this.#connectionsElsewhere };
  }

  reportIntervalMs(): number {
    return reportIntervalMs(this.count().devices);
  }

  /** How the first of the people look whose names are known, hosts first. */
  looks(max: number): Look[] {
    return this.page(0)
      .members.slice(0, max)
      .map(({ look }) => look);
  }

  /** A page of those whose names are known; who comes after them is on other instances. */
  page(offset: number): RosterPage {
    const members = offset === 0 ? this.#firstPage.take(() => this.#members(0)) : this.#members(offset);
    const { members: count } = this.count();
    const next = offset + members.length;
    return { revision: this.#revision, count, members, nextOffset: next < count && members.length > 0 ? next : null };
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
        if (this.#isShown(memberId)) this.#publishDue = true;
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
    if (quietly) this.#announcedCount = this.count().members;
  }

  /** What other instances are to be told now of the people here, or null. @param latenciesMs read only where needed. */
  takePublication(nowMs: number, latenciesMs: () => readonly number[]): PublishedPresence | null {
    const { members: count } = this.count();
    const whole = count <= (this.#large ? LIVE_ROSTER_AGAIN : LIVE_ROSTER_MAX);
    const sinceMs = nowMs - this.#publishedAtMs;
    const due = this.#publishDue || whole !== this.#publishedWhole;
    if (sinceMs < (due ? presenceIntervalMs(count) : PRESENCE_RENEW_MS)) return null;
    this.#publishDue = false;
    this.#publishedWhole = whole;
    this.#publishedAtMs = nowMs;
    return {
      writtenAtMs: nowMs,
      seenAtMs: nowMs,
      members: this.#here.memberCount,
      devices: this.#here.connectionCount,
      people: [...this.#peopleToPublish(whole)],
      latenciesMs: latenciesMs(),
    };
  }

  /** The last publication did not arrive. */
  publishAgain(): void {
    this.#publishDue = true;
  }

  // ── telling ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** What is to be told to the sockets here now, or null. */
  takeChange(nowMs: number): PresenceChange | null {
    const { members: count } = this.count();
    const pending = this.#changed.size + this.#drifted.size + this.#left.size > 0 || count !== this.#announcedCount;
    if (!pending || nowMs - this.#announcedAtMs < presenceIntervalMs(count)) return null;

    const wasLarge = this.#large;
    this.#large = this.#isLarge(count);
    const changed = this.#takeChanged(nowMs).flatMap((memberId) => {
      const person = this.#people.get(memberId);
      return person === undefined ? [] : [this.#member(memberId, person)];
    });
    const left = [...this.#left].filter((memberId) => this.#isShown(memberId));
    this.#changed.clear();
    this.#left.clear();
    const shrank = wasLarge && !this.#large;
    if (changed.length + left.length === 0 && count === this.#announcedCount && !shrank) return null;

    // Back to the live roster: nobody has the whole of it, and the gap in the revisions makes them ask.
    this.#revision += shrank ? 2 : 1;
    this.#announcedCount = count;
    this.#announcedAtMs = nowMs;
    this.#lastChange = { revision: this.#revision, count, changed, left };
    return this.#lastChange;
  }

  /**
   * What brings somebody up to date who was last told of `revision`: the one change they missed, or, where it was
   * more, an empty one whose gap makes them ask for the roster; null where they missed nothing.
   */
  changeSince(revision: number): PresenceChange | null {
    if (revision >= this.#revision || this.#lastChange === null) return null;
    if (revision === this.#revision - 1) return this.#lastChange;
    return { revision: this.#revision, count: this.count().members, changed: [], left: [] };
  }

  /** Everybody is kept live in small sessions, and only where every other instance names all its people. */
  #isLarge(count: number): boolean {
    if (count > (this.#large ? LIVE_ROSTER_AGAIN : LIVE_ROSTER_MAX)) return true;
    return this.#unnamed > 0;
  }

  #takeChanged(nowMs: number): string[] {
    for (const memberId of this.#drifted) {
      const person = this.#people.get(memberId);
      const intervalMs = this.#large ? HOST_HEALTH_INTERVAL_MS : DRIFT_INTERVAL_MS;
      const soon = nowMs - (person?.announced?.atMs ?? Number.NEGATIVE_INFINITY) < intervalMs;
      if (soon && this.#isShown(memberId)) continue;
      this.#drifted.delete(memberId);
      // What was worth telling when it was reported may be back where it was.
      if (person === undefined || !isWorthTelling(person, person.health())) continue;
      this.#changed.add(memberId);
      if (person.isHere && this.#isShown(memberId)) this.#publishDue = true;
    }
    const taken = [...this.#changed].filter((memberId) => this.#isShown(memberId));
    for (const memberId of taken) {
      const person = this.#people.get(memberId);
      if (person === undefined) continue;
      person.announced = { ...person.health(), atMs: nowMs };
      this.#drifted.delete(memberId);
    }
    return taken;
  }

  // ── people ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #person(memberId: string): Person {
    let person = this.#people.get(memberId);
    if (person === undefined) {
      person = new Person(memberId, this.#here);
      this.#people.set(memberId, person);
      this.#firstPage.added(isHost(this.#access, memberId));
    }
    this.#left.delete(memberId);
    return person;
  }

  /** @param isNews whether others are to be told that they are gone */
  #forget(memberId: string, isNews: boolean): void {
    this.#people.delete(memberId);
    this.#departed(memberId);
    this.#changed.delete(memberId);
    this.#drifted.delete(memberId);
    if (isNews) this.#left.add(memberId);
    this.#firstPage.touched(memberId);
  }

  #setElsewhere(instanceId: string, published: PublishedPerson, quietly: boolean): void {
    const isNew = !this.#people.has(published.memberId);
    const person = this.#person(published.memberId);
    const [before, face, connections] = [person.health(), person.face, person.connectionCount];
    person.setElsewhere(instanceId, published);
    const isRefaced = !isSameFace(person.face, face);
    if (isRefaced) this.#tellApart(published.memberId, person);
    if (quietly) person.announced = { ...person.health(), atMs: Number.NEGATIVE_INFINITY };
    else if (isNew || isRefaced || person.connectionCount !== connections) this.#markChanged(published.memberId);
    else this.#compare(published.memberId, person, before);
  }

  /** Gives somebody the face they wish for, as far as nobody has it; returns whether that is another than before. */
  #face(memberId: string, person: Person, { name, look }: FaceWish, nowMs: number): boolean {
    const before = person.face;
    const wish = { name, look: look ?? (person.isFaced ? before.look : undefined) };
    const face = faceAmong(memberId, wish, this.#facesBut(memberId));
    person.faced({ ...face, name: person.nameFor(name) ?? face.name }, name, nowMs);
    return !isSameFace(person.face, before);
  }

  /** Of two people with one face, on two instances at once, the later one gets another, by an instance that they are on. */
  #tellApart(memberId: string, person: Person): void {
    for (const [otherId, other] of this.#comparable()) {
      if (otherId === memberId || !looksLike(other.face, person.face)) continue;
      const isLater = other.facedAtMs > person.facedAtMs || (other.facedAtMs === person.facedAtMs && otherId > memberId);
      const [laterId, later] = isLater ? [otherId, other] : [memberId, person];
      if (!later.isHere) continue;
      const wish = { name: later.wanted, look: later.face.look };
      later.faced(faceAmong(laterId, wish, this.#facesBut(laterId)), wish.name, later.facedAtMs);
      this.#markChanged(laterId);
      this.#publishDue = true;
    }
  }

  *#facesBut(memberId: string): Iterable<Face> {
    for (const [otherId, { face }] of this.#comparable()) if (otherId !== memberId) yield face;
  }

  /** In a large session nobody knows everybody, and people are told apart by where they are in the list alone. */
  #comparable(): Iterable<readonly [string, Person]> {
    return this.#people.size > LIVE_ROSTER_MAX ? [] : [...this.#people].filter(([, { isFaced }]) => isFaced);
  }

  /** Notes what has changed in how somebody is doing. */
  #compare(memberId: string, person: Person, before: ConnectionHealth): void {
    const after = person.health();
    if (after.state !== before.state && !this.#large) this.#markChanged(memberId);
    else if (after.state !== before.state || after.driftMs !== before.driftMs) {
      this.#firstPage.touched(memberId);
      if (isWorthTelling(person, after)) this.#drifted.add(memberId);
    }
  }

  #markChanged(memberId: string): void {
    this.#changed.add(memberId);
    this.#firstPage.touched(memberId);
  }

  /** In a large session only the owner and the hosts are told of one by one. */
  #isShown(memberId: string): boolean {
    return !this.#large || isHost(this.#access, memberId);
  }

  *#peopleToPublish(whole: boolean): Iterable<PublishedPerson> {
    const { ownerId, hostIds } = this.#access;
    for (const memberId of whole ? this.#people.keys() : new Set([ownerId, ...hostIds])) {
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
    const { ownerId, hostIds } = this.#access;
    for (const memberId of [ownerId, ...hostIds]) {
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
    };
  }
}

const isSameFace = (a: Face, b: Face) => a.name === b.name && a.look.colour === b.look.colour && a.look.emoji === b.look.emoji;

/** A change that a reader would see. */
function isWorthTelling({ announced }: Person, { state, driftMs }: ConnectionHealth): boolean {
  if (announced !== null && announced.state !== state) return true;
  const before = announced?.driftMs ?? null;
  if (before === null || driftMs === null) return before !== driftMs;
  return Math.abs(driftMs - before) >= DRIFT_STEP_MS;
}
