import { isPartyNameOf, partyNameFor } from '../media/party-name.ts';
import type { Access, CommandResult, Media, ModerationEntry, Playback, RightHolder, TimelineCause } from '../protocol/index.ts';
import { nextVersion } from './position.ts';

/** An answered command, remembered so that its repeat is answered and not applied. */
export interface RememberedOp {
  readonly opId: string;
  readonly memberId: string;
  readonly result: CommandResult;
}

/**
 * Mark of a companion in the record of its session: which version of it belongs to the record, and the last commits that
 * changed it, so that one that got no answer can be told from one that never happened.
 */
export interface CompanionMark {
  readonly version: number;
  /** Oldest first, at most `COMPANION_COMMITS_MAX`. */
  readonly commits: readonly string[];
}

/** Commits of a companion that its mark remembers. */
export const COMPANION_COMMITS_MAX = 32;

/** What hosts are told of a ban, and the address that is kept out with it for a while. */
export interface Ban {
  readonly memberId: string;
  readonly name: string | null;
  readonly byName: string;
  /** Cluster milliseconds. */
  readonly atMs: number;
  /** Banned guests whom they were before they signed in: lifted with it. */
  readonly formerIds?: readonly string[];
  /** Keyed hashes that say nothing outside the session; absent where no address is kept out. */
  readonly address?: { readonly hashes: readonly string[]; readonly untilMs: number };
}

/** What was on before it was replaced. */
export interface Replaced {
  readonly media: Media;
  readonly positionS: number;
  readonly rate: number;
  /** Who replaced it: they may bring it back whatever they may otherwise. */
  readonly byId: string;
  /** Cluster milliseconds. */
  readonly untilMs: number;
}

/** Everything a session is, committed as one by compare-and-set on `version`. Holds no identity beyond the session. */
export interface SessionRecord {
  readonly id: string;
  readonly createdAtMs: number;
  /** Rises with every commit; the timeline's and the access's own versions say when each of them last changed. */
  readonly version: number;
  readonly playback: Playback;
  readonly access: Access;
  /**
   * Has somebody named it? Else it is called as what it watches. Absent in records of before this was kept: there the name
   * itself tells.
   */
  readonly named?: boolean;
  /** People to whom it is not open, at most `BANNED_MAX`. */
  readonly bannedIds: readonly string[];
  /** Of the last of those what else is known, oldest first, at most `BANS_KEPT_MAX`. */
  readonly bans?: readonly Ban[];
  /** People who were kicked and have to knock, whatever the door is, oldest first, at most `KICKED_MAX`. */
  readonly kickedIds?: readonly string[];
  /** What hosts did, oldest first, at most `MODERATION_LOG_MAX`. */
  readonly log?: readonly ModerationEntry[];
  /** The last medium that was replaced by another. */
  readonly replaced?: Replaced;
  /** What a link needs to let new people in; absent while the first link counts. */
  readonly linkKey?: string;
  /** Oldest first, at most `REMEMBERED_OPS`. */
  readonly ops: readonly RememberedOp[];
  /** Digest of the request that made it, where that named an idempotency key: its repeat is told from another request. */
  readonly requestDigest?: string;
  /** By name: what other features keep of the session beside this record, which is committed with it. Absent while there is nothing. */
  readonly companions?: Readonly<Record<string, CompanionMark>>;
  /** Set when the owner ended the session for good. */
  readonly endedAtMs: number | null;
}

/** A new session, paused where its medium begins. */
export function createSessionRecord(init: {
  readonly id: string;
  readonly nowMs: number;
  readonly owner: { readonly memberId: string; readonly name: string | null };
  /** Null where nobody has named it. */
  readonly name: string | null;
  readonly control: RightHolder;
  readonly media: Media;
  readonly startS: number;
  readonly requestDigest?: string | null;
}): SessionRecord {
  const version = nextVersion(0, init.nowMs);
  const cause: TimelineCause = { kind: 'create', memberId: init.owner.memberId, name: init.owner.name };
  return {
    id: init.id,
    createdAtMs: Math.floor(init.nowMs),
    version,
    playback: {
      media: init.media,
      timeline: {
        mediaId: init.media.id,
        positionS: init.startS,
        rate: 1,
        playing: false,
        atMs: init.nowMs,
        version,
        cause,
      },
    },
    access: {
      version,
      name: init.name ?? partyNameFor(init.media),
      control: init.control,
      ownerId: init.owner.memberId,
      hostIds: [],
    },
    named: init.name !== null,
    bannedIds: [],
    ops: [],
    ...(init.requestDigest ? { requestDigest: init.requestDigest } : {}),
    endedAtMs: null,
  };
}

/** Has somebody named the party, so that it keeps its name whatever it watches? */
export function isNamed({ named, access, playback }: SessionRecord): boolean {
  return named ?? !isPartyNameOf(playback.media, access.name);
}
