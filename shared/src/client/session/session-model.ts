import {
  type Access,
  type JoinSnapshot,
  type Kept,
  type Knock,
  type MemberReport,
  type Playback,
  type PresenceChange,
  RIGHTS,
  type Right,
  type RosterPage,
} from '../../protocol/index.ts';
import { hasRight, isHost, newerPlayback, ownsNow, roleOf, takeOverAtMs, timeOutUntilMs } from '../../timeline/index.ts';
import type { ClockSync } from '../connection/clock-sync.ts';
import type { PlayerHealth } from '../follower/player-standing.ts';
import { DriftHistory } from './drift-history.ts';
import { KeptWatch } from './kept-watch.ts';
import type { Membership } from './membership.ts';
import { Roster, type RosterChange } from './roster.ts';
import type { SessionState, SyncHealth } from './session-state.ts';

/** What a snapshot has beside the model. */
export interface SnapshotContext {
  readonly sessionId: string;
  readonly failedTries: number;
  readonly clockSync: ClockSync;
  /** Cluster milliseconds. */
  readonly nowMs: number;
}

/** What is known here of a session: the newest that the server has said of each part, and what the own player does. */
export class SessionModel {
  readonly #roster = new Roster();
  readonly #history = new DriftHistory();
  readonly #durability = new KeptWatch();
  #playback: Playback | null = null;
  #access: Access | null = null;
  #memberId: string | null = null;
  #waiting: readonly Knock[] = [];
  #health: PlayerHealth | null = null;

  get playback(): Playback | null {
    return this.#playback;
  }

  get access(): Access | null {
    return this.#access;
  }

  get memberId(): string | null {
    return this.#memberId;
  }

  get roster(): Pick<Roster, 'revision' | 'nextOffset' | 'lookOf' | 'nameOf'> {
    return this.#roster;
  }

  get health(): PlayerHealth | null {
    return this.#health;
  }

  /** @param nowMs cluster milliseconds: a time-out ends by itself */
  you(nowMs: number): SessionState['you'] {
    const access = this.#access;
    const memberId = this.#memberId;
    if (access === null || memberId === null) return null;
    const rights = Object.fromEntries(RIGHTS.map((right) => [right, hasRight(access, memberId, right, nowMs)])) as Record<Right, boolean>;
    return {
      memberId,
      role: roleOf(access, memberId),
      canControl: rights.control,
      rights,
      ownsNow: ownsNow(access, memberId),
      muted: access.mutedIds?.includes(memberId) === true,
      timeOutUntilMs: timeOutUntilMs(access, memberId, nowMs),
    };
  }

  get isHost(): boolean {
    return this.#access !== null && this.#memberId !== null && isHost(this.#access, this.#memberId);
  }

  canControl(nowMs: number): boolean {
    return this.#access !== null && this.#memberId !== null && hasRight(this.#access, this.#memberId, 'control', nowMs);
  }

  /** Takes a join snapshot, which replaces everything but a timeline that overtook it. */
  adopt(snapshot: JoinSnapshot, early: Playback | null): void {
    this.#playback = early ? newerPlayback(snapshot.playback, early) : snapshot.playback;
    this.#access = snapshot.access;
    this.#memberId = snapshot.you.memberId;
    this.#roster.page(snapshot.roster, true);
    // Hosts are told who waits as they enter, which may be before this answer.
    if (!this.isHost) this.#waiting = [];
  }

  /** Returns whether it is newer than what was known; so do the others. */
  takePlayback(incoming: Playback): boolean {
    const next = newerPlayback(this.#playback, incoming);
    if (next === this.#playback) return false;
    this.#playback = next;
    return true;
  }

  takeAccess(incoming: Access): boolean {
    if (this.#access && this.#access.version >= incoming.version) return false;
    this.#access = incoming;
    if (!this.isHost) this.#waiting = [];
    return true;
  }

  takeWaiting(waiting: readonly Knock[]): void {
    this.#waiting = waiting;
  }

  takeRoster(page: RosterPage, first: boolean): void {
    this.#roster.page(page, first);
  }

  takePresence(change: PresenceChange): RosterChange {
    return this.#roster.change(change);
  }

  /** Takes what an answer promises of the party; returns `kept` where that has changed, else null. */
  takePromise(answer: Kept, of: 'command' | 'report'): boolean | null {
    return this.#durability.note(answer, of) ? this.#durability.kept : null;
  }

  /** Returns whether the state that others are told has changed. Null: there is no player any more. */
  takeHealth(health: PlayerHealth | null, nowMs: number): boolean {
    const before = this.#health;
    this.#health = health;
    if (health !== null) this.#history.add(health.driftMs, nowMs);
    return before?.state !== health?.state;
  }

  /** What a report says; null before the first join. @param own how the player does now */
  report(sessionId: string, own: PlayerHealth | null): MemberReport | null {
    if (!this.#playback || !this.#access) return null;
    return {
      sessionId,
      version: this.#playback.timeline.version,
      accessVersion: this.#access.version,
      state: own?.state ?? 'joining',
      positionS: own?.positionS ?? null,
      driftMs: own?.driftMs ?? null,
    };
  }

  snapshot(membership: Membership, { sessionId, failedTries, clockSync, nowMs }: SnapshotContext): SessionState {
    return {
      connection: membership.phase,
      lostAtMs: membership.lostAtMs,
      error: membership.error,
      failedTries,
      sessionId,
      playback: this.#playback,
      access: this.#access,
      you: this.you(nowMs),
      removed: membership.removal,
      waiting: this.#waiting,
      takeOverAtMs: this.#access === null || this.isHost ? null : takeOverAtMs(this.#access),
      members: this.#roster.members,
      memberCount: this.#roster.count,
      kept: this.#durability.kept,
      sync: this.#syncHealth(membership, clockSync),
    };
  }

  #syncHealth({ phase }: Membership, clockSync: ClockSync): SyncHealth {
    const estimate = phase === 'connecting' ? null : clockSync.estimate;
    const health = this.#health;
    return {
      phase: phase === 'reconnecting' ? 'reconnecting' : (health?.phase ?? 'idle'),
      driftMs: health?.driftMs ?? null,
      reach: health?.reach ?? 'whole',
      behindLiveS: health?.behindLiveS ?? null,
      offsetMs: estimate?.offsetMs ?? null,
      errorBoundMs: estimate?.errorBoundMs ?? null,
      rttMs: estimate?.rttMs ?? null,
      history: this.#history.points,
    };
  }
}
