import type { Kept } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import type { MemberRegistry } from './membership/member.registry.ts';
import type { LocalRoster } from './presence/local-roster.ts';
import type { Decide, Outcome } from './session.commits.ts';
import type { Companion } from './session.companion.ts';
import type { SessionLead } from './session.lead.ts';
import type { SessionService } from './session.service.ts';

/** Sessions for features that keep something beside their records. Times are cluster milliseconds. */
export interface Parties {
  /** Sessions with people on this instance. */
  attended(): Iterable<string>;
  /** The newest record that is cached here, without asking anybody; null where none is. */
  cached(sessionId: string): SessionRecord | null;
  /** A companion as it is cached here, where it belongs to that record; null where it must be read. */
  cachedCompanion(sessionId: string, name: string): Companion | null;
  /** A session and its companion as they were last committed together. @throws CodedError `not_found`, `gone`, `unavailable` */
  readWith(
    sessionId: string,
    name: string,
    nowMs: number,
  ): Promise<{ readonly record: SessionRecord; readonly companion: Companion | null }>;
  /**
   * Commits what is decided on a session and its companion, both in one step; decided anew where another commit came first.
   * @throws CodedError as `decide` throws; `not_found`, `unavailable`
   */
  updateWith<T>(sessionId: string, name: string, nowMs: number, decide: Decide<T>): Promise<Outcome<T>>;
  /** What an answer may promise that tells the newest state of a session. */
  kept(sessionId: string): Kept;
  /** How far ahead a start is scheduled, in milliseconds. */
  leadMs(sessionId: string, nowMs: number): number;
  /** Who a viewer is within a session. */
  memberId(sessionId: string, viewerId: string): string;
  /** People of a session that is attended here, on all instances, who are not away. */
  present(sessionId: string): number;
  /** Is this member known to be there, on any instance? Null where that cannot be told: of a crowd not all are named. */
  isThere(sessionId: string, memberId: string): boolean | null;
}

export interface PartiesDeps {
  readonly sessions: SessionService;
  readonly registry: Pick<MemberRegistry, 'membersOf'>;
  readonly roster: Pick<LocalRoster, 'of' | 'all'>;
  readonly lead: Pick<SessionLead, 'leadMs'>;
}

export function createParties({ sessions, registry, roster, lead }: PartiesDeps): Parties {
  return {
    *attended() {
      for (const [sessionId] of roster.all()) yield sessionId;
    },
    cached: (sessionId) => sessions.cached(sessionId),
    cachedCompanion: (sessionId, name) => sessions.cachedCompanion(sessionId, name),
    readWith: (sessionId, name, nowMs) => sessions.readWith(sessionId, name, nowMs),
    updateWith: (sessionId, name, nowMs, decide) => sessions.updateWith(sessionId, name, nowMs, decide),
    kept: (sessionId) => sessions.kept(sessionId),
    leadMs: (sessionId, nowMs) => lead.leadMs(sessionId, nowMs),
    memberId: (sessionId, viewerId) => sessions.memberId(sessionId, viewerId),
    present: (sessionId) => roster.of(sessionId)?.present() ?? 0,
    isThere(sessionId, memberId) {
      const ofSession = roster.of(sessionId);
      if (ofSession?.nameOf(memberId) != null || (registry.membersOf(sessionId)?.of(memberId).size ?? 0) > 0) return true;
      return ofSession?.isWhole ? false : null;
    },
  };
}
