import { type Access, isUnavailable } from '@cowatch/shared/protocol';
import { type Attendance, attended, type SessionRecord } from '@cowatch/shared/timeline';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { SessionRoster } from '../presence/session-roster.ts';
import { ABSENCE_GRACE_MS } from '../session.limits.ts';

export interface AttendanceDeps {
  readonly roster: Pick<LocalRoster, 'all'>;
  readonly sessions: {
    cached(sessionId: string): SessionRecord | null;
    /** Commits what attendance makes of a session, if anything, and if its settings are still those that were seen. */
    attended(seen: SessionRecord, attendance: Attendance, nowMs: number): Promise<void>;
  };
}

/** When the hosts of one session were last there. */
interface LastSeen {
  readonly sinceMs: number;
  /** What the record said of their absence when it was last looked at. */
  ownerMarked: boolean;
  hostsMarked: boolean;
  readonly lastAtMs: Map<string, number>;
}

/**
 * Watches which of the hosts are there, in the sessions that are occupied here, and has it committed where that changes
 * anything. Every instance does: the first to commit decides, and the others find it done. Bound: the owner and hosts of
 * each occupied session.
 */
export class AttendanceWatch {
  readonly #deps: AttendanceDeps;
  readonly #lastSeen = new Map<string, LastSeen>();
  readonly #committing = new Set<string>();

  constructor(deps: AttendanceDeps) {
    this.#deps = deps;
  }

  /** Looks who is there; to be called every `ATTENDANCE_INTERVAL_MS`. Resolves once what had to be committed is. */
  async beat(nowMs: number): Promise<void> {
    const occupied = new Set<string>();
    const commits: Promise<void>[] = [];
    for (const [sessionId, roster] of this.#deps.roster.all()) {
      occupied.add(sessionId);
      const record = this.#deps.sessions.cached(sessionId);
      if (record === null) continue;
      const attendance = this.#see(record, roster, nowMs);
      if (this.#committing.has(sessionId) || attended(record, attendance, nowMs) === null) continue;
      this.#committing.add(sessionId);
      commits.push(this.#commit(record, attendance, nowMs));
    }
    for (const sessionId of this.#lastSeen.keys()) if (!occupied.has(sessionId)) this.#lastSeen.delete(sessionId);
    await Promise.all(commits);
  }

  async #commit(record: SessionRecord, attendance: Attendance, nowMs: number): Promise<void> {
    try {
      await this.#deps.sessions.attended(record, attendance, nowMs);
    } catch (error) {
      // The next look tries again.
      if (!isUnavailable(error)) throw error;
    } finally {
      this.#committing.delete(record.id);
    }
  }

  /** Who has come back on another instance was there at that moment, whatever has been heard of it here. */
  #noteReturns(lastSeen: LastSeen, { ownerId, hostIds, ownerAwaySinceMs, hostsAwaySinceMs }: Access, nowMs: number): void {
    if (lastSeen.ownerMarked && ownerAwaySinceMs === undefined) lastSeen.lastAtMs.set(ownerId, nowMs);
    if (lastSeen.hostsMarked && hostsAwaySinceMs === undefined) for (const id of hostIds) lastSeen.lastAtMs.set(id, nowMs);
    lastSeen.ownerMarked = ownerAwaySinceMs !== undefined;
    lastSeen.hostsMarked = hostsAwaySinceMs !== undefined;
  }

  #see({ id, access }: SessionRecord, roster: SessionRoster, nowMs: number): Attendance {
    const lastSeen = this.#lastSeen.get(id) ?? {
      sinceMs: nowMs,
      ownerMarked: false,
      hostsMarked: false,
      lastAtMs: new Map<string, number>(),
    };
    this.#lastSeen.set(id, lastSeen);
    const { ownerId, hostIds, actingOwnerId = ownerId } = access;
    const watched = new Set([ownerId, ...hostIds, actingOwnerId]);
    for (const memberId of watched) if (roster.nameOf(memberId) !== null) lastSeen.lastAtMs.set(memberId, nowMs);
    this.#noteReturns(lastSeen, access, nowMs);
    for (const memberId of lastSeen.lastAtMs.keys()) if (!watched.has(memberId)) lastSeen.lastAtMs.delete(memberId);
    const awaySinceMs = (memberId: string) => lastSeen.lastAtMs.get(memberId) ?? lastSeen.sinceMs;
    const isMarked = (memberId: string) =>
      memberId === ownerId ? access.ownerAwaySinceMs !== undefined : access.hostsAwaySinceMs !== undefined && hostIds.includes(memberId);
    return {
      // Who is away by the record comes back by being seen; anybody else has a moment to reconnect.
      isThere: (memberId) => roster.nameOf(memberId) !== null || (!isMarked(memberId) && nowMs - awaySinceMs(memberId) < ABSENCE_GRACE_MS),
      awaySinceMs,
      candidates: () => roster.candidates(),
    };
  }
}
