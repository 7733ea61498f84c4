import { CodedError, type Look, type RosterPage } from '@cowatch/shared/protocol';
import { z } from 'zod';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { MemberRegistry } from '../membership/member.registry.ts';
import {
  INSTANCE_GONE_AFTER_MS,
  LOOK_KEPT_MS,
  PRESENCE_RENEW_MS,
  PRESENCE_RETRY_MS,
  PUBLISH_BATCH,
  SLOW_SWEEP_INTERVAL_MS,
} from '../session.limits.ts';
import type { LocalRoster } from './local-roster.ts';
import type { PresenceCount } from './presence-count.ts';
import type { OwnPresence, PublishedPresenceStore, WantedPresence } from './published-presence.store.ts';
import type { PublishedPresence } from './published-presence.ts';
import type { Elsewhere, RemotePresence, SampledLatencies } from './remote-presence.ts';
import { RemoteRoster } from './remote-roster.ts';
import { RosterPaging } from './roster-paging.ts';

/** Names sessions whose people on the publishing instance have changed. */
const PEOPLE_CHANGED = 'people:changed';
const changedSchema = z.array(z.string());

/** What was read so short a time ago is fresh enough for one more who joins. */
const FRESH_FOR_MS = 1000;

export interface ClusterPresenceOptions {
  readonly store: PublishedPresenceStore;
  readonly registry: MemberRegistry;
  readonly local: LocalRoster;
  readonly bus: ClusterBus;
  /** Latencies that stand for those of the people here. */
  latenciesMs(sessionId: string): readonly number[];
}

/**
 * Remote presence among many instances. Each publishes the people whose sockets it has, and keeps remote rosters of what
 * the others published. While the store cannot be reached, everybody goes on with what was read before.
 */
export class ClusterPresence implements RemotePresence {
  readonly #store: PublishedPresenceStore;
  readonly #registry: MemberRegistry;
  readonly #local: LocalRoster;
  readonly #bus: ClusterBus;
  readonly #latenciesMs: ClusterPresenceOptions['latenciesMs'];
  readonly #paging: RosterPaging;
  readonly #stops: readonly (() => void)[];
  /** Bound: sessions occupied here, and for `LOOK_KEPT_MS` those that were asked for. */
  readonly #remote = new Map<string, RemoteRoster>();
  /** Instances that have announced a change, by session: read with the next exchange. Bound: as the remote rosters. */
  readonly #announced = new Map<string, Set<string> | 'all'>();
  /** Sessions that the last one here has left, and when. */
  readonly #emptied = new Map<string, number>();
  readonly #refreshing = new Map<string, Promise<void>>();
  #running: Promise<void> | null = null;
  #generation: number;
  #away = false;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  #reachableSinceMs = Number.NEGATIVE_INFINITY;

  constructor({ store, registry, local, bus, latenciesMs }: ClusterPresenceOptions) {
    this.#store = store;
    this.#registry = registry;
    this.#local = local;
    this.#bus = bus;
    this.#latenciesMs = latenciesMs;
    this.#paging = new RosterPaging(bus, (sessionId) => local.of(sessionId));
    this.#generation = store.generation;
    this.#stops = [
      this.#paging.start(),
      bus.subscribe(PEOPLE_CHANGED, (message, instanceId) => {
        for (const sessionId of changedSchema.safeParse(message).data ?? []) this.#announcedBy(sessionId, instanceId);
      }),
    ];
    local.onOpened((sessionId, roster, nowMs) => {
      this.#emptied.delete(sessionId);
      for (const [instanceId, published] of this.#remoteRoster(sessionId, nowMs).occupied()) roster.setRemote(instanceId, published, true);
    });
    registry.onEmptied((sessionId, nowMs) => {
      this.#emptied.set(sessionId, nowMs);
      this.#remoteRoster(sessionId, nowMs).wantedAtMs = nowMs;
    });
  }

  /** Ends its subscriptions to other instances. */
  stop(): void {
    for (const stop of this.#stops) stop();
  }

  elsewhere(sessionId: string): Elsewhere | null {
    return this.#remote.get(sessionId)?.elsewhere() ?? null;
  }

  count(sessionId: string): PresenceCount {
    return this.#remote.get(sessionId)?.count() ?? { members: 0, devices: 0 };
  }

  looks(sessionId: string, max: number): readonly Look[] {
    return this.#remote.get(sessionId)?.looks(max) ?? [];
  }

  latencies(sessionId: string): readonly SampledLatencies[] {
    return this.#remote.get(sessionId)?.latencies() ?? [];
  }

  fillPage(sessionId: string, page: RosterPage, offset: number, beyond: number): RosterPage | Promise<RosterPage> {
    const place = this.#remote.get(sessionId)?.unnamedAt(beyond) ?? null;
    return place === null ? page : this.#paging.ask(sessionId, page, offset, place);
  }

  refresh(sessionIds: readonly string[], nowMs: number, how: 'anew' | 'if unknown'): Promise<void> | null {
    const wanted = sessionIds.filter((id) => how === 'anew' || !this.#isFresh(id, nowMs));
    for (const id of wanted) this.#remoteRoster(id, nowMs).wantedAtMs = nowMs;
    if (wanted.length === 0) return null;
    const [only] = wanted;
    // Many who come to one session at once ask once.
    const running = wanted.length === 1 && only !== undefined ? this.#refreshing.get(only) : undefined;
    if (running !== undefined) return running;
    const refreshing = this.#read(
      wanted.map((sessionId) => ({ sessionId, instanceIds: null })),
      nowMs,
    );
    for (const id of wanted) this.#refreshing.set(id, refreshing);
    const done = () => {
      for (const id of wanted) if (this.#refreshing.get(id) === refreshing) this.#refreshing.delete(id);
    };
    refreshing.then(done, done);
    return refreshing;
  }

  exchange(nowMs: number): Promise<void> | null {
    if (this.#running !== null) return this.#running;
    if (this.#away && nowMs < this.#retryAtMs) return null;
    if (this.#away || this.#generation !== this.#store.generation) this.#begin(nowMs);
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
      for (const { sessionId, published } of own.slice(written)) {
        const roster = this.#local.of(sessionId);
        if (roster !== undefined) roster.publishAgain();
        else this.#emptied.set(sessionId, published.seenAtMs);
      }
      for (const { sessionId } of wanted) this.#announced.set(sessionId, 'all');
      // That Redis is away is reported by its own health.
      if (!(error instanceof CodedError)) throw error;
    }
  }

  /** Published presence may be lost, or could not be written: every instance writes its own anew, and is given the time to. */
  #begin(nowMs: number): void {
    this.#generation = this.#store.generation;
    this.#reachableSinceMs = nowMs;
    for (const [, roster] of this.#local.all()) roster.publishAgain();
    for (const id of this.#remote.keys()) this.#announced.set(id, 'all');
  }

  async #write(own: readonly OwnPresence[]): Promise<void> {
    const counts = await this.#store.write(own);
    const shared: string[] = [];
    own.forEach(({ sessionId }, i) => {
      const count = counts[i] ?? 1;
      if (count > 1) shared.push(sessionId);
      // An instance is there of which nothing has been read.
      if (count - 1 > (this.#remote.get(sessionId)?.size ?? 0)) this.#announced.set(sessionId, 'all');
    });
    if (shared.length > 0) this.#bus.publish(PEOPLE_CHANGED, shared);
  }

  async #read(wanted: readonly WantedPresence[], nowMs: number): Promise<void> {
    const found = await this.#store.read(wanted);
    if (this.#generation !== this.#store.generation) this.#begin(nowMs);
    wanted.forEach(({ sessionId, instanceIds }, i) => {
      const published = new Map(found[i]);
      published.delete(this.#bus.instanceId);
      const remote = this.#remoteRoster(sessionId, nowMs);
      if (instanceIds === null) remote.readAtMs = nowMs;
      const roster = this.#local.of(sessionId);
      for (const [instanceId, one] of remote.take(published, nowMs, this.#reachableSinceMs)) roster?.setRemote(instanceId, one);
    });
  }

  #takeOwn(nowMs: number): OwnPresence[] {
    const own: OwnPresence[] = [];
    for (const [sessionId, roster] of this.#local.all()) {
      const published = roster.takePublication(nowMs, () => this.#latenciesMs(sessionId));
      if (published !== null) own.push({ sessionId, published });
    }
    for (const [sessionId, seenAtMs] of this.#emptied) own.push({ sessionId, published: emptyPresence(nowMs, seenAtMs) });
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
    if (!this.#registry.isOccupied(sessionId) && !this.#remote.has(sessionId)) return;
    const noticed = this.#announced.get(sessionId) ?? new Set();
    if (noticed !== 'all') noticed.add(instanceId);
    this.#announced.set(sessionId, noticed);
  }

  /** Looks for who has gone silent, forgets what was not wanted for long, and clears away what dead instances left. */
  #sweep(nowMs: number): void {
    this.#sweptAtMs = nowMs;
    for (const [sessionId, roster] of this.#remote) {
      const isHere = this.#registry.isOccupied(sessionId);
      if (!isHere && nowMs - roster.wantedAtMs > LOOK_KEPT_MS) {
        this.#remote.delete(sessionId);
        continue;
      }
      if (roster.size > 0 && nowMs - roster.readAtMs >= PRESENCE_RENEW_MS) this.#announced.set(sessionId, 'all');
      if (!isHere) continue;
      const spent = roster.spent(nowMs - 3 * INSTANCE_GONE_AFTER_MS);
      if (spent.length === 0) continue;
      roster.forget(spent);
      this.#store.remove(sessionId, spent).catch(() => {});
    }
  }

  #isFresh(sessionId: string, nowMs: number): boolean {
    if (this.#registry.isOccupied(sessionId)) return true;
    return nowMs - (this.#remote.get(sessionId)?.readAtMs ?? Number.NEGATIVE_INFINITY) < FRESH_FOR_MS;
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
