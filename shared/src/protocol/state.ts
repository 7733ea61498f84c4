import type { Kept } from './kept.ts';
import type { Look } from './looks.ts';
import type { Door, ReplacedMedia, Right, RightHolder, TimeOut } from './roles.ts';
import type { MemberState, Role } from './schemas.ts';
import type { SubtitleTrack } from './subtitles.ts';

/** The kinds of media source a browser can be asked to play. */
export type MediaKind = 'file' | 'hls' | 'dash' | 'youtube' | 'vimeo' | 'twitch' | 'wistia' | 'spotify' | 'tiktok' | 'mux';

/** What a session plays. */
export interface Media {
  /** Content id: the same title has the same id everywhere. */
  readonly id: string;
  /** Absolute, or a path on this server (`/media/sample.mp4`). */
  readonly url: string;
  readonly kind: MediaKind;
  readonly title: string | null;
  /** Seconds, as a host of the session has stated it; null while nobody has. */
  readonly durationS: number | null;
}

/** Answer to `GET /api/v1/media`: what an address or a title is, without starting anything. */
export interface ResolvedMedia extends Media {
  /** Where the address itself asks to begin, in seconds. */
  readonly startS: number;
  /** What the content id is made of where the service has no ids; null for a title of this server. */
  readonly normalizedUrl: string | null;
}

/** What the server sees at an address: for what browsers may not tell their pages. */
export interface LinkLook {
  readonly outcome: 'answered' | 'unseen';
  readonly status: number | null;
  readonly what: 'file' | 'hls' | 'dash' | 'page' | 'other' | null;
  readonly codecs: readonly string[];
  readonly foreign: string | null;
  readonly cors: boolean | null;
}

export type TimelineCauseKind =
  | 'create'
  | 'play'
  | 'pause'
  | 'seek'
  | 'rate'
  | 'load'
  | 'duration'
  | 'anchor'
  | 'title'
  | 'empty'
  | 'restore'
  | 'restore-media';

/** Why the timeline is as it is: shown to people as "Ben jumped to 41:10". */
export interface TimelineCause {
  readonly kind: TimelineCauseKind;
  /** The member who did it; null where the server did. */
  readonly memberId: string | null;
  readonly name: string | null;
  /** For a seek: where the timeline was before, in seconds, so that it can be undone. */
  readonly fromPositionS?: number;
  /** For a load of something else: what was on before, which `restore-media` brings back. */
  readonly replaced?: ReplacedMedia;
}

/** The only truth about playback. Nobody broadcasts ticks: everybody computes. */
export interface Timeline {
  readonly mediaId: string;
  /** Seconds at `atMs`. */
  readonly positionS: number;
  readonly rate: number;
  readonly playing: boolean;
  /** Cluster milliseconds from which `positionS` holds; may lie in the future (a scheduled start). */
  readonly atMs: number;
  /** max(previous + 1, cluster ms): never goes back. */
  readonly version: number;
  readonly cause: TimelineCause;
}

/** Timeline and medium travel together, so that one can never be followed without the other. */
export interface Playback {
  readonly timeline: Timeline;
  readonly media: Media;
}

/** Settings, roles and what was added for everyone, with a version of their own. */
export interface Access {
  readonly version: number;
  readonly name: string;
  /** Who may play, pause, seek and change speed: the right `control`. */
  readonly control: RightHolder;
  /** Who has the other rights; absent as by `RIGHTS_BY_DEFAULT`. */
  readonly rights?: Readonly<Partial<Record<Exclude<Right, 'control'>, RightHolder>>>;
  /** Absent where it is open. */
  readonly door?: Door;
  /** How often the link was changed; absent where it never was. */
  readonly linkVersion?: number;
  readonly ownerId: string;
  readonly hostIds: readonly string[];
  /** Who acts as the owner while that one is away, and is a host meanwhile; absent where nobody does. */
  readonly actingOwnerId?: string;
  /** Since when the owner, and since when everybody who is a host, is away, in cluster milliseconds; absent while they are there. */
  readonly ownerAwaySinceMs?: number;
  readonly hostsAwaySinceMs?: number;
  /** Who may not write; absent where nobody is muted. */
  readonly mutedIds?: readonly string[];
  /** Those of before stay until the next change. */
  readonly timeOuts?: readonly TimeOut[];
  /** In the order they were added, of all media the party has watched; absent while there are none. */
  readonly subtitles?: readonly SubtitleTrack[];
}

/** One person in a session, with the health of their playback. */
export interface Member {
  readonly memberId: string;
  /** Nobody else's in a party of up to 100: a number is put behind one that is taken. */
  readonly name: string;
  /** Chosen, or given; nobody else's in a small party. */
  readonly look: Look;
  readonly role: Role;
  readonly state: MemberState;
  /** Milliseconds from the timeline as their own player measures it; null where unknown. */
  readonly driftMs: number | null;
  /** How many of their tabs or devices are in the session. */
  readonly devices: number;
  /** Present where the name is that of the owner or a host, or looks like it, and they are neither. */
  readonly lookalike?: true;
}

export interface RosterPage {
  /** Counts the presence changes of this instance's view of the session; a gap means: ask again. */
  readonly revision: number;
  readonly count: number;
  readonly members: readonly Member[];
  /** Where the next page begins; null on the last. */
  readonly nextOffset: number | null;
}

/** `session:presence`: what changed since the revision before. */
export interface PresenceChange {
  readonly revision: number;
  readonly count: number;
  /** Empty in sessions above `LIVE_ROSTER_MAX`, but for the hosts. */
  readonly changed: readonly Member[];
  readonly left: readonly string[];
}

/** Answer to `session:join`: the whole truth about the session at this moment. */
export interface JoinSnapshot extends Kept {
  readonly sessionId: string;
  readonly createdAtMs: number;
  readonly playback: Playback;
  readonly access: Access;
  readonly roster: RosterPage;
  readonly you: { readonly memberId: string; readonly role: Role };
  /** How often to report, in milliseconds. */
  readonly reportIntervalMs: number;
}

/** Answer to `clock:ping`. */
export interface ClockPong {
  /** Cluster milliseconds when the server read the ping and when it wrote this. */
  readonly receivedAtMs: number;
  readonly sentAtMs: number;
  /** Which process answered: samples of different processes are never mixed. */
  readonly instanceId: string;
  /** Only where very many ask: the client should ask again after so long at the earliest, in milliseconds. */
  readonly restMs?: number;
}

/** Answer to a playback command: the versions it made, and the timeline that now holds. */
export interface CommandResult extends Kept {
  readonly version: number;
  /** False where the command found things already as it wanted them, or was a repeat of one that did. */
  readonly changed: boolean;
}

/** Answer to `member:report`. */
export interface ReportResult extends Kept {
  readonly version: number;
  readonly accessVersion: number;
  /** Present only where the reporter is behind. */
  readonly playback?: Playback;
  readonly access?: Access;
  readonly presenceRevision: number;
  readonly reportIntervalMs: number;
}

/** Answer to `POST /api/v1/sessions` and `GET /api/v1/sessions/:id`. */
export interface SessionInfo extends Kept {
  readonly id: string;
  /** The link to share. */
  readonly url: string;
  readonly name: string;
  readonly media: Media;
  readonly playing: boolean;
  readonly positionS: number;
  readonly memberCount: number;
  /** How the first few of them look, hosts first. */
  readonly faces: readonly Look[];
  readonly control: RightHolder;
  readonly createdAtMs: number;
  /** True for the viewer who made the session. */
  readonly owner: boolean;
}
