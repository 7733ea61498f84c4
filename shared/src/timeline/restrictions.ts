import { type Access, BANNED_MAX, BANS_KEPT_MAX, KICKED_MAX, MUTED_MAX, TIME_OUTS_MAX } from '../protocol/index.ts';
import type { AccessPatch } from './change.ts';
import { isRestricted } from './door.ts';
import type { SessionRecord } from './session-record.ts';

type TimeOut = NonNullable<Access['timeOuts']>[number];

/** What keeps people from something, as it is to be. */
export interface Restrictions {
  readonly access: Pick<AccessPatch, 'mutedIds' | 'timeOuts'>;
  readonly record: Partial<Pick<SessionRecord, 'bannedIds' | 'bans' | 'kickedIds'>>;
}

/**
 * What guests were kept from, for the member that they are now; null where there is nothing new. It moves on to them, so that
 * what is lifted once is lifted. A guest who is one again has what their account has. Of a ban both have it, and it is lifted of
 * both. On a full list the member takes the guest's place.
 */
export function passedOn(
  record: SessionRecord,
  isGuest: (id: string) => boolean,
  memberId: string,
  isGuestAgain: boolean,
): Restrictions | null {
  const { access, bannedIds, bans = [], kickedIds = [] } = record;
  const { mutedIds = [], timeOuts = [] } = access;
  const passes = (ids: readonly string[]) => ids.some(isGuest) && !(isGuestAgain && ids.includes(memberId));
  const others = (ids: readonly string[]) => ids.filter((id) => id !== memberId && !isGuest(id));
  const joined = (ids: readonly string[], max: number) => [...(ids.length < max ? ids : others(ids)), memberId];
  const moved = (ids: readonly string[], max: number) => (isGuestAgain ? joined(ids, max) : [...others(ids), memberId]);
  const isBanned = bannedIds.some(isGuest) && !bannedIds.includes(memberId);
  const [mutes, isKicked] = [passes(mutedIds), passes(kickedIds)];
  const timesOut = passes(timeOuts.map((each) => each.memberId));
  if (!(mutes || timesOut || isBanned || isKicked)) return null;
  const ban = bans.find((each) => isGuest(each.memberId));
  const formerIds = bannedIds.filter(isGuest);
  return {
    access: {
      ...(mutes ? { mutedIds: moved(mutedIds, MUTED_MAX) } : {}),
      ...(timesOut ? { timeOuts: movedTimeOuts(timeOuts, isGuest, memberId, isGuestAgain) } : {}),
    },
    record: {
      ...(isBanned ? { bannedIds: joined(bannedIds, BANNED_MAX) } : {}),
      ...(isBanned && ban ? { bans: [...bans, { ...ban, memberId, formerIds }].slice(-BANS_KEPT_MAX) } : {}),
      ...(isKicked ? { kickedIds: moved(kickedIds, KICKED_MAX) } : {}),
    },
  };
}

/** The longest of theirs counts. */
function movedTimeOuts(
  timeOuts: readonly TimeOut[],
  isGuest: (id: string) => boolean,
  memberId: string,
  isGuestAgain: boolean,
): readonly TimeOut[] {
  const isTheirs = (each: TimeOut) => each.memberId === memberId || isGuest(each.memberId);
  const untilMs = Math.max(...timeOuts.filter(isTheirs).map((each) => each.untilMs));
  const keepsAll = isGuestAgain && timeOuts.length < TIME_OUTS_MAX;
  return [...(keepsAll ? timeOuts : timeOuts.filter((each) => !isTheirs(each))), { memberId, untilMs }];
}

/** Nothing keeps somebody from anything any more: nobody could take it from an owner. Null where nothing does. */
export function unrestricted(record: SessionRecord, memberId: string): Restrictions | null {
  if (!isRestricted(record, memberId)) return null;
  const { access, bannedIds, bans, kickedIds } = record;
  const { mutedIds, timeOuts } = access;
  const isAnother = (id: string) => id !== memberId;
  return {
    access: {
      ...(mutedIds === undefined ? {} : { mutedIds: mutedIds.filter(isAnother) }),
      ...(timeOuts === undefined ? {} : { timeOuts: timeOuts.filter((each) => isAnother(each.memberId)) }),
    },
    record: {
      bannedIds: bannedIds.filter(isAnother),
      ...(bans === undefined ? {} : { bans: bans.filter((each) => isAnother(each.memberId)) }),
      ...(kickedIds === undefined ? {} : { kickedIds: kickedIds.filter(isAnother) }),
    },
  };
}
