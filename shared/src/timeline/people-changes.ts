import {
  type Access,
  BAN_ADDRESS_MS,
  BANNED_MAX,
  BANS_KEPT_MAX,
  CodedError,
  KICKED_MAX,
  MUTED_MAX,
  TIME_OUTS_MAX,
} from '../protocol/index.ts';
import type { AccessPatch, Change, DecisionContext, SessionAction } from './change.ts';
import { isShutOut } from './door.ts';
import { canModerate, isHost } from './permissions.ts';
import type { Ban, SessionRecord } from './session-record.ts';

type PeopleAction = Extract<SessionAction, { readonly kind: 'mute' | 'time-out' | 'kick' | 'ban' | 'unban' | 'admit' }>;

/** What a host's command about somebody makes of a session. @throws CodedError as it is refused */
export function changePeople(record: SessionRecord, action: PeopleAction, context: DecisionContext): Change {
  const { memberId } = action;
  if (action.kind === 'unban') return unban(record, memberId);
  if (action.kind !== 'admit' && !canModerate(record.access, context.actor.memberId, memberId)) {
    throw new CodedError('forbidden', 'You may not do this to this person.');
  }
  requireKnown(record, memberId, context);
  switch (action.kind) {
    case 'mute':
      return mute(record, memberId, action.muted);
    case 'time-out':
      return timeOut(record, memberId, action.minutes, context.nowMs);
    case 'kick':
      return kick(record, memberId);
    case 'ban':
      return ban(record, memberId, action.address, context);
    case 'admit':
      return admit(record, memberId, action.admit);
  }
}

/** @throws CodedError `not_found` for who was never here and left no mark in the record */
export function requireKnown(record: SessionRecord, memberId: string, { seen }: DecisionContext): void {
  if (isOnRecord(record, memberId) || seen(memberId) !== null) return;
  throw new CodedError('not_found', 'There is nobody like that here.');
}

/** Who has a role here, was shut out or acted, has been here, whatever presence remembers. */
function isOnRecord(record: SessionRecord, memberId: string): boolean {
  const { access, ops, playback } = record;
  return (
    isHost(access, memberId) ||
    isShutOut(record, memberId) ||
    access.mutedIds?.includes(memberId) === true ||
    access.timeOuts?.some((timeOut) => timeOut.memberId === memberId) === true ||
    ops.some((op) => op.memberId === memberId) ||
    playback.timeline.cause.memberId === memberId
  );
}

const without = (ids: readonly string[] = [], memberId: string) => ids.filter((id) => id !== memberId);

function mute({ access }: SessionRecord, memberId: string, muted: boolean): Change {
  const { mutedIds = [] } = access;
  if (mutedIds.includes(memberId) === muted) return {};
  if (muted && mutedIds.length >= MUTED_MAX) throw new CodedError('conflict', 'Too many people are muted. Let only hosts write instead.');
  return {
    access: { mutedIds: muted ? [...mutedIds, memberId] : without(mutedIds, memberId) },
    log: { kind: muted ? 'mute' : 'unmute', targetId: memberId },
  };
}

function timeOut({ access }: SessionRecord, memberId: string, minutes: number, nowMs: number): Change {
  const { timeOuts = [] } = access;
  const lasting = timeOuts.filter(({ untilMs }) => untilMs > nowMs);
  const others = lasting.filter((each) => each.memberId !== memberId);
  if (minutes === 0) {
    if (others.length === lasting.length) return {};
    return { access: { timeOuts: others }, log: { kind: 'end-time-out', targetId: memberId } };
  }
  if (others.length >= TIME_OUTS_MAX) throw new CodedError('conflict', 'Too many people have a time-out already.');
  return {
    access: { timeOuts: [...others, { memberId, untilMs: nowMs + minutes * 60_000 }] },
    log: { kind: 'time-out', targetId: memberId, detail: String(minutes) },
  };
}

/** What somebody no longer is who has to leave. */
function stripped({ hostIds, actingOwnerId }: Access, memberId: string): AccessPatch {
  return { hostIds: without(hostIds, memberId), ...(actingOwnerId === memberId ? { actingOwnerId: undefined } : {}) };
}

function kick(record: SessionRecord, memberId: string): Change {
  if (isShutOut(record, memberId)) return {};
  return {
    access: stripped(record.access, memberId),
    record: { kickedIds: [...(record.kickedIds ?? []), memberId].slice(-KICKED_MAX) },
    out: { memberId, reason: 'kicked' },
    log: { kind: 'kick', targetId: memberId },
  };
}

function ban(record: SessionRecord, memberId: string, withAddress: boolean, { nowMs, actor, seen }: DecisionContext): Change {
  const { bannedIds, bans = [], kickedIds } = record;
  const isBanned = bannedIds.includes(memberId);
  if (isBanned && !withAddress) return {};
  if (!isBanned && bannedIds.length >= BANNED_MAX) {
    throw new CodedError('conflict', 'The list of banned people is full. Let somebody back in first, or lock the party.');
  }
  const person = seen(memberId);
  const before = bans.find((each) => each.memberId === memberId);
  const hashes = withAddress ? (person?.addressHashes ?? []) : [];
  if (isBanned && hashes.length === 0) return {};
  const next: Ban = {
    memberId,
    name: person?.name ?? before?.name ?? null,
    byName: actor.name,
    atMs: nowMs,
    ...(before?.formerIds === undefined ? {} : { formerIds: before.formerIds }),
    ...(hashes.length === 0 ? {} : { address: { hashes, untilMs: nowMs + BAN_ADDRESS_MS } }),
  };
  return {
    access: stripped(record.access, memberId),
    record: {
      bannedIds: isBanned ? bannedIds : [...bannedIds, memberId],
      bans: [...bans.filter((each) => each !== before), next].slice(-BANS_KEPT_MAX),
      ...(kickedIds === undefined ? {} : { kickedIds: without(kickedIds, memberId) }),
    },
    out: { memberId, reason: 'banned' },
    log: { kind: 'ban', targetId: memberId, ...(hashes.length === 0 ? {} : { detail: 'address' }) },
  };
}

/** Lifts a ban, also from the guest that the person was before signing in. They come back like anybody else. */
function unban({ bannedIds, bans = [] }: SessionRecord, memberId: string): Change {
  if (!bannedIds.includes(memberId)) return {};
  const isOfThem = (ban: Ban) => ban.memberId === memberId || ban.formerIds?.includes(memberId) === true;
  const ids = new Set([memberId, ...bans.filter(isOfThem).flatMap((ban) => [ban.memberId, ...(ban.formerIds ?? [])])]);
  return {
    access: {},
    record: { bannedIds: bannedIds.filter((id) => !ids.has(id)), bans: bans.filter((each) => !ids.has(each.memberId)) },
    log: { kind: 'unban', targetId: memberId },
  };
}

/** Lets somebody in who knocked, or sends them away. */
function admit(record: SessionRecord, memberId: string, admitted: boolean): Change {
  if (record.bannedIds.includes(memberId)) throw new CodedError('conflict', 'This person was banned.');
  const isBack = admitted && record.kickedIds?.includes(memberId) === true;
  return {
    // Who is out is told with the settings, at their version.
    ...(isBack ? { access: {}, record: { kickedIds: without(record.kickedIds, memberId) } } : {}),
    log: { kind: admitted ? 'let-in' : 'turn-away', targetId: memberId },
  };
}
