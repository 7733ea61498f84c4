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
interface Sightings {
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
  readonly #sightings = new Map<string, Sightings>();
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
    for (const sessionId of this.#sightings.keys()) if (!occupied.has(sessionId)) this.#sightings.delete(sessionId);
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
  #noteReturns(sightings: Sightings, { ownerId, hostIds, ownerAwaySinceMs, hostsAwaySinceMs }: Access, nowMs: number): void {
    if (sightings.ownerMarked && ownerAwaySinceMs === undefined) sightings.lastAtMs.set(ownerId, nowMs);
    if (sightings.hostsMarked && hostsAwaySinceMs === undefined) for (const id of hostIds) sightings.lastAtMs.set(id, nowMs);
    sightings.ownerMarked = ownerAwaySinceMs !== undefined;
    sightings.hostsMarked = hostsAwaySinceMs !== undefined;
  }

  #see({ id, access }: SessionRecord, roster: SessionRoster, nowMs: number): Attendance {
    const sightings = this.#sightings.get(id) ?? {
      sinceMs: nowMs,
      ownerMarked: false,
      hostsMarked: false,
      lastAtMs: new Map<string, number>(),
    };
    this.#sightings.set(id, sightings);
    const { ownerId, hostIds, actingOwnerId = ownerId } = access;
    const watched = new Set([ownerId, ...hostIds, actingOwnerId]);
    for (const memberId of watched) if (roster.nameOf(memberId) !== null) sightings.lastAtMs.set(memberId, nowMs);
    this.#noteReturns(sightings, access, nowMs);
    for (const memberId of sightings.lastAtMs.keys()) if (!watched.has(memberId)) sightings.lastAtMs.delete(memberId);
    const awaySinceMs = (memberId: string) => sightings.lastAtMs.get(memberId) ?? sightings.sinceMs;
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
