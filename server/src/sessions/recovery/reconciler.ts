import { CodedError, isUnavailable } from '@cowatch/shared/protocol';
import { type Effects, pauseEmpty, type SessionRecord } from '@cowatch/shared/timeline';
import type { SessionOccupancy } from '../membership/occupancy.ts';
import { isOf } from '../session.companion.ts';
import { restoreLost } from '../session.domain.ts';
import { SETTLE_MS } from '../session.limits.ts';
import type { SessionStore } from '../session.store.ts';
import type { Announcer } from './announcer.ts';
import type { ReplicaCache } from './replica-cache.ts';
import type { SnapshotWriter } from './snapshot-writer.ts';
import type { SessionSnapshots, StoredSession } from './snapshots.ts';
import type { StoreGeneration } from './store-generation.ts';

export interface ReconcilerDeps {
  readonly store: SessionStore;
  readonly snapshots: Pick<SessionSnapshots, 'load'>;
  readonly writer: SnapshotWriter;
  readonly occupancy: SessionOccupancy;
  readonly replicas: ReplicaCache;
  readonly announcer: Announcer;
  readonly generation: StoreGeneration;
  /** The records of a session that peers have cached, of those peers that can be asked now. Never rejects. */
  peerReplicas(id: string): Promise<readonly SessionRecord[]>;
}

const WHOLE: Effects = { playback: true, access: true, out: null, ended: false };

/** Reconciles a session's record in the store with the replica here, those of peers, and the snapshot: the newest is restored. */
export class Reconciler {
  readonly #deps: ReconcilerDeps;
  /** Sessions that are just being reconciled: a hundred who come at once cost one. Bound: one entry per session asked for. */
  readonly #running = new Map<string, Promise<SessionRecord | null>>();

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  /**
   * Sees to it that the store holds the newest record there is, and returns it; null where it was changed meanwhile.
   * @throws CodedError `not_found`; `unavailable` where nothing can be asked.
   */
  reconcile(id: string, nowMs: number): Promise<SessionRecord | null> {
    let running = this.#running.get(id);
    if (running === undefined) {
      running = this.#reconcile(id, nowMs).finally(() => this.#running.delete(id));
      this.#running.set(id, running);
    }
    return running;
  }

  async #reconcile(id: string, nowMs: number): Promise<SessionRecord | null> {
    const { store, writer, replicas, generation: seen } = this.#deps;
    seen.note(nowMs);
    const { generation } = store;
    const live = await store.load(id);
    // What was acknowledged while the database was away may be cached nowhere but on the instance that did it.
    const mayHaveLost = live === null || replicas.record(id) !== null || seen.settlingMs(nowMs) > 0;
    const ofPeers = mayHaveLost ? await this.#deps.peerReplicas(id) : [];
    const stored = await this.#snapshotOf(id, live !== null || replicas.record(id) !== null || ofPeers.length > 0);
    if (generation !== store.generation) return null;
    const cached = [replicas.record(id), ...ofPeers];
    const snapshot = stored?.record ?? null;
    const newest = newestOf(live, ...cached, snapshot);
    if (newest === null) throw new CodedError('not_found', 'There is no such party.');
    const { version } = newest;
    const isCached = cached.some((record) => record?.version === version);
    if (live === null && !isCached) return this.#reopen(newest, stored?.seenAtMs ?? 0, nowMs);
    if (live?.version !== version) {
      // The replica here may be old: peers may have newer ones, and yet others nothing but what is restored here.
      if (stored === undefined) await store.fence(id, SETTLE_MS);
      const [companion] = replicas.companions(id).filter((one) => isOf(newest, one));
      if (!(await store.restore(newest, live?.version ?? null, companion))) return null;
    }
    this.#deps.occupancy.opened(id, Math.max(stored?.seenAtMs ?? 0, Math.min(version, nowMs)));
    replicas.adopt(newest, generation, stored !== undefined, nowMs);
    // Also where the snapshots could not be asked: an answer promises nothing that may not be durable.
    if (snapshot?.version !== version) void writer.save(newest);
    this.#deps.announcer.settleInDoubt(newest, nowMs);
    return newest;
  }

  /** Undefined where the snapshots cannot be asked, and there is a record without them. */
  async #snapshotOf(id: string, hasRecord: boolean): Promise<StoredSession | null | undefined> {
    const { snapshots, writer } = this.#deps;
    if (hasRecord && writer.away) return undefined;
    try {
      return await snapshots.load(id);
    } catch (error) {
      if (hasRecord && isUnavailable(error)) return undefined;
      throw error;
    }
  }

  /** Brings a session back from its snapshot, stopped where people last were if they have long been gone. */
  async #reopen(snapshot: SessionRecord, seenAtMs: number, nowMs: number): Promise<SessionRecord | null> {
    const { store, writer, occupancy, replicas, announcer } = this.#deps;
    const { id } = snapshot;
    occupancy.opened(id, Math.max(seenAtMs, Math.min(snapshot.version, nowMs)));
    const abandonedAtMs = occupancy.abandonedAtMs(id, nowMs);
    const paused = abandonedAtMs === null ? null : pauseEmpty(snapshot, abandonedAtMs, nowMs);
    const opened = store.isShared ? restoreLost(paused ?? snapshot, nowMs) : (paused ?? snapshot);
    const { generation } = store;
    if (!(await store.create(opened))) return null;
    replicas.adopt(opened, generation, true, nowMs);
    if (opened === snapshot) return opened;
    // Other instances may have people in it who were told of what was lost.
    announcer.announce(opened, store.isShared ? WHOLE : { ...WHOLE, access: false }, nowMs);
    void writer.save(opened);
    return opened;
  }
}

/** The one with the highest version; of equal ones the first. */
function newestOf(...records: readonly (SessionRecord | null)[]): SessionRecord | null {
  let newest: SessionRecord | null = null;
  for (const record of records) if (record !== null && record.version > (newest?.version ?? 0)) newest = record;
  return newest;
}
