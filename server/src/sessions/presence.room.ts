import {
  type Access,
  LIVE_ROSTER_MAX,
  type Member,
  type PresenceChange,
  ROSTER_PAGE_SIZE,
  type RosterPage,
} from '@cowatch/shared/protocol';
import { isHost, roleOf } from '@cowatch/shared/timeline';
import type { PresenceCount } from './presence.ts';
import { type DeviceHealth, mergeDevices, presenceIntervalMs, reportIntervalMs } from './session.domain.ts';
import { AWAY_AFTER_INTERVALS, DRIFT_INTERVAL_MS, DRIFT_STEP_MS, LIVE_ROSTER_AGAIN } from './session.limits.ts';

interface RoomDevice {
  health: DeviceHealth;
  heardAtMs: number;
  /** When it was told to report next. */
  intervalMs: number;
}

interface Person {
  name: string;
  readonly devices: Map<string, RoomDevice>;
  /** What everybody was last told of them; null before the first time. */
  told: { readonly driftMs: number | null; readonly atMs: number } | null;
}

/** The people of one session, and what of them is still to be told. */
export class PresenceRoom {
  readonly #people = new Map<string, Person>();
  readonly #changed = new Set<string>();
  /** People whose drift alone changed: told less often. */
  readonly #drifted = new Set<string>();
  readonly #left = new Set<string>();
  #access: Access;
  #devices = 0;
  #revision = 0;
  #toldCount = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #large = false;

  constructor(access: Access) {
    this.#access = access;
  }

  get revision(): number {
    return this.#revision;
  }

  enter(memberId: string, socketId: string, name: string, nowMs: number): void {
    const person = this.#people.get(memberId) ?? { name, devices: new Map(), told: null };
    person.name = name;
    if (!person.devices.has(socketId)) this.#devices += 1;
    const health: DeviceHealth = { state: 'joining', driftMs: null };
    person.devices.set(socketId, { health, heardAtMs: nowMs, intervalMs: this.reportIntervalMs() });
    this.#people.set(memberId, person);
    this.#left.delete(memberId);
    this.#changed.add(memberId);
  }

  exit(memberId: string, socketId: string): void {
    const person = this.#people.get(memberId);
    if (person === undefined || !person.devices.delete(socketId)) return;
    this.#devices -= 1;
    if (person.devices.size > 0) {
      this.#changed.add(memberId);
      return;
    }
    this.#people.delete(memberId);
    this.#changed.delete(memberId);
    this.#drifted.delete(memberId);
    this.#left.add(memberId);
  }

  /** Takes a report; returns when the next is due, in milliseconds. */
  report(memberId: string, socketId: string, health: DeviceHealth, nowMs: number): number {
    const intervalMs = this.reportIntervalMs();
    const person = this.#people.get(memberId);
    const device = person?.devices.get(socketId);
    if (person === undefined || device === undefined) return intervalMs;
    const before = mergeDevices(healths(person));
    device.health = health;
    device.heardAtMs = nowMs;
    device.intervalMs = intervalMs;
    const after = mergeDevices(healths(person));
    if (after.state !== before.state) this.#changed.add(memberId);
    else if (isWorthTelling(person, after)) this.#drifted.add(memberId);
    return intervalMs;
  }

  rename(memberId: string, name: string): boolean {
    const person = this.#people.get(memberId);
    if (person === undefined || person.name === name) return false;
    person.name = name;
    this.#changed.add(memberId);
    return true;
  }

  setAccess(access: Access): void {
    if (access.version <= this.#access.version) return;
    const before = this.#access;
    this.#access = access;
    for (const memberId of new Set([...before.hostIds, ...access.hostIds, before.ownerId, access.ownerId])) {
      if (roleOf(before, memberId) !== roleOf(access, memberId) && this.#people.has(memberId)) {
        this.#changed.add(memberId);
      }
    }
  }

  nameOf(memberId: string): string | null {
    return this.#people.get(memberId)?.name ?? null;
  }

  count(): PresenceCount {
    return { members: this.#people.size, devices: this.#devices };
  }

  reportIntervalMs(): number {
    return reportIntervalMs(this.#devices);
  }

  *devices(): Iterable<readonly string[]> {
    for (const { devices } of this.#people.values()) yield [...devices.keys()];
  }

  socketIdsOf(memberId: string): readonly string[] {
    return [...(this.#people.get(memberId)?.devices.keys() ?? [])];
  }

  page(offset: number): RosterPage {
    const members: Member[] = [];
    let index = 0;
    for (const memberId of this.#hostsFirst()) {
      if (index >= offset) members.push(this.#member(memberId));
      index += 1;
      if (members.length === ROSTER_PAGE_SIZE) break;
    }
    const count = this.#people.size;
    return { revision: this.#revision, count, members, nextOffset: index < count ? index : null };
  }

  markAway(nowMs: number): void {
    for (const [memberId, person] of this.#people) {
      for (const device of person.devices.values()) {
        const silentMs = nowMs - device.heardAtMs;
        if (device.health.state === 'away' || silentMs <= AWAY_AFTER_INTERVALS * device.intervalMs) continue;
        device.health = { state: 'away', driftMs: null };
        this.#changed.add(memberId);
      }
    }
  }

  /** What is to be told now, or null. */
  takeChange(nowMs: number): PresenceChange | null {
    const count = this.#people.size;
    const pending = this.#changed.size + this.#drifted.size + this.#left.size > 0 || count !== this.#toldCount;
    if (!pending || nowMs - this.#toldAtMs < presenceIntervalMs(count)) return null;

    const wasLarge = this.#large;
    this.#large = wasLarge ? count > LIVE_ROSTER_AGAIN : count > LIVE_ROSTER_MAX;
    const changed = this.#takeChanged(nowMs).map((memberId) => this.#member(memberId));
    const left = [...this.#left].filter((memberId) => this.#isShown(memberId));
    this.#changed.clear();
    this.#left.clear();
    const shrank = wasLarge && !this.#large;
    if (changed.length + left.length === 0 && count === this.#toldCount && !shrank) return null;

    // Back to the live roster: nobody has the whole of it, and the gap in the revisions makes them ask.
    this.#revision += shrank ? 2 : 1;
    this.#toldCount = count;
    this.#toldAtMs = nowMs;
    return { revision: this.#revision, count, changed, left };
  }

  #takeChanged(nowMs: number): string[] {
    for (const memberId of this.#drifted) {
      const person = this.#people.get(memberId);
      const soon = nowMs - (person?.told?.atMs ?? Number.NEGATIVE_INFINITY) < DRIFT_INTERVAL_MS;
      if (soon && this.#isShown(memberId)) continue;
      this.#drifted.delete(memberId);
      // Drift wanders: what was worth telling when it was reported may be back where it was.
      if (person !== undefined && isWorthTelling(person, mergeDevices(healths(person)))) this.#changed.add(memberId);
    }
    const taken = [...this.#changed].filter((memberId) => this.#isShown(memberId));
    for (const memberId of taken) {
      const person = this.#people.get(memberId);
      if (person === undefined) continue;
      person.told = { driftMs: mergeDevices(healths(person)).driftMs, atMs: nowMs };
      this.#drifted.delete(memberId);
    }
    return taken;
  }

  /** In a large session only the owner and the hosts are told of one by one. */
  #isShown(memberId: string): boolean {
    return !this.#large || isHost(this.#access, memberId);
  }

  *#hostsFirst(): Iterable<string> {
    const { ownerId, hostIds } = this.#access;
    for (const memberId of [ownerId, ...hostIds]) if (this.#people.has(memberId)) yield memberId;
    for (const memberId of this.#people.keys()) if (!isHost(this.#access, memberId)) yield memberId;
  }

  #member(memberId: string): Member {
    const person = this.#people.get(memberId);
    if (person === undefined) throw new Error(`${memberId} is not here`);
    const { state, driftMs } = mergeDevices(healths(person));
    const role = roleOf(this.#access, memberId);
    return { memberId, name: person.name, role, state, driftMs, devices: person.devices.size };
  }
}

function* healths(person: Person): Iterable<DeviceHealth> {
  for (const { health } of person.devices.values()) yield health;
}

/** A change of drift that a reader would see. */
function isWorthTelling({ told }: Person, { driftMs }: DeviceHealth): boolean {
  const before = told?.driftMs ?? null;
  if (before === null || driftMs === null) return before !== driftMs;
  return Math.abs(driftMs - before) >= DRIFT_STEP_MS;
}
