import { CodedError, isUnavailable } from '@cowatch/shared/protocol';
import { type Effects, pauseEmpty, type RememberedOp, type SessionRecord } from '@cowatch/shared/timeline';
import type { SessionOccupancy } from '../membership/occupancy.ts';
import { committedChange, type SessionChange, wholeChange } from '../session.change.ts';
import { restoreLost } from '../session.domain.ts';
import { HEAL_BATCH, SAVE_RETRY_MS, SETTLE_MS } from '../session.limits.ts';
import type { SessionPublisher } from '../session.publisher.ts';
import type { CommitOutcome, SessionStore } from '../session.store.ts';
import { type Replica, ReplicaCache } from './replica-cache.ts';
import type { SnapshotWriter } from './snapshot-writer.ts';
import type { SessionSnapshots, StoredSession } from './snapshots.ts';

export interface SessionRecoveryDeps {
  readonly store: SessionStore;
  readonly snapshots: Pick<SessionSnapshots, 'load'>;
  readonly writer: SnapshotWriter;
  readonly occupancy: SessionOccupancy;
  readonly publisher: SessionPublisher;
  /** The records of a session that other instances know which attend it; of those that can be asked now. Never rejects. */
  peerReplicas(id: string): Promise<readonly SessionRecord[]>;
}

/** Times that a session is looked at anew because another instance changed it meanwhile. */
const LOOK_ATTEMPTS = 8;

const WHOLE: Effects = { playback: true, access: true, kickedId: null, ended: false };

/**
 * What is true of a session, whatever the store has lost.
 *
 * A store that instances share may forget (flushed, expired) or go back (restarted from an older file, failed over to
 * an older replica). Each instance keeps the newest record it knows of each session it attends. At the first touch of a
 * session, and again whenever the store's generation has risen, nothing is decided before the store holds the newest of
 * what it held, the own replica, those of other instances and the snapshot. So nothing that was acknowledged is undone.
 */
export class SessionRecovery {
  readonly #deps: SessionRecoveryDeps;
  readonly #replicas = new ReplicaCache();
  /** Sessions that are just being compared: a hundred who come at once cost one. Bound: one entry per session asked for. */
  readonly #comparing = new Map<string, Promise<SessionRecord | null>>();
  /** The generation that was seen last, and since when, in cluster milliseconds; none before the first look. */
  #generation = -1;
  #generationAtMs = 0;

  constructor(deps: SessionRecoveryDeps) {
    this.#deps = deps;
  }

  /** The newest record that this instance knows of, if it attends the session; asks nobody. */
  cached(id: string): SessionRecord | null {
    return this.#replicas.get(id)?.record ?? null;
  }

  /**
   * The record as last committed.
   * @throws CodedError `not_found`; `unavailable` where nobody can be asked.
   */
  async load(id: string, nowMs: number): Promise<SessionRecord> {
    const { store } = this.#deps;
    for (let attempt = 0; attempt < LOOK_ATTEMPTS; attempt += 1) {
      const replica = this.#replicas.get(id);
      if (!store.isShared || (replica !== undefined && this.#isCurrent(replica))) {
        const { generation } = store;
        const atLeast = replica?.record.version ?? 0;
        const live = await store.load(id);
        if (live !== null && live.version >= atLeast && generation === store.generation) return this.#seen(live, nowMs);
      }
      const known = await this.#compareOnce(id, nowMs);
      if (known !== null) return known;
    }
    throw new CodedError('unavailable', 'Try again soon.', SAVE_RETRY_MS);
  }

  /** Puts a session where none is; false where one is. @throws CodedError `unavailable`, where it may be there all the same. */
  async create(record: SessionRecord, nowMs: number): Promise<boolean> {
    const { store } = this.#deps;
    const { generation } = store;
    this.#noteGeneration(nowMs);
    if (!(await store.create(record))) return false;
    this.#adopt(record, nowMs, generation, true);
    return true;
  }

  /**
   * A record to decide on without asking the store first: the commit finds out whether it was the newest. Null where
   * this instance knows none. What comes of it other than a commit says nothing.
   */
  optimisticCopy(id: string): SessionRecord | null {
    const replica = this.#replicas.get(id);
    return replica !== undefined && this.#isCurrent(replica) ? replica.record : null;
  }

  /**
   * Commits what was decided on a record that `load` or `optimisticCopy` gave, and tells everybody at once. To be called in
   * turn for each session, so that its commits are told in the order they were made.
   * @throws CodedError `unavailable`, where it may have happened all the same: whoever repeats it finds out.
   */
  async commit(next: SessionRecord, effects: Effects, expectedVersion: number, nowMs: number): Promise<'committed' | 'conflict'> {
    const { store } = this.#deps;
    const replica = this.#replicas.get(next.id);
    // Between reading and writing another Redis may have taken over, which holds what was read, and not what came after.
    if (replica === undefined || replica.generation !== store.generation) return 'conflict';
    this.#assertSettled(replica, nowMs);
    const { generation, verified } = replica;
    let outcome: CommitOutcome;
    try {
      outcome = await store.commit(next, expectedVersion);
    } catch (error) {
      replica.inDoubt = { next, effects };
      throw error;
    }
    if (outcome === 'fenced') throw unavailable(SETTLE_MS);
    if (outcome === 'conflict') return 'conflict';
    // What another instance committed before this, and what this one was decided on: its message may still be on the way.
    if (replica.record.version === expectedVersion) this.#catchUp(replica.record, nowMs);
    this.#adopt(next, nowMs, generation, verified);
    this.#announce(next, effects, nowMs);
    return 'committed';
  }

  /**
   * Is what this instance committed still so, now that it is durable? Where the store lost it meanwhile, another instance
   * may have asked the database before it was written there, and have decided without it; it was acknowledged to nobody
   * yet, and is to be decided anew. From now on whoever asks the database finds it.
   */
  async survived({ id, ops }: SessionRecord, nowMs: number): Promise<boolean> {
    const op = ops.at(-1);
    if (!this.#deps.store.isShared || op === undefined) return true;
    return hasOp(await this.load(id, nowMs), op);
  }

  /** What of another instance's change the people here were not told yet; it counts as told from now on. */
  received(change: SessionChange): SessionChange | null {
    return this.#replicas.announce(change);
  }

  forget(id: string): void {
    this.#replicas.forget(id);
  }

  /**
   * Looks whether the store holds updates of the sessions in occupancy that people here were not told, and whether it
   * holds what it should; one question for all of them.
   */
  async heal(nowMs: number): Promise<void> {
    const { store } = this.#deps;
    if (!store.isShared) return;
    this.#noteGeneration(nowMs);
    const ids = this.#replicas.ids();
    const versions = await store.versions(ids);
    const due = ids.filter((id, i) => {
      const replica = this.#replicas.get(id);
      return replica !== undefined && (replica.record.version !== versions[i] || this.#owes(replica));
    });
    for (let i = 0; i < due.length; i += HEAL_BATCH) {
      const outcomes = await Promise.allSettled(due.slice(i, i + HEAL_BATCH).map((id) => this.#healOne(id, nowMs)));
      for (const outcome of outcomes) {
        // Whoever cannot be asked now is asked again with the next beat.
        if (outcome.status === 'rejected' && !(outcome.reason instanceof CodedError)) throw outcome.reason;
      }
    }
  }

  async #healOne(id: string, nowMs: number): Promise<void> {
    const record = await this.load(id, nowMs);
    // What came meanwhile is looked at with the next beat.
    if (this.#replicas.get(id)?.record.version === record.version) this.#catchUp(record, nowMs);
  }

  /** Tells the people here what they missed of a record. */
  #catchUp(record: SessionRecord, nowMs: number): void {
    const updates = this.#replicas.announce(wholeChange(record));
    if (updates !== null) this.#deps.publisher.missed(updates, nowMs);
  }

  /** Tells everybody of a commit of this instance. */
  #announce(record: SessionRecord, effects: Effects, nowMs: number): void {
    const change = committedChange(record, effects);
    this.#deps.publisher.committed(change, this.#replicas.announce(change), nowMs);
  }

  #owes(replica: Replica): boolean {
    return !this.#isCurrent(replica) || replica.inDoubt !== null || this.#replicas.hasUpdates(replica);
  }

  #isCurrent({ generation, verified }: Replica): boolean {
    return verified && generation === this.#deps.store.generation;
  }

  /**
   * The snapshots could not be asked since the store changed: what this instance knows may be old. Instances that know
   * better have put it back by the end of this time.
   */
  #assertSettled({ verified }: Replica, nowMs: number): void {
    this.#noteGeneration(nowMs);
    const leftMs = this.#generationAtMs + SETTLE_MS - nowMs;
    if (!verified && leftMs > 0) throw unavailable(leftMs);
  }

  #noteGeneration(nowMs: number): void {
    const { generation } = this.#deps.store;
    if (this.#generation === generation) return;
    this.#generation = generation;
    this.#generationAtMs = nowMs;
  }

  #adopt(record: SessionRecord, nowMs: number, generation: number, verified: boolean): void {
    // Somebody was there when it was last changed: versions are at least cluster time.
    if (this.#replicas.get(record.id) === undefined) {
      this.#deps.occupancy.opened(record.id, Math.min(record.version, nowMs));
    }
    this.#replicas.adopt(record, generation, verified);
  }

  /** The store answered, and what it holds is not older than what was known. */
  #seen(live: SessionRecord, nowMs: number): SessionRecord {
    const { store, writer } = this.#deps;
    const replica = this.#replicas.get(live.id);
    if (replica === undefined) this.#adopt(live, nowMs, store.generation, true);
    else if (live.version > replica.record.version) {
      replica.record = live;
      // Whoever committed it does the same; unless it has died in between.
      if (store.isShared) void writer.save(live);
    }
    this.#settleInDoubt(live, nowMs);
    return live;
  }

  /** Its sender was told that it may have failed. Now that it is known to have happened it is told and made durable. */
  #settleInDoubt(live: SessionRecord, nowMs: number): void {
    const { writer } = this.#deps;
    const replica = this.#replicas.get(live.id);
    const inDoubt = replica?.inDoubt ?? null;
    if (replica === undefined || inDoubt === null) return;
    replica.inDoubt = null;
    const op = inDoubt.next.ops.at(-1);
    if (op === undefined || !hasOp(live, op)) return;
    this.#announce(live, inDoubt.effects, nowMs);
    void writer.save(live);
  }

  #compareOnce(id: string, nowMs: number): Promise<SessionRecord | null> {
    let comparing = this.#comparing.get(id);
    if (comparing === undefined) {
      comparing = this.#compare(id, nowMs).finally(() => this.#comparing.delete(id));
      this.#comparing.set(id, comparing);
    }
    return comparing;
  }

  /** Sees to it that the store holds the newest record there is, and returns it; null where it was changed meanwhile. */
  async #compare(id: string, nowMs: number): Promise<SessionRecord | null> {
    const { store, writer } = this.#deps;
    this.#noteGeneration(nowMs);
    const { generation } = store;
    const live = await store.load(id);
    // What was acknowledged while the database was away may be known to nobody but the instance that did it.
    const mayHaveLost = live === null || this.cached(id) !== null || nowMs < this.#generationAtMs + SETTLE_MS;
    const elsewhere = mayHaveLost ? await this.#deps.peerReplicas(id) : [];
    const stored = await this.#snapshotOf(id, live !== null || this.cached(id) !== null || elsewhere.length > 0);
    if (generation !== store.generation) return null;
    const attended = [this.cached(id), ...elsewhere];
    const snapshot = stored?.record ?? null;
    const newest = newestOf(live, ...attended, snapshot);
    if (newest === null) throw new CodedError('not_found', 'There is no such party.');
    const { version } = newest;
    const isAttended = attended.some((replica) => replica?.version === version);
    if (live === null && !isAttended) return this.#reopen(newest, stored?.seenAtMs ?? 0, nowMs);
    if (live?.version !== version) {
      // What this instance knows may be old: others may know better, and yet others nothing but what is put back here.
      if (stored === undefined) await store.fence(id, SETTLE_MS);
      if (!(await store.restore(newest, live?.version ?? null))) return null;
    }
    this.#deps.occupancy.opened(id, Math.max(stored?.seenAtMs ?? 0, Math.min(version, nowMs)));
    this.#adopt(newest, nowMs, generation, stored !== undefined);
    // Also where the snapshots could not be asked: what is not known to be durable is not said to be.
    if (snapshot?.version !== version) void writer.save(newest);
    this.#settleInDoubt(newest, nowMs);
    return newest;
  }

  /** Undefined where the snapshots cannot be asked, and something is known without them. */
  async #snapshotOf(id: string, isKnown: boolean): Promise<StoredSession | null | undefined> {
    const { snapshots, writer } = this.#deps;
    if (isKnown && writer.away) return undefined;
    try {
      return await snapshots.load(id);
    } catch (error) {
      if (isKnown && isUnavailable(error)) return undefined;
      throw error;
    }
  }

  /** Brings a session back from its snapshot, stopped where people last were if they have long been gone. */
  async #reopen(snapshot: SessionRecord, seenAtMs: number, nowMs: number): Promise<SessionRecord | null> {
    const { store, writer, occupancy } = this.#deps;
    const { id } = snapshot;
    occupancy.opened(id, Math.max(seenAtMs, Math.min(snapshot.version, nowMs)));
    const abandonedAtMs = occupancy.abandonedAtMs(id, nowMs);
    const paused = abandonedAtMs === null ? null : pauseEmpty(snapshot, abandonedAtMs, nowMs);
    const opened = store.isShared ? restoreLost(paused ?? snapshot, nowMs) : (paused ?? snapshot);
    const { generation } = store;
    if (!(await store.create(opened))) return null;
    this.#adopt(opened, nowMs, generation, true);
    if (opened === snapshot) return opened;
    // Other instances may have people in it who know it by what was lost.
    this.#announce(opened, store.isShared ? WHOLE : { ...WHOLE, access: false }, nowMs);
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

const hasOp = ({ ops }: SessionRecord, { opId, memberId }: RememberedOp) => ops.some((op) => op.opId === opId && op.memberId === memberId);

const unavailable = (retryAfterMs: number) => new CodedError('unavailable', 'Not possible right now. Try again in a moment.', retryAfterMs);
