import { CodedError } from '@cowatch/shared/protocol';
import type { Effects, SessionRecord } from '@cowatch/shared/timeline';
import type { SessionOccupancy } from '../membership/occupancy.ts';
import type { SessionChange } from '../session.change.ts';
import { type Companion, isOf } from '../session.companion.ts';
import { HEAL_BATCH, LOOK_RETRIES, SAVE_RETRY_MS, SETTLE_MS } from '../session.limits.ts';
import type { SessionPublisher } from '../session.publisher.ts';
import type { CommitOutcome, SessionStore } from '../session.store.ts';
import { Announcer, hasCommit } from './announcer.ts';
import { Reconciler } from './reconciler.ts';
import { type Replica, ReplicaCache } from './replica-cache.ts';
import { RetryBudget } from './retry-budget.ts';
import type { SnapshotWriter } from './snapshot-writer.ts';
import type { SessionSnapshots } from './snapshots.ts';
import { StoreGeneration, unavailable } from './store-generation.ts';

export interface SessionRecoveryDeps {
  readonly store: SessionStore;
  readonly snapshots: Pick<SessionSnapshots, 'load' | 'companion'>;
  readonly writer: SnapshotWriter;
  readonly occupancy: SessionOccupancy;
  readonly publisher: SessionPublisher;
  /** As of `ReconcilerDeps`. */
  peerReplicas(id: string): Promise<readonly SessionRecord[]>;
  /** A companion as peers have it cached, those of them that can be asked now. Never rejects. */
  peerCompanions(id: string, name: string): Promise<readonly Companion[]>;
}

/**
 * Recovery: what survives of a session, whatever the store has lost.
 *
 * A store that instances share may forget (flushed, expired) or go back (restarted from an older file, failed over to
 * an older replica). Each instance caches the newest record it has seen of each session it attends. At the first touch of
 * a session, and again whenever the store's generation has risen, nothing is decided before the store holds the newest of
 * what it held, the replica here, those of peers and the snapshot. So nothing that was acknowledged is undone.
 */
export class SessionRecovery {
  readonly #deps: SessionRecoveryDeps;
  readonly #replicas: ReplicaCache;
  readonly #announcer: Announcer;
  readonly #generation: StoreGeneration;
  readonly #reconciler: Reconciler;

  constructor(deps: SessionRecoveryDeps) {
    this.#deps = deps;
    this.#replicas = new ReplicaCache((id, seenAtMs) => deps.occupancy.opened(id, seenAtMs));
    this.#generation = new StoreGeneration(deps.store);
    this.#announcer = new Announcer({ replicas: this.#replicas, publisher: deps.publisher, writer: deps.writer });
    this.#reconciler = new Reconciler({
      store: deps.store,
      snapshots: deps.snapshots,
      writer: deps.writer,
      occupancy: deps.occupancy,
      replicas: this.#replicas,
      announcer: this.#announcer,
      generation: this.#generation,
      peerReplicas: (id) => deps.peerReplicas(id),
    });
  }

  /** The newest record that is cached here, if this instance attends the session; asks neither store nor peers. */
  cached(id: string): SessionRecord | null {
    return this.#replicas.record(id);
  }

  /**
   * The record as last committed.
   * @param retries how often it may be looked at anew because another instance changed it meanwhile
   * @throws CodedError `not_found`; `unavailable` where nothing can be asked.
   */
  async load(id: string, nowMs: number, retries = new RetryBudget(LOOK_RETRIES)): Promise<SessionRecord> {
    const { store } = this.#deps;
    do {
      const replica = this.#replicas.get(id);
      if (!store.isShared || (replica !== undefined && this.#isCurrent(replica))) {
        const { generation } = store;
        const atLeast = replica?.record.version ?? 0;
        const live = await store.load(id);
        if (live !== null && live.version >= atLeast && generation === store.generation) return this.#observed(live, nowMs);
      }
      const reconciled = await this.#reconciler.reconcile(id, nowMs);
      if (reconciled !== null) return reconciled;
    } while (retries.spend());
    throw new CodedError('unavailable', 'Try again soon.', SAVE_RETRY_MS);
  }

  /** Puts a session where none is; false where one is. @throws CodedError `unavailable`, where it may be there all the same. */
  async create(record: SessionRecord, nowMs: number): Promise<boolean> {
    const { store } = this.#deps;
    const { generation } = store;
    this.#generation.note(nowMs);
    if (!(await store.create(record))) return false;
    this.#replicas.adopt(record, generation, true, nowMs);
    return true;
  }

  /**
   * Optimistic copy: a record to decide on without asking the store first; the commit finds out whether it was the newest.
   * Null where none is cached here and verified. What comes of it other than a commit says nothing.
   */
  optimisticCopy(id: string): SessionRecord | null {
    const replica = this.#replicas.get(id);
    return replica !== undefined && this.#isCurrent(replica) ? replica.record : null;
  }

  /** The companion that belongs to a record, where it is cached here; null where it has none; undefined where it must be read. */
  cachedCompanion(record: SessionRecord, name: string): Companion | null | undefined {
    return this.#replicas.companion(record, name);
  }

  /**
   * The companion that belongs to a record that `load` gave; null where it has none, undefined where the record has changed
   * meanwhile. What the store has lost comes from the replica here, from peers, or from the snapshots; where none of them has
   * that version any more, the newest they have stands for it.
   * @throws CodedError `unavailable` where nothing can be asked
   */
  async companion(record: SessionRecord, name: string): Promise<Companion | null | undefined> {
    const { store, snapshots } = this.#deps;
    const cached = this.#replicas.companion(record, name);
    if (cached !== undefined) return cached;
    const { id, companions } = record;
    const version = companions?.[name]?.version ?? 0;
    const live = await store.companion(id, name);
    if (live !== null && live.version > version && (await store.load(id))?.version !== record.version) return undefined;
    const isLive = live !== null && isOf(record, live);
    const others = isLive ? [] : await this.#deps.peerCompanions(id, name);
    const found = isLive ? live : others.find((one) => isOf(record, one));
    const newest = found ?? newestOf([live, ...others, await snapshots.companion(id, name)]);
    if (newest !== null && isOf(record, newest)) this.#replicas.keepCompanion(id, newest);
    return newest;
  }

  /**
   * Commits what was decided on a record that `load` or `optimisticCopy` gave, and announces it at once. To be called
   * under the mutex of the session, so that its commits are announced in the order they were made.
   * @param effects null where nothing of the record itself changed, and there is nothing to announce
   * @param companion committed in the same step
   * @throws CodedError `unavailable`, where it may have happened all the same: its repeat finds out.
   */
  async commit(
    next: SessionRecord,
    effects: Effects | null,
    expectedVersion: number,
    nowMs: number,
    companion?: Companion,
  ): Promise<'committed' | 'conflict'> {
    const { store } = this.#deps;
    const replica = this.#replicas.get(next.id);
    // Between reading and writing another Redis may have taken over, which holds what was read, and not what came after.
    if (replica === undefined || replica.generation !== store.generation) return 'conflict';
    this.#assertSettled(replica, nowMs);
    const { generation, verified } = replica;
    let outcome: CommitOutcome;
    try {
      outcome = await store.commit(next, expectedVersion, companion);
    } catch (error) {
      replica.inDoubt = { next, effects, companion };
      throw error;
    }
    if (outcome === 'fenced') throw unavailable(SETTLE_MS);
    if (outcome === 'conflict') return 'conflict';
    // What another instance committed before this, and what this one was decided on: its message may still be on the way.
    if (replica.record.version === expectedVersion) this.#announcer.catchUp(replica.record, nowMs);
    this.#replicas.adopt(next, generation, verified, nowMs);
    if (companion !== undefined) this.#replicas.keepCompanion(next.id, companion);
    if (effects !== null) this.#announcer.announce(next, effects, nowMs);
    return 'committed';
  }

  /**
   * Has a commit of this instance survived, now that it is durable? Where the store lost it meanwhile, another instance
   * may have asked the database before it was written there, and have decided without it; it was acknowledged to nobody
   * yet, and is to be decided anew. From now on the database has it.
   */
  async survived(committed: SessionRecord, nowMs: number, retries?: RetryBudget, companion?: Companion): Promise<boolean> {
    if (!this.#deps.store.isShared || (companion === undefined && committed.ops.length === 0)) return true;
    return hasCommit(await this.load(committed.id, nowMs, retries), committed, companion);
  }

  /** What of another instance's change the people here were not told yet; it counts as announced from now on. */
  received(change: SessionChange): SessionChange | null {
    return this.#replicas.announce(change);
  }

  forget(id: string): void {
    this.#replicas.forget(id);
  }

  /**
   * Looks whether the store holds updates of the cached sessions that people here were not told, and whether it holds
   * what it should; one question for all of them.
   */
  async heal(nowMs: number): Promise<void> {
    const { store } = this.#deps;
    if (!store.isShared) return;
    this.#generation.note(nowMs);
    const ids = this.#replicas.ids();
    const versions = await store.versions(ids);
    const due = ids.filter((id, i) => {
      const replica = this.#replicas.get(id);
      return replica !== undefined && (replica.record.version !== versions[i] || this.#isUnsettled(replica));
    });
    for (let i = 0; i < due.length; i += HEAL_BATCH) {
      const outcomes = await Promise.allSettled(due.slice(i, i + HEAL_BATCH).map((id) => this.#healOne(id, nowMs)));
      for (const outcome of outcomes) {
        // What cannot be asked now is asked again with the next beat.
        if (outcome.status === 'rejected' && !(outcome.reason instanceof CodedError)) throw outcome.reason;
      }
    }
  }

  async #healOne(id: string, nowMs: number): Promise<void> {
    const record = await this.load(id, nowMs);
    // What came meanwhile is looked at with the next beat.
    if (this.#replicas.record(id)?.version === record.version) this.#announcer.catchUp(record, nowMs);
  }

  #isUnsettled(replica: Replica): boolean {
    return !this.#isCurrent(replica) || replica.inDoubt !== null || this.#replicas.hasUpdates(replica);
  }

  #isCurrent({ generation, verified }: Replica): boolean {
    return verified && generation === this.#generation.current;
  }

  /**
   * The snapshots could not be asked since the store changed: the replica here may be old. Instances that have a newer
   * one have restored it by the end of this time.
   */
  #assertSettled({ verified }: Replica, nowMs: number): void {
    this.#generation.note(nowMs);
    const leftMs = this.#generation.settlingMs(nowMs);
    if (!verified && leftMs > 0) throw unavailable(leftMs);
  }

  /** The store answered, and what it holds is not older than the replica. */
  #observed(live: SessionRecord, nowMs: number): SessionRecord {
    const { store, writer } = this.#deps;
    const replica = this.#replicas.get(live.id);
    if (replica === undefined) this.#replicas.adopt(live, store.generation, true, nowMs);
    else if (live.version > replica.record.version) {
      replica.record = live;
      // The instance that committed it does the same; unless it has died in between.
      if (store.isShared) void writer.save(live);
      if (store.isShared) this.#followCompanions(live);
    }
    this.#announcer.settleInDoubt(live, nowMs);
    return live;
  }

  /** Another instance has changed companions that are cached here: they are read and saved like the record itself. */
  #followCompanions(live: SessionRecord): void {
    const { writer } = this.#deps;
    for (const name of Object.keys(live.companions ?? {})) {
      if (this.#replicas.companion(live, name) !== undefined) continue;
      this.companion(live, name)
        .then((companion) => {
          if (companion != null && isOf(live, companion)) void writer.save(live, companion);
        })
        // Read again by the next commit that needs it.
        .catch(() => {});
    }
  }
}

function newestOf(companions: readonly (Companion | null)[]): Companion | null {
  return companions.reduce((newest, one) => (one !== null && one.version > (newest?.version ?? 0) ? one : newest), null);
}
