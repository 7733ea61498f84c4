import type { Effects, SessionRecord } from '@cowatch/shared/timeline';
import { committedChange, wholeChange } from '../session.change.ts';
import type { Companion } from '../session.companion.ts';
import type { SessionPublisher } from '../session.publisher.ts';
import type { ReplicaCache } from './replica-cache.ts';
import type { SnapshotWriter } from './snapshot-writer.ts';

export interface AnnouncerDeps {
  readonly replicas: ReplicaCache;
  readonly publisher: SessionPublisher;
  readonly writer: Pick<SnapshotWriter, 'save'>;
}

/** Announces records: commits to everybody, and to the people here what they missed. */
export class Announcer {
  readonly #deps: AnnouncerDeps;

  constructor(deps: AnnouncerDeps) {
    this.#deps = deps;
  }

  /** Announces a commit of this instance to everybody. */
  announce(record: SessionRecord, effects: Effects, nowMs: number): void {
    const { replicas, publisher } = this.#deps;
    const change = committedChange(record, effects);
    publisher.committed(change, replicas.announce(change), nowMs);
  }

  /** Announces to the people here what they missed of a record. */
  catchUp(record: SessionRecord, nowMs: number): void {
    const updates = this.#deps.replicas.announce(wholeChange(record));
    if (updates !== null) this.#deps.publisher.missed(updates, nowMs);
  }

  /** A commit in doubt, whose sender was told that it may have failed: where this record has it, it is announced and saved. */
  settleInDoubt(live: SessionRecord, nowMs: number): void {
    const inDoubt = this.#deps.replicas.takeInDoubt(live.id);
    if (inDoubt === null || !hasCommit(live, inDoubt.next, inDoubt.companion)) return;
    if (inDoubt.effects !== null) this.announce(live, inDoubt.effects, nowMs);
    void this.#deps.writer.save(live, inDoubt.companion);
  }
}

/** Does the record go back to this commit? Of its own ones the last operation tells, of those with a companion its mark. */
export function hasCommit(live: SessionRecord, committed: SessionRecord, companion?: Companion): boolean {
  if (companion !== undefined) {
    const commitId = committed.companions?.[companion.name]?.commits.at(-1);
    return commitId !== undefined && (live.companions?.[companion.name]?.commits.includes(commitId) ?? false);
  }
  const last = committed.ops.at(-1);
  return last === undefined || live.ops.some((op) => op.opId === last.opId && op.memberId === last.memberId);
}
