import { type Access, type ModerationEntry, SUCCESSION_MS } from '../protocol/index.ts';
import { type AccessPatch, patched } from './change.ts';
import { isShutOut } from './door.ts';
import { logged } from './moderation-log.ts';
import { isHost, timeOutUntilMs } from './permissions.ts';
import { nextVersion } from './position.ts';
import { passedOn, unrestricted } from './restrictions.ts';
import type { SessionRecord } from './session-record.ts';

/** Somebody who is there, and could act as the owner. */
export interface Candidate {
  readonly memberId: string;
  readonly name: string;
  /** Since when they are there, in cluster milliseconds; a reconnect does not count. */
  readonly sinceMs: number;
  readonly hasAccount: boolean;
}

/** Who is there, as presence has it. */
export interface Attendance {
  /** Is this person there, or gone so shortly that they may only be reconnecting? */
  isThere(memberId: string): boolean;
  /** Since when this person is away, in cluster milliseconds, as far as this instance has seen. */
  awaySinceMs(memberId: string): number;
  /** Those who are there for certain. */
  candidates(): Iterable<Candidate>;
}

/**
 * What presence makes of owner and hosts: who is away is noted with the time, a host acts as an owner who has been away for
 * `SUCCESSION_MS`, and who comes back has it all back. Null where all of it is so already. Pure, and the same on every instance: of
 * several instances the first to commit decides, and for the others there is nothing left to do.
 */
export function attended(record: SessionRecord, attendance: Attendance, nowMs: number): SessionRecord | null {
  const { access, endedAtMs } = record;
  if (endedAtMs !== null) return null;
  const { ownerId, hostIds } = access;
  const ownerThere = attendance.isThere(ownerId);
  const hostThere = ownerThere || hostIds.some((id) => attendance.isThere(id));
  const ownerSinceMs = ownerThere ? undefined : (access.ownerAwaySinceMs ?? attendance.awaySinceMs(ownerId));
  const hostsSinceMs = hostThere ? undefined : (access.hostsAwaySinceMs ?? lastOf([ownerId, ...hostIds], attendance));
  const acting = actingOwner(access, attendance, { ownerThere, hostThere, ownerSinceMs, nowMs });
  const actingOwnerId = acting?.memberId;
  if (ownerSinceMs === access.ownerAwaySinceMs && hostsSinceMs === access.hostsAwaySinceMs && actingOwnerId === access.actingOwnerId) {
    return null;
  }
  const patch: AccessPatch = { ownerAwaySinceMs: ownerSinceMs, hostsAwaySinceMs: hostsSinceMs, actingOwnerId };
  const version = nextVersion(record.version, nowMs);
  const next = { ...record, version, access: patched(access, patch, version) };
  if (actingOwnerId === access.actingOwnerId) return next;
  const target = acting === undefined ? access.actingOwnerId : acting.memberId;
  const entry: ModerationEntry = {
    atMs: nowMs,
    kind: acting === undefined ? 'return' : 'succession',
    by: null,
    target: target === undefined ? null : { memberId: target, name: acting?.name ?? null },
    detail: null,
  };
  return { ...next, log: logged(record.log, entry) };
}

const lastOf = (memberIds: readonly string[], attendance: Attendance) =>
  Math.max(...memberIds.map((memberId) => attendance.awaySinceMs(memberId)));

/** Who is to act as the owner. */
function actingOwner(
  access: Access,
  attendance: Attendance,
  at: { readonly ownerThere: boolean; readonly hostThere: boolean; readonly ownerSinceMs: number | undefined; readonly nowMs: number },
): { readonly memberId: string; readonly name: string | null } | undefined {
  const { hostIds, actingOwnerId } = access;
  if (at.ownerThere) return undefined;
  const isHostActing = actingOwnerId !== undefined && hostIds.includes(actingOwnerId);
  // A member acts while no host is there.
  const stays = actingOwnerId !== undefined && attendance.isThere(actingOwnerId) && (isHostActing || !at.hostThere);
  if (stays) return { memberId: actingOwnerId, name: null };
  if (at.ownerSinceMs === undefined || at.nowMs - at.ownerSinceMs < SUCCESSION_MS) return undefined;
  return longestPresent(access, attendance.candidates(), at.nowMs);
}

/** The longest-present host; else the longest-present member with an account, else the longest-present who may write. */
function longestPresent(access: Access, candidates: Iterable<Candidate>, nowMs: number): Candidate | undefined {
  const rank = ({ memberId, hasAccount }: Candidate) => (access.hostIds.includes(memberId) ? 2 : hasAccount ? 1 : 0);
  let best: Candidate | undefined;
  for (const candidate of candidates) {
    const { memberId, sinceMs } = candidate;
    if (access.mutedIds?.includes(memberId) || timeOutUntilMs(access, memberId, nowMs) !== null) continue;
    const ahead = best === undefined ? 1 : rank(candidate) - rank(best) || best.sinceMs - sinceMs || (memberId < best.memberId ? 1 : -1);
    if (ahead > 0) best = candidate;
  }
  return best;
}

/**
 * Somebody takes the place of guests whom they were before they signed in: their roles are this member's now, and so is what
 * was taken from them: signing in sheds no ban. Who runs the party by a role of their own is kept from nothing by a guest whom
 * hosts took for somebody else. Null where there was none of it.
 *
 * @param isGuestAgain the member is a guest who was taken out of an account again, and that account is what they were
 */
export function succeedGuests(
  record: SessionRecord,
  guestIds: readonly string[],
  memberId: string,
  nowMs: number,
  isGuestAgain = false,
): SessionRecord | null {
  const { access, endedAtMs } = record;
  const isGuest = (id: string) => guestIds.includes(id);
  const hadRole = [access.ownerId, ...access.hostIds, access.actingOwnerId ?? ''].some(isGuest);
  const becomesOwner = isGuest(access.ownerId);
  const restrictions = becomesOwner
    ? unrestricted(record, memberId)
    : isHost(access, memberId)
      ? null
      : passedOn(record, isGuest, memberId, isGuestAgain);
  if (endedAtMs !== null || !(hadRole || restrictions !== null)) return null;
  const ownerId = becomesOwner ? memberId : access.ownerId;
  const others = access.hostIds.filter((id) => !isGuest(id) && id !== memberId);
  const version = nextVersion(record.version, nowMs);
  const isOut = isShutOut({ ...record, ...restrictions?.record }, memberId);
  const isHostNow = !isOut && ownerId !== memberId && (access.hostIds.some(isGuest) || access.hostIds.includes(memberId));
  const actsNow = !isOut && ownerId !== memberId;
  const patch: AccessPatch = {
    ownerId,
    hostIds: isHostNow ? [...others, memberId] : others,
    ...(isGuest(access.actingOwnerId ?? '') ? { actingOwnerId: actsNow ? memberId : undefined } : {}),
    ...restrictions?.access,
  };
  return { ...record, ...restrictions?.record, version, access: patched(access, patch, version) };
}
