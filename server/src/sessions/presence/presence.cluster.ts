import { type Access, CodedError, type Look, type PresenceChange, type RosterPage } from '@cowatch/shared/protocol';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { DeviceHealth } from '../session.domain.ts';
import {
  INSTANCE_GONE_AFTER_MS,
  LOOK_KEPT_MS,
  PRESENCE_RENEW_MS,
  PRESENCE_RETRY_MS,
  PUBLISH_BATCH,
  SLOW_SWEEP_INTERVAL_MS,
} from '../session.limits.ts';
import type { FaceWish } from './faces.domain.ts';
import { MemoryPresence } from './presence.memory.ts';
import type { Device, Elsewhere, Presence, PresenceCount, SampledLatencies } from './presence.ts';
import type { OwnPresence, PublishedPresenceStore, WantedPresence } from './published-presence.store.ts';
import type { PublishedPresence } from './published-presence.ts';
import { RemoteRoster } from './remote-roster.ts';
import { RosterPaging } from './roster-paging.ts';

/** Names sessions whose people on the telling instance have changed. */
const PEOPLE_CHANGED = 'people:changed';

/** What was read so short a time ago is known well enough for one more who joins. */
const KNOWN_FOR_MS = 1000;

export interface ClusterPresenceOptions {
  readonly shares: PublishedPresenceStore;
}

/** What there is from the moment on that there are sockets. */
export interface PresenceWire {
  readonly bus: ClusterBus;
  /** Latencies that stand for those of the people here. */
  latenciesMs(sessionId: string): readonly number[];
}

/**
 * Presence of many instances. Each keeps the people whose sockets it has, leaves its share of them for the others, and
 * keeps a copy of theirs. While the shares cannot be reached, everybody goes on with what they know.
 */
export class ClusterPresence implements Presence {
  readonly #shares: PublishedPresenceStore;
  readonly #local = new MemoryPresence();
  /** Bound: sessions with somebody here, and for `LOOK_KEPT_MS` those that somebody asked for. */
  readonly #remote = new Map<string, RemoteRoster>();
  /** Instances that have told of a change, by session: read with the next exchange. Bound: as the books. */
  readonly #announced = new Map<string, Set<string> | 'all'>();
  /** Sessions that the last one here has left, and when. */
  readonly #emptied = new Map<string, number>();
  readonly #looking = new Map<string, Promise<void>>();
  #wire: PresenceWire | null = null;
  #pages: RosterPaging | null = null;
  #running: Promise<void> | null = null;
  #generation: number;
  #away = false;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  #reachableSinceMs = Number.NEGATIVE_INFINITY;

  constructor({ shares }: ClusterPresenceOptions) {
    this.#shares = shares;
    this.#generation = shares.generation;
  }

  /** To be called before the first socket; returns its stop. */
  connect(wire: PresenceWire): () => void {
    this.#wire = wire;
    this.#pages = new RosterPaging(wire.bus, (sessionId) => this.#local.room(sessionId));
    const stopPages = this.#pages.start();
    const stopTold = wire.bus.subscribe(PEOPLE_CHANGED, (ids, instanceId) => {
      if (!Array.isArray(ids)) return;
      for (const id of ids) if (typeof id === 'string') this.#announcedBy(id, instanceId);
    });
    return () => {
      stopPages();
      stopTold();
    };
  }

  // ── people here ────────────────────────────────────────────────────────────────────────────────────────────────

  enter(device: Device, wish: FaceWish, access: Access, nowMs: number): void {
    const { sessionId } = device;
    const isFirst = this.#local.room(sessionId) === undefined;
    this.#local.enter(device, wish, access, nowMs);
    if (!isFirst) return;
    this.#emptied.delete(sessionId);
    const room = this.#local.room(sessionId);
    for (const [instanceId, share] of this.#remoteRoster(sessionId, nowMs).occupied()) room?.setRemote(instanceId, share, true);
  }

  exit(device: Device, nowMs: number): boolean {
    const isEmpty = this.#local.exit(device);
    if (isEmpty) {
      this.#emptied.set(device.sessionId, nowMs);
      this.#remoteRoster(device.sessionId, nowMs).wantedAtMs = nowMs;
    }
    return isEmpty;
  }

  report(device: Device, health: DeviceHealth, nowMs: number): number {
    return this.#local.report(device, health, nowMs);
  }

  reface(sessionId: string, memberId: string, wish: Partial<FaceWish>, nowMs: number): boolean {
    return this.#local.reface(sessionId, memberId, wish, nowMs);
  }

  setAccess(sessionId: string, access: Access): void {
    this.#local.setAccess(sessionId, access);
  }

  nameOf(sessionId: string, memberId: string): string | null {
    return this.#local.nameOf(sessionId, memberId);
  }

  looks(sessionId: string, max: number): readonly Look[] {
    const here = this.#local.looks(sessionId, max);
    return here.length > 0 ? here : (this.#remote.get(sessionId)?.looks(max) ?? []);
  }

  hasSeen(sessionId: string, memberId: string): boolean {
    return this.#local.hasSeen(sessionId, memberId);
  }

  count(sessionId: string): PresenceCount {
    const room = this.#local.room(sessionId);
    return room?.count() ?? this.#remote.get(sessionId)?.count() ?? { members: 0, devices: 0 };
  }

  totals(): PresenceCount & { readonly sessions: number } {
    return this.#local.totals();
  }

  sessionIds(): Iterable<string> {
    return this.#local.sessionIds();
  }

  devicesOf(sessionId: string): Iterable<readonly string[]> {
    return this.#local.devicesOf(sessionId);
  }

  socketIdsOf(sessionId: string, memberId: string): readonly string[] {
    return this.#local.socketIdsOf(sessionId, memberId);
  }

  revision(sessionId: string): number {
    return this.#local.revision(sessionId);
  }

  firstPage(sessionId: string): RosterPage {
    return this.#local.firstPage(sessionId);
  }

  page(sessionId: string, offset: number): RosterPage | Promise<RosterPage> {
    const beyond = offset - (this.#local.room(sessionId)?.named ?? 0);
    const place = beyond < 0 ? null : this.#remote.get(sessionId)?.unnamedAt(beyond);
    const page = this.#local.page(sessionId, offset);
    return place === null || place === undefined ? page : (this.#pages?.ask(sessionId, page, offset, place) ?? page);
  }

  changeSince(sessionId: string, revision: number): PresenceChange | null {
    return this.#local.changeSince(sessionId, revision);
  }

  markAway(nowMs: number): void {
    this.#local.markAway(nowMs);
  }

  takeChanges(nowMs: number): readonly { readonly sessionId: string; readonly change: PresenceChange }[] {
    return this.#local.takeChanges(nowMs);
  }

  // ── people elsewhere ───────────────────────────────────────────────────────────────────────────────────────────

  elsewhere(sessionId: string): Elsewhere | null {
    return this.#remote.get(sessionId)?.elsewhere() ?? null;
  }

  latenciesElsewhere(sessionId: string): readonly SampledLatencies[] {
    return this.#remote.get(sessionId)?.latencies() ?? [];
  }

  look(sessionIds: readonly string[], nowMs: number, how: 'anew' | 'if unknown'): Promise<void> | null {
    const wanted = sessionIds.filter((id) => how === 'anew' || !this.#isKnown(id, nowMs));
    for (const id of wanted) this.#remoteRoster(id, nowMs).wantedAtMs = nowMs;
    if (wanted.length === 0) return null;
    const [only] = wanted;
    // Many who come to one session at once ask once.
    const running = wanted.length === 1 && only !== undefined ? this.#looking.get(only) : undefined;
    if (running !== undefined) return running;
    const looking = this.#read(
      wanted.map((sessionId) => ({ sessionId, instanceIds: null })),
      nowMs,
    );
    for (const id of wanted) this.#looking.set(id, looking);
    const done = () => {
      for (const id of wanted) if (this.#looking.get(id) === looking) this.#looking.delete(id);
    };
    looking.then(done, done);
    return looking;
  }

  exchange(nowMs: number): Promise<void> | null {
    if (this.#running !== null) return this.#running;
    if (this.#away && nowMs < this.#retryAtMs) return null;
    if (this.#away || this.#generation !== this.#shares.generation) this.#begin(nowMs);
    if (nowMs - this.#sweptAtMs >= SLOW_SWEEP_INTERVAL_MS) this.#sweep(nowMs);
    const own = this.#takeOwn(nowMs);
    const wanted = this.#takeWanted();
    if (own.length + wanted.length === 0) return null;
    this.#running = this.#exchange(own, wanted, nowMs).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #exchange(own: readonly OwnPresence[], wanted: readonly WantedPresence[], nowMs: number): Promise<void> {
    let written = 0;
    try {
      for (; written < own.length; written += PUBLISH_BATCH) {
        await this.#write(own.slice(written, written + PUBLISH_BATCH));
      }
      for (let i = 0; i < wanted.length; i += PUBLISH_BATCH) await this.#read(wanted.slice(i, i + PUBLISH_BATCH), nowMs);
      this.#away = false;
    } catch (error) {
      // What was not written or read is tried again.
      this.#away = true;
      this.#retryAtMs = nowMs + PRESENCE_RETRY_MS;
      for (const { sessionId, share } of own.slice(written)) {
        const room = this.#local.room(sessionId);
        if (room !== undefined) room.publishAgain();
        else this.#emptied.set(sessionId, share.seenAtMs);
      }
      for (const { sessionId } of wanted) this.#announced.set(sessionId, 'all');
      // That Redis is away is said by whoever keeps it.
      if (!(error instanceof CodedError)) throw error;
    }
  }

  /** Shares may be lost, or could not be written: everybody writes theirs anew, and is given the time to. */
  #begin(nowMs: number): void {
    this.#generation = this.#shares.generation;
    this.#reachableSinceMs = nowMs;
    for (const [, room] of this.#local.rooms()) room.publishAgain();
    for (const id of this.#remote.keys()) this.#announced.set(id, 'all');
  }

  async #write(own: readonly OwnPresence[]): Promise<void> {
    const counts = await this.#shares.write(own);
    const told: string[] = [];
    own.forEach(({ sessionId }, i) => {
      const count = counts[i] ?? 1;
      if (count > 1) told.push(sessionId);
      // Somebody is there of whom nothing has been heard.
      if (count - 1 > (this.#remote.get(sessionId)?.size ?? 0)) this.#announced.set(sessionId, 'all');
    });
    if (told.length > 0) this.#wire?.bus.publish(PEOPLE_CHANGED, told);
  }

  async #read(wanted: readonly WantedPresence[], nowMs: number): Promise<void> {
    const found = await this.#shares.read(wanted);
    if (this.#generation !== this.#shares.generation) this.#begin(nowMs);
    wanted.forEach(({ sessionId, instanceIds }, i) => {
      const shares = new Map(found[i]);
      shares.delete(this.#wire?.bus.instanceId ?? '');
      const roster = this.#remoteRoster(sessionId, nowMs);
      if (instanceIds === null) roster.readAtMs = nowMs;
      const room = this.#local.room(sessionId);
      for (const [instanceId, share] of roster.take(shares, nowMs, this.#reachableSinceMs)) {
        room?.setRemote(instanceId, share);
      }
    });
  }

  #takeOwn(nowMs: number): OwnPresence[] {
    const own: OwnPresence[] = [];
    for (const [sessionId, room] of this.#local.rooms()) {
      const share = room.takePublication(nowMs, () => this.#wire?.latenciesMs(sessionId) ?? []);
      if (share !== null) own.push({ sessionId, share });
    }
    for (const [sessionId, seenAtMs] of this.#emptied) own.push({ sessionId, share: emptyPresence(nowMs, seenAtMs) });
    this.#emptied.clear();
    return own;
  }

  #takeWanted(): WantedPresence[] {
    const wanted = [...this.#announced].map(
      ([sessionId, who]): WantedPresence => ({ sessionId, instanceIds: who === 'all' ? null : [...who] }),
    );
    this.#announced.clear();
    return wanted;
  }

  #announcedBy(sessionId: string, instanceId: string): void {
    if (this.#local.room(sessionId) === undefined && !this.#remote.has(sessionId)) return;
    const noticed = this.#announced.get(sessionId) ?? new Set();
    if (noticed !== 'all') noticed.add(instanceId);
    this.#announced.set(sessionId, noticed);
  }

  /** Looks for who has gone silent, forgets what nobody here wants to know, and clears away what dead instances left. */
  #sweep(nowMs: number): void {
    this.#sweptAtMs = nowMs;
    for (const [sessionId, roster] of this.#remote) {
      const isHere = this.#local.room(sessionId) !== undefined;
      if (!isHere && nowMs - roster.wantedAtMs > LOOK_KEPT_MS) {
        this.#remote.delete(sessionId);
        continue;
      }
      if (roster.size > 0 && nowMs - roster.readAtMs >= PRESENCE_RENEW_MS) this.#announced.set(sessionId, 'all');
      if (!isHere) continue;
      const spent = roster.spent(nowMs - 3 * INSTANCE_GONE_AFTER_MS);
      if (spent.length === 0) continue;
      roster.forget(spent);
      this.#shares.remove(sessionId, spent).catch(() => {});
    }
  }

  #isKnown(sessionId: string, nowMs: number): boolean {
    if (this.#local.room(sessionId) !== undefined) return true;
    return nowMs - (this.#remote.get(sessionId)?.readAtMs ?? Number.NEGATIVE_INFINITY) < KNOWN_FOR_MS;
  }

  #remoteRoster(sessionId: string, nowMs: number): RemoteRoster {
    let roster = this.#remote.get(sessionId);
    if (roster === undefined) {
      roster = new RemoteRoster(nowMs);
      this.#remote.set(sessionId, roster);
    }
    return roster;
  }
}

const emptyPresence = (writtenAtMs: number, seenAtMs: number): PublishedPresence => ({
  writtenAtMs,
  seenAtMs,
  members: 0,
  devices: 0,
  people: [],
  latenciesMs: [],
});
