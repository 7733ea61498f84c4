import type { Effects, SessionRecord } from '@cowatch/shared/timeline';
import { type SessionChange, wholeChange } from '../session.change.ts';
import { type Companion, isOf } from '../session.companion.ts';

/** A commit that got no answer: it may have happened. */
export interface InDoubt {
  readonly next: SessionRecord;
  readonly companion: Companion | undefined;
  /** Null where nothing of the record itself changed. */
  readonly effects: Effects | null;
}

/** Versions of a session that were announced to the people here. */
interface Announced {
  /** Of the newest timeline. */
  readonly version: number;
  /** Of the newest settings and roles, and of who is out. */
  readonly accessVersion: number;
  readonly ended: boolean;
}

/** Replica of one session's record on this instance. */
export interface Replica {
  /** The newest record this instance has observed. */
  record: SessionRecord;
  /** The store's generation under which it was last compared with everything that may be newer. */
  generation: number;
  /** False where the snapshots could not be asked then: something newer may be there. */
  verified: boolean;
  inDoubt: InDoubt | null;
  announced: Announced;
  /** By name: the newest companions this instance has committed or read. */
  readonly companions: Map<string, Companion>;
}

/**
 * Replica cache: the newest observed record of each session that this instance attends, whether it is verified, and which
 * versions of it were announced to the people here. Bound: one record and its companions per session in occupancy, which forgets what nobody
 * here has been in for a minute.
 */
export class ReplicaCache {
  readonly #replicas = new Map<string, Replica>();
  readonly #added: (id: string, seenAtMs: number) => void;

  /** @param added hears of a session that is new here, and when a member was there for certain, in cluster milliseconds */
  constructor(added: (id: string, seenAtMs: number) => void) {
    this.#added = added;
  }

  get(id: string): Replica | undefined {
    return this.#replicas.get(id);
  }

  record(id: string): SessionRecord | null {
    return this.#replicas.get(id)?.record ?? null;
  }

  ids(): string[] {
    return [...this.#replicas.keys()];
  }

  /** Takes a record, unless there is a newer one. Of a session that is new here there is nobody to announce it to. */
  adopt(record: SessionRecord, generation: number, verified: boolean, nowMs: number): void {
    const replica = this.#replicas.get(record.id);
    if (replica === undefined) {
      // A member was there when it was last changed: versions are at least cluster time.
      this.#added(record.id, Math.min(record.version, nowMs));
      const { playback, access, endedAtMs } = record;
      const announced = {
        version: playback.timeline.version,
        accessVersion: access.version,
        ended: endedAtMs !== null,
      };
      this.#replicas.set(record.id, { record, generation, verified, inDoubt: null, announced, companions: new Map() });
      return;
    }
    if (record.version > replica.record.version) replica.record = record;
    Object.assign(replica, { generation, verified });
  }

  /** The companion that belongs to a record, where it is cached here; null where it has none; undefined where it must be read. */
  companion(record: SessionRecord, name: string): Companion | null | undefined {
    if (record.companions?.[name] === undefined) return null;
    const cached = this.#replicas.get(record.id)?.companions.get(name);
    return cached !== undefined && isOf(record, cached) ? cached : undefined;
  }

  keepCompanion(id: string, companion: Companion): void {
    this.#replicas.get(id)?.companions.set(companion.name, companion);
  }

  /** Companions of a session that belong to its replica. */
  companions(id: string): readonly Companion[] {
    const replica = this.#replicas.get(id);
    return replica === undefined ? [] : [...replica.companions.values()].filter((one) => isOf(replica.record, one));
  }

  /**
   * What of a change the people here have not been told yet; it counts as announced from now on. Null where that is nothing:
   * a message came twice, or after a newer one. So people are told of rising versions only, and of each once.
   */
  announce(change: SessionChange): SessionChange | null {
    const replica = this.#replicas.get(change.sessionId);
    // A session that nobody here attends is announced to nobody here.
    const updates = replica === undefined ? null : updatesSince(replica.announced, change);
    if (replica === undefined || updates === null) return null;
    const { version, accessVersion, ended } = replica.announced;
    replica.announced = {
      version: updates.playback?.timeline.version ?? version,
      accessVersion: updates.access?.version ?? accessVersion,
      ended: ended || updates.endedWith !== null,
    };
    return updates;
  }

  /** Is there anything in the replica that people here were not told? */
  hasUpdates({ record, announced }: Replica): boolean {
    return updatesSince(announced, wholeChange(record)) !== null;
  }

  /** The commit in doubt of a session, which is settled from now on. */
  takeInDoubt(id: string): InDoubt | null {
    const replica = this.#replicas.get(id);
    const inDoubt = replica?.inDoubt ?? null;
    if (replica !== undefined) replica.inDoubt = null;
    return inDoubt;
  }

  forget(id: string): void {
    this.#replicas.delete(id);
  }
}

function updatesSince(announced: Announced, change: SessionChange): SessionChange | null {
  const { playback, access, endedWith } = change;
  const isNewAccess = access !== null && access.version > announced.accessVersion;
  const updates: SessionChange = {
    sessionId: change.sessionId,
    playback: playback !== null && playback.timeline.version > announced.version ? playback : null,
    access: isNewAccess ? access : null,
    // Who is out changes with the settings. To make somebody leave who is not there costs nothing.
    outIds: isNewAccess ? change.outIds : [],
    kickedIds: isNewAccess ? change.kickedIds : [],
    outAddresses: isNewAccess ? change.outAddresses : [],
    removed: isNewAccess ? change.removed : null,
    endedWith: announced.ended ? null : endedWith,
  };
  const isNothing = updates.playback === null && updates.access === null && !updates.endedWith;
  return isNothing ? null : updates;
}
