import type { Access, JoinSnapshot, Kept, MemberReport, Playback, PresenceChange, RosterPage } from '../../protocol/index.ts';
import { canControl, newerPlayback, roleOf } from '../../timeline/index.ts';
import type { ClockSync } from '../connection/clock-sync.ts';
import type { PlayerHealth } from '../follower/player-standing.ts';
import { DriftHistory } from './drift-history.ts';
import { KeptWatch } from './kept-watch.ts';
import type { Membership } from './membership.ts';
import { Roster, type RosterChange } from './roster.ts';
import type { SessionState, SyncHealth } from './session-state.ts';

/** What is known here of a session: the newest that the server has said of each part, and what the own player does. */
export class SessionModel {
  readonly #roster = new Roster();
  readonly #history = new DriftHistory();
  readonly #durability = new KeptWatch();
  #playback: Playback | null = null;
  #access: Access | null = null;
  #memberId: string | null = null;
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

  get you(): SessionState['you'] {
    const access = this.#access;
    const memberId = this.#memberId;
    const role = access && memberId ? roleOf(access, memberId) : null;
    return access && memberId && role ? { memberId, role, canControl: canControl(access, memberId) } : null;
  }

  get isHost(): boolean {
    return this.#access !== null && this.#memberId !== null && roleOf(this.#access, this.#memberId) !== 'member';
  }

  get canControl(): boolean {
    return this.#access !== null && this.#memberId !== null && canControl(this.#access, this.#memberId);
  }

  /** Takes a join snapshot, which replaces everything but a timeline that overtook it. */
  adopt(snapshot: JoinSnapshot, early: Playback | null): void {
    this.#playback = early ? newerPlayback(snapshot.playback, early) : snapshot.playback;
    this.#access = snapshot.access;
    this.#memberId = snapshot.you.memberId;
    this.#roster.page(snapshot.roster, true);
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
    return true;
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

  snapshot(sessionId: string, membership: Membership, failedTries: number, clockSync: ClockSync): SessionState {
    return {
      connection: membership.phase,
      lostAtMs: membership.lostAtMs,
      error: membership.error,
      failedTries,
      sessionId,
      playback: this.#playback,
      access: this.#access,
      you: this.you,
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
