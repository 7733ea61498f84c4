import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { CreateSessionRequest, MemberState } from '@cowatch/shared/protocol';
import { nextVersion, type SessionRecord } from '@cowatch/shared/timeline';
import {
  PRESENCE_INTERVAL_MAX_MS,
  PRESENCE_INTERVAL_MIN_MS,
  PRESENCE_INTERVAL_PER_MEMBER_MS,
  REPORT_INTERVAL_MIN_MS,
  REPORTS_PER_S,
} from './session.limits.ts';

/** A new session's id: 128 random bits, so that a link is not guessed. */
export function newSessionId(): string {
  return randomBytes(16).toString('base64url');
}

/** The key of a link that was changed: 96 random bits. */
export function newLinkKey(): string {
  return randomBytes(12).toString('base64url');
}

/** Path and query of a party's link, with the key that it needs once it was changed. */
export function linkPath({ id, linkKey }: Pick<SessionRecord, 'id' | 'linkKey'>): string {
  return `/s/${id}${linkKey === undefined ? '' : `?k=${linkKey}`}`;
}

/**
 * The id of the session that a viewer makes under an idempotency key: the same each time, on every instance, and as hard
 * to guess as any other.
 *
 * @param key derived for this purpose alone
 */
export function sessionIdFor(key: Buffer, viewerId: string, idempotencyKey: string): string {
  return createHmac('sha256', key).update(`${viewerId}:${idempotencyKey}`).digest('base64url').slice(0, 22);
}

/** Tells one request from another; its members come in the order of its schema. */
export function digestOf(request: CreateSessionRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}

/**
 * Who a person is within one session. Another session sees them under an unrelated id, and nobody without the key can
 * tell which viewer is behind one.
 *
 * @param key derived for this purpose alone
 */
export function memberIdOf(key: Buffer, sessionId: string, viewerId: string): string {
  return createHmac('sha256', key).update(`${sessionId}:${viewerId}`).digest('base64url').slice(0, 12);
}

/** How often each connection reports, in milliseconds: so that all of one session's reports stay below `REPORTS_PER_S`. */
export function reportIntervalMs(connections: number): number {
  return Math.max(REPORT_INTERVAL_MIN_MS, Math.ceil((connections * 1000) / REPORTS_PER_S));
}

/** For how long changes among people are gathered, in milliseconds. */
export function presenceIntervalMs(members: number): number {
  return Math.min(PRESENCE_INTERVAL_MAX_MS, Math.max(PRESENCE_INTERVAL_MIN_MS, members * PRESENCE_INTERVAL_PER_MEMBER_MS));
}

/** Health of one connection of a member, by its own word; shown to others, believed for nothing else. */
export interface ConnectionHealth {
  readonly state: MemberState;
  readonly driftMs: number | null;
}

/** Who speaks for a member with several connections: the one that watches most comes first. */
const RANK: Readonly<Record<MemberState, number>> = {
  playing: 0,
  buffering: 1,
  advert: 2,
  paused: 3,
  ended: 4,
  blocked: 5,
  background: 6,
  unplayable: 7,
  joining: 8,
  away: 9,
};

/** The health shown for a member: that of the connection that watches most, and of two alike the one closer to the timeline. */
export function mergeHealth(connections: Iterable<ConnectionHealth>): ConnectionHealth {
  let best: ConnectionHealth = { state: 'away', driftMs: null };
  for (const health of connections) {
    const ahead = RANK[best.state] - RANK[health.state];
    if (ahead > 0 || (ahead === 0 && distance(health) < distance(best))) best = health;
  }
  return best;
}

const distance = ({ driftMs }: ConnectionHealth) => (driftMs === null ? Number.POSITIVE_INFINITY : Math.abs(driftMs));

/**
 * A session as its snapshot has it, at versions above all that people may have been told before the live record was
 * lost: nothing else would make everybody agree on it. One that has ended stays as it is.
 */
export function restoreLost(record: SessionRecord, nowMs: number): SessionRecord {
  if (record.endedAtMs !== null) return record;
  const version = nextVersion(record.version, nowMs);
  const { media, timeline } = record.playback;
  const cause = timeline.version === record.version && timeline.cause.kind === 'empty' ? timeline.cause : RESTORED;
  return {
    ...record,
    version,
    playback: { media, timeline: { ...timeline, version, cause } },
    access: { ...record.access, version },
  };
}

const RESTORED = { kind: 'restore', memberId: null, name: null } as const;
