import { CodedError, type CommandResult, type PlaybackCommand } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import type { ManualClock } from '../../platform/clock/manual-clock.testing.ts';
import { MemberRegistry } from '../membership/member.registry.ts';
import { SessionOccupancy } from '../membership/occupancy.ts';
import type { SessionChange } from '../session.change.ts';
import type { Companion } from '../session.companion.ts';
import { SessionService } from '../session.service.ts';
import { createMemorySessionStore } from '../session.store.memory.ts';
import type { CommitOutcome, SessionStore } from '../session.store.ts';
import { testTitles } from '../session.testing.ts';
import { SnapshotWriter } from './snapshot-writer.ts';
import type { SessionSnapshots } from './snapshots.ts';

const PATIENCE_MS = 250;

/** The sessions of one instance, without its sockets. */
export class TestInstance {
  readonly service: SessionService;
  readonly writer: SnapshotWriter;
  readonly occupancy: SessionOccupancy;
  /** What it told the people of all instances. */
  readonly committed: SessionChange[] = [];
  /** What it told its own people because messages were late or lost. */
  readonly missed: SessionChange[] = [];
  /** Everything that its own people were told, in order. */
  readonly shown: SessionChange[] = [];
  readonly #clock: ManualClock;

  constructor(
    clock: ManualClock,
    store: SessionStore,
    snapshots: SessionSnapshots,
    peerReplicas: (id: string) => readonly SessionRecord[] = () => [],
    peerCompanions: (id: string, name: string) => readonly Companion[] = () => [],
  ) {
    this.#clock = clock;
    this.writer = new SnapshotWriter({ snapshots, nowMs: () => clock.nowMs(), patienceMs: PATIENCE_MS });
    this.occupancy = new SessionOccupancy({ startedAtMs: clock.nowMs(), registry: new MemberRegistry(), elsewhere: () => null });
    this.service = new SessionService({
      titles: testTitles,
      store,
      snapshots,
      writer: this.writer,
      occupancy: this.occupancy,
      publisher: {
        committed: (change, updates) => {
          this.committed.push(change);
          if (updates !== null) this.shown.push(updates);
        },
        missed: (updates) => {
          this.missed.push(updates);
          this.shown.push(updates);
        },
      },
      metrics: { command: () => {}, conflict: () => {}, lead: () => {}, write: () => {}, notKept: () => {} },
      databaseStarted: async () => {},
      peerReplicas: async (id) => peerReplicas(id),
      peerCompanions: async (id, name) => peerCompanions(id, name),
      memberKey: Buffer.alloc(32, 1),
      creationKey: Buffer.alloc(32, 2),
      leadMs: () => 100,
      onCreated: () => {},
    });
  }

  create(): Promise<SessionRecord> {
    return this.service.create({ media: { titleId: 'sample' } }, 'viewer-ana', this.#clock.nowMs());
  }

  read(id: string): Promise<SessionRecord> {
    return this.service.read(id, this.#clock.nowMs());
  }

  /** A message of another instance arrives. */
  receive(change: SessionChange): void {
    const updates = this.service.received(change);
    if (updates !== null) this.shown.push(updates);
  }

  heal(): Promise<void> {
    return this.service.heal(this.#clock.nowMs());
  }

  /** A seek by one of the people, whose operation is known by its id. */
  seek(id: string, positionS: number, opId = `seek-to-${positionS}`): Promise<CommandResult> {
    const nowMs = this.#clock.nowMs();
    const command: PlaybackCommand = { kind: 'seek', sessionId: id, opId, issuedAtMs: nowMs, positionS };
    return this.service.command(id, { memberId: 'member-ben00', name: 'Ben' }, command, nowMs);
  }
}

/** A record as it is held, with its companion. */
interface Held {
  readonly record: SessionRecord;
  readonly companion: Companion | undefined;
}

/** A store that instances share and that loses things, by hand. */
export class LossyStore implements SessionStore {
  readonly isShared = true;
  generation = 1;
  /** What becomes of the next commit: it is carried out or not, and nobody hears of it. */
  nextCommit: 'answered' | 'done unheard' | 'not done unheard' = 'answered';
  /** How often it was asked for a record. */
  loads = 0;
  #memory = createMemorySessionStore();
  #before: ReadonlyMap<string, Held>[] = [];
  readonly #held = new Map<string, Held>();
  readonly #fences = new Map<string, number>();
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  load(id: string): Promise<SessionRecord | null> {
    this.loads += 1;
    return this.#memory.load(id);
  }

  async create(record: SessionRecord): Promise<boolean> {
    const created = await this.#memory.create(record);
    if (created) this.#keep(record);
    return created;
  }

  async commit(record: SessionRecord, expectedVersion: number, companion?: Companion): Promise<CommitOutcome> {
    const fate = this.nextCommit;
    this.nextCommit = 'answered';
    if (fate === 'not done unheard') throw new CodedError('unavailable', 'nobody answers');
    if ((this.#fences.get(record.id) ?? 0) > this.#clock.nowMs()) return 'fenced';
    const outcome = await this.#memory.commit(record, expectedVersion, companion);
    if (outcome === 'committed') this.#keep(record, companion);
    if (fate === 'done unheard') throw new CodedError('unavailable', 'nobody answers');
    return outcome;
  }

  async drop(): Promise<boolean> {
    throw new Error('nobody drops what is shared');
  }

  async fence(id: string, ms: number): Promise<void> {
    const nowMs = this.#clock.nowMs();
    if ((this.#fences.get(id) ?? 0) <= nowMs) this.#fences.set(id, nowMs + ms);
  }

  companion(id: string, name: string): Promise<Companion | null> {
    return this.#memory.companion(id, name);
  }

  async restore(record: SessionRecord, expectedVersion: number | null, companion?: Companion): Promise<boolean> {
    const done = await this.#memory.restore(record, expectedVersion, companion);
    if (done) this.#keep(record, companion);
    return done;
  }

  versions(ids: readonly string[]): Promise<readonly (number | null)[]> {
    return this.#memory.versions(ids);
  }

  /** Forgets everything, as `FLUSHALL` does: no connection is lost. */
  flush(): void {
    this.#become(new Map());
  }

  /** Another one takes over, which is so many writes behind. */
  failOver(writesBehind: number): void {
    const at = this.#before.length - 1 - writesBehind;
    this.generation += 1;
    this.#become(this.#before[Math.max(0, at)] ?? new Map());
    this.generation += 1;
  }

  #keep(record: SessionRecord, companion = this.#held.get(record.id)?.companion): void {
    this.#held.set(record.id, { record, companion });
    this.#before.push(new Map(this.#held));
  }

  #become(records: ReadonlyMap<string, Held>): void {
    this.#memory = createMemorySessionStore();
    this.#held.clear();
    this.#fences.clear();
    for (const [id, { record, companion }] of records) {
      this.#held.set(id, { record, companion });
      void this.#memory.restore(record, null, companion);
    }
    this.#before = [new Map(records)];
  }
}
