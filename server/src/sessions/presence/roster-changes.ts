import { LIVE_ROSTER_MAX, type Member, type PresenceChange } from '@cowatch/shared/protocol';
import { type ConnectionHealth, presenceIntervalMs } from '../session.domain.ts';
import { DRIFT_INTERVAL_MS, DRIFT_STEP_MS, HOST_HEALTH_INTERVAL_MS, LIVE_ROSTER_AGAIN } from '../session.limits.ts';
import type { People } from './face-assignment.ts';
import type { Person } from './person.ts';

/** The roster whose changes are announced. */
export interface ChangingRoster {
  readonly people: People;
  isHost(memberId: string): boolean;
  member(memberId: string, person: Person): Member;
  /** People on all instances, and those of them whom nothing published names. */
  count(): { readonly members: number; readonly unnamed: number };
}

/**
 * Changes of one session's roster that are still to be announced to the sockets here, gathered for an interval that grows
 * with the session. In a large session only the owner and the hosts are announced one by one.
 */
export class RosterChanges {
  readonly #roster: ChangingRoster;
  readonly #changed = new Set<string>();
  /** People of whom only how they are doing has changed, and that not much: announced less often. */
  readonly #drifted = new Set<string>();
  readonly #left = new Set<string>();
  #revision = 0;
  #last: PresenceChange | null = null;
  #announcedCount = 0;
  #announcedAtMs = Number.NEGATIVE_INFINITY;
  #isLarge = false;

  constructor(roster: ChangingRoster) {
    this.#roster = roster;
  }

  get revision(): number {
    return this.#revision;
  }

  get isLarge(): boolean {
    return this.#isLarge;
  }

  /** In a large session only the owner and the hosts are announced one by one. */
  isShown(memberId: string): boolean {
    return !this.#isLarge || this.#roster.isHost(memberId);
  }

  changed(memberId: string): void {
    this.#changed.add(memberId);
  }

  /** Only how a person is doing has changed; announced where a reader would see it. */
  drifted(memberId: string, person: Person, health: ConnectionHealth): void {
    if (isWorthTelling(person, health)) this.#drifted.add(memberId);
  }

  came(memberId: string): void {
    this.#left.delete(memberId);
  }

  /** @param announced whether it is to be announced that they are gone */
  left(memberId: string, announced: boolean): void {
    this.#changed.delete(memberId);
    this.#drifted.delete(memberId);
    if (announced) this.#left.add(memberId);
  }

  /** The sockets here have the count from elsewhere: from the answers to their joins. */
  countAnnounced(): void {
    this.#announcedCount = this.#roster.count().members;
  }

  /**
   * What is to be announced to the sockets here now, or null.
   * @param drifted hears of the members whose drift alone is announced
   */
  take(nowMs: number, drifted: (memberId: string, person: Person) => void): PresenceChange | null {
    const { members: count } = this.#roster.count();
    const pending = this.#changed.size + this.#drifted.size + this.#left.size > 0 || count !== this.#announcedCount;
    if (!pending || nowMs - this.#announcedAtMs < presenceIntervalMs(count)) return null;

    const wasLarge = this.#isLarge;
    this.#isLarge = this.#becomesLarge();
    this.#takeDrifted(nowMs, drifted);
    const changed = this.#takeChanged(nowMs);
    const left = [...this.#left].filter((memberId) => this.isShown(memberId));
    this.#changed.clear();
    this.#left.clear();
    const shrank = wasLarge && !this.#isLarge;
    if (changed.length + left.length === 0 && count === this.#announcedCount && !shrank) return null;

    // Back to the live roster: nobody has the whole of it, and the gap in the revisions makes them ask.
    this.#revision += shrank ? 2 : 1;
    this.#announcedCount = count;
    this.#announcedAtMs = nowMs;
    this.#last = { revision: this.#revision, count, changed, left };
    return this.#last;
  }

  /**
   * What brings a socket up to date that was last told of `revision`: the one change it missed, or, where it was more,
   * an empty one whose gap makes it ask for the roster; null where it missed nothing.
   */
  since(revision: number): PresenceChange | null {
    if (revision >= this.#revision || this.#last === null) return null;
    if (revision === this.#revision - 1) return this.#last;
    return { revision: this.#revision, count: this.#roster.count().members, changed: [], left: [] };
  }

  /** Everybody is kept live in small sessions, and only where every other instance names all its people. */
  #becomesLarge(): boolean {
    const { members, unnamed } = this.#roster.count();
    return members > (this.#isLarge ? LIVE_ROSTER_AGAIN : LIVE_ROSTER_MAX) || unnamed > 0;
  }

  #takeDrifted(nowMs: number, drifted: (memberId: string, person: Person) => void): void {
    for (const memberId of this.#drifted) {
      const person = this.#roster.people.get(memberId);
      const intervalMs = this.#isLarge ? HOST_HEALTH_INTERVAL_MS : DRIFT_INTERVAL_MS;
      const isSoon = nowMs - (person?.announced?.atMs ?? Number.NEGATIVE_INFINITY) < intervalMs;
      if (isSoon && this.isShown(memberId)) continue;
      this.#drifted.delete(memberId);
      // What was worth telling when it was reported may be back where it was.
      if (person === undefined || !isWorthTelling(person, person.health())) continue;
      this.#changed.add(memberId);
      if (this.isShown(memberId)) drifted(memberId, person);
    }
  }

  #takeChanged(nowMs: number): Member[] {
    const members: Member[] = [];
    for (const memberId of this.#changed) {
      const person = this.#roster.people.get(memberId);
      if (person === undefined || !this.isShown(memberId)) continue;
      person.announced = { ...person.health(), atMs: nowMs };
      this.#drifted.delete(memberId);
      members.push(this.#roster.member(memberId, person));
    }
    return members;
  }
}

/** A change that a reader would see. */
function isWorthTelling({ announced }: Person, { state, driftMs }: ConnectionHealth): boolean {
  if (announced !== null && announced.state !== state) return true;
  const before = announced?.driftMs ?? null;
  if (before === null || driftMs === null) return before !== driftMs;
  return Math.abs(driftMs - before) >= DRIFT_STEP_MS;
}
