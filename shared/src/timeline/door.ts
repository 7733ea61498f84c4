import { CodedError } from '../protocol/index.ts';
import { isHost } from './permissions.ts';
import type { SessionRecord } from './session-record.ts';

/** Somebody who wants in. */
export interface Comer {
  /** Who they are here, and who they were before they signed in. */
  readonly memberIds: readonly [string, ...string[]];
  /** Keyed hash of the address they come from; null where that cannot be told. */
  readonly addressHash: string | null;
  /** What their link holds. */
  readonly linkKey: string | null;
  /** Has been in the party before, or was let in. */
  readonly isKnown: boolean;
}

/** What becomes of somebody who wants in: they may, a host is asked, or the party is not open to them. */
export type Entry = 'in' | 'knock' | 'closed';

/**
 * Whether somebody may come in. Banned, locked and an old link are one and the same to who asks. Owner and hosts always may; an
 * address shuts neither them out.
 * @param nowMs cluster milliseconds: an address is kept out for a while
 */
export function entryOf(record: SessionRecord, { memberIds, addressHash, linkKey, isKnown }: Comer, nowMs: number): Entry {
  const { access } = record;
  if (memberIds.some((id) => record.bannedIds.includes(id))) return 'closed';
  if (memberIds.some((id) => isHost(access, id))) return 'in';
  if (addressHash !== null && keptOutAddresses(record, nowMs).includes(addressHash)) return 'closed';
  const wasKicked = memberIds.some((id) => record.kickedIds?.includes(id));
  if (isKnown && !wasKicked) return 'in';
  if (access.door === 'locked' || (record.linkKey !== undefined && record.linkKey !== linkKey)) return 'closed';
  return access.door === 'knock' || wasKicked ? 'knock' : 'in';
}

/** Could it matter whether somebody has been in the party before? Asked before that is looked up. */
export const asksForKnown = ({ access, linkKey, kickedIds }: SessionRecord): boolean =>
  (access.door ?? 'open') !== 'open' || linkKey !== undefined || (kickedIds?.length ?? 0) > 0;

/** Does this link let new people in? Of a party that it does not open, people outside learn nothing. */
export const letsNewPeopleIn = ({ access, linkKey }: SessionRecord, ofLink: string | null): boolean =>
  (access.door ?? 'open') === 'open' && (linkKey === undefined || linkKey === ofLink);

/** Hashes of the addresses that are kept out now. */
export function keptOutAddresses({ bans = [] }: Pick<SessionRecord, 'bans'>, nowMs: number): readonly string[] {
  return bans.flatMap(({ address }) => (address !== undefined && address.untilMs > nowMs ? address.hashes : []));
}

/** Was this person banned or kicked, and not let in since? */
export const isShutOut = ({ bannedIds, kickedIds }: SessionRecord, memberId: string): boolean =>
  bannedIds.includes(memberId) || kickedIds?.includes(memberId) === true;

/** The one refusal of who is banned, of everybody new where it is locked, and of an old link. */
export const notOpen = (): CodedError => new CodedError('forbidden', 'This party isn’t open to you.', undefined, 'not_open');

/** The refusal of who has knocked, and waits. */
export const mustKnock = (): CodedError =>
  new CodedError('forbidden', 'A host lets new people in. You are told as soon as one does.', undefined, 'knock');

/** Is anybody here kept from something? */
export const restrictsSomebody = ({ access, bannedIds, kickedIds = [] }: SessionRecord): boolean =>
  [access.mutedIds ?? [], access.timeOuts ?? [], bannedIds, kickedIds].some((list) => list.length > 0);

/** Is this person kept from something here: muted, with a time-out, kicked or banned? */
export const isRestricted = (record: SessionRecord, memberId: string): boolean =>
  isShutOut(record, memberId) ||
  record.access.mutedIds?.includes(memberId) === true ||
  record.access.timeOuts?.some((timeOut) => timeOut.memberId === memberId) === true;
