import { partyNameFor } from '../media/party-name.ts';
import { isSameFile } from '../media/same-file.ts';
import {
  type Access,
  BANNED_MAX,
  COMMAND_MAX_AGE_MS,
  CodedError,
  type CommandResult,
  HOSTS_MAX,
  type Media,
  type Playback,
  type PlaybackCommand,
  REMEMBERED_OPS,
  type SessionCommand,
  type SubtitleAction,
  type Timeline,
  type TimelineCause,
} from '../protocol/index.ts';
import { canControl, canKick, isHost, roleOf } from './permissions.ts';
import { clampPosition, LENGTH_AGREEMENT_S, nextVersion, playbackPositionAt } from './position.ts';
import { isNamed, type SessionRecord } from './session-record.ts';
import { changeSubtitles, moveSubtitles } from './subtitles.ts';

/** A pauser's own position counts when it is this close to the timeline: then all stop on the frame they saw. */
const PAUSE_AGREEMENT_S = 0.25;

/** A play this close to the end starts over. */
const END_MARGIN_S = 0.25;

/** Commands that are decided against the record; one's own name lives in presence and is none of them. */
export type SessionAction = Exclude<SessionCommand, { kind: 'own-name' | 'own-look' }>;

/** A `load` arrives here with its medium already looked up. */
export type PlaybackAction =
  | Exclude<PlaybackCommand, { kind: 'load' }>
  | (Omit<Extract<PlaybackCommand, { kind: 'load' }>, 'media'> & { readonly media: Media; readonly startS: number });

export type Action = PlaybackAction | SessionAction | SubtitleAction;

/** A medium that is put on; without a position where its link says, or, with a new link of what is on, where that is. */
type LoadedMedia = Pick<Extract<PlaybackAction, { readonly kind: 'load' }>, 'media' | 'startS' | 'positionS'>;

export interface DecisionContext {
  /** Cluster milliseconds. */
  readonly nowMs: number;
  /** Who acts, as the login and the roster say; never as the message says. */
  readonly actor: { readonly memberId: string; readonly name: string };
  /** How far ahead a start is scheduled, in milliseconds (`leadMsFor`). */
  readonly leadMs: number;
  /** Is this somebody in the session, or who was lately? Presence knows; the record knows those who left a mark in it. */
  isSeen(memberId: string): boolean;
}

export type Decision =
  /** Commit `next` if the record is still at the version it was decided on; then tell. */
  | { readonly kind: 'commit'; readonly next: SessionRecord; readonly result: CommandResult; readonly effects: Effects }
  /** Seen before: give the same answer again. */
  | { readonly kind: 'repeat'; readonly result: CommandResult }
  | { readonly kind: 'refused'; readonly error: CodedError };

/** What a commit changed, and whom it concerns. */
export interface Effects {
  readonly playback: boolean;
  readonly access: boolean;
  readonly kickedId: string | null;
  readonly ended: boolean;
}

/**
 * What a command makes of a session. Pure: the same record, command and context give the same decision, so that a lost
 * compare-and-set is simply decided again on the newer record.
 */
export function decide(record: SessionRecord, action: Action, context: DecisionContext): Decision {
  const seen = record.ops.find((op) => op.opId === action.opId && op.memberId === context.actor.memberId);
  if (seen) return { kind: 'repeat', result: seen.result };
  try {
    assertTimely(record, action.issuedAtMs, context);
    const change = changeFor(record, action, context);
    return commit(record, action.opId, change, context);
  } catch (error) {
    if (error instanceof CodedError) return { kind: 'refused', error };
    throw error;
  }
}

/**
 * A medium takes the place of the one that is on, and plays from `atMs` on: what a `load` makes of the party, for those who
 * have decided that by rules of their own.
 * @param atMs cluster milliseconds of the scheduled start
 * @param by null where the server does
 */
export function changeOver(
  record: SessionRecord,
  { media, positionS }: { readonly media: Media; readonly positionS: number },
  { nowMs, atMs, by }: { readonly nowMs: number; readonly atMs: number; readonly by: DecisionContext['actor'] | null },
): { readonly next: SessionRecord; readonly effects: Effects } {
  const cause = { memberId: by?.memberId ?? null, name: by?.name ?? null };
  const herePositionS = playbackPositionAt(record.playback, nowMs);
  const { timeline, ...change } = loadedParty(record, { media, startS: 0, positionS }, { herePositionS, atMs, by: cause });
  return applied(record, { ...change, timeline: { ...timeline, playing: true } }, nowMs);
}

/** A scheduled start that need not be waited for so long any more; null where it is no later than `atMs`. */
export function hastenStart(
  record: SessionRecord,
  nowMs: number,
  atMs: number,
): { readonly next: SessionRecord; readonly effects: Effects } | null {
  const { timeline } = record.playback;
  if (!timeline.playing || timeline.atMs <= atMs || record.endedAtMs !== null) return null;
  return applied(record, { timeline: { atMs }, cause: { kind: 'load', memberId: null, name: null } }, nowMs);
}

/** The pause of a session nobody is in: it stops where the last one was seen, or is left alone when it does not run. */
export function pauseEmpty(record: SessionRecord, lastSeenAtMs: number, nowMs: number): SessionRecord | null {
  const { timeline, media } = record.playback;
  if (!timeline.playing || record.endedAtMs !== null) return null;
  const version = nextVersion(record.version, nowMs);
  const positionS = playbackPositionAt(record.playback, lastSeenAtMs);
  const cause: TimelineCause = { kind: 'empty', memberId: null, name: null };
  return {
    ...record,
    version,
    playback: { media, timeline: { ...timeline, positionS, playing: false, atMs: nowMs, version, cause } },
  };
}

/**
 * Somebody takes the place of guests whom they were before they signed in: their roles are this member's now. Null where
 * they had none.
 */
export function succeedGuests(record: SessionRecord, guestIds: readonly string[], memberId: string, nowMs: number): SessionRecord | null {
  const { access, endedAtMs } = record;
  const had = [access.ownerId, ...access.hostIds].some((id) => guestIds.includes(id));
  if (!had || endedAtMs !== null) return null;
  const ownerId = guestIds.includes(access.ownerId) ? memberId : access.ownerId;
  const others = access.hostIds.filter((id) => !guestIds.includes(id) && id !== memberId);
  const hostIds = ownerId === memberId ? others : [...others, memberId];
  const version = nextVersion(record.version, nowMs);
  return { ...record, version, access: { ...access, version, ownerId, hostIds } };
}

/** What is to be different; absent parts stay as they are. */
interface Change {
  readonly timeline?: Partial<Pick<Timeline, 'positionS' | 'rate' | 'playing' | 'atMs'>>;
  readonly media?: Media;
  readonly cause?: TimelineCause;
  readonly access?: Partial<Omit<Access, 'version'>>;
  readonly named?: true;
  readonly bannedId?: string;
  readonly ended?: boolean;
}

function changeFor(record: SessionRecord, action: Action, context: DecisionContext): Change {
  if (isPlayback(action)) return changePlayback(record, action, context);
  if (action.kind !== 'add-subtitles' && action.kind !== 'remove-subtitles') {
    return changeAccess(record, action, context);
  }
  const subtitles = changeSubtitles(record, action, context.actor);
  return subtitles === null ? {} : { access: { subtitles } };
}

const isPlayback = (action: Action): action is PlaybackAction =>
  ['play', 'pause', 'seek', 'rate', 'load', 'duration', 'anchor'].includes(action.kind);

function assertTimely(record: SessionRecord, issuedAtMs: number, { nowMs, actor }: DecisionContext): void {
  if (record.endedAtMs !== null) throw new CodedError('gone', 'This party has ended.');
  if (record.bannedIds.includes(actor.memberId)) throw new CodedError('forbidden', 'You were removed from this party.');
  if (Math.abs(nowMs - issuedAtMs) > COMMAND_MAX_AGE_MS) {
    throw new CodedError('conflict', 'This came too late to be carried out.');
  }
}

function changePlayback(record: SessionRecord, action: PlaybackAction, context: DecisionContext): Change {
  const { playback, access } = record;
  const { nowMs, leadMs, actor } = context;
  const { timeline, media } = playback;
  if (!canControl(access, actor.memberId)) throw new CodedError('forbidden', 'Only hosts control this party.');

  const herePositionS = playbackPositionAt(playback, nowMs);
  const by = { memberId: actor.memberId, name: actor.name };
  switch (action.kind) {
    case 'play': {
      if (timeline.playing) return {};
      const atEnd = isAtEnd(media, herePositionS);
      return {
        timeline: { playing: true, positionS: atEnd ? 0 : herePositionS, atMs: nowMs + leadMs },
        cause: { kind: 'play', ...by },
      };
    }
    case 'pause': {
      if (!timeline.playing) return {};
      const seenS = action.seenPositionS;
      const agreed = seenS !== undefined && timeline.atMs <= nowMs && Math.abs(seenS - herePositionS) <= PAUSE_AGREEMENT_S;
      const positionS = agreed ? clampPosition(seenS, media.durationS) : herePositionS;
      return { timeline: { playing: false, positionS, atMs: nowMs }, cause: { kind: 'pause', ...by } };
    }
    case 'seek': {
      const positionS = clampPosition(action.positionS, media.durationS);
      if (!timeline.playing && positionS === timeline.positionS) return {};
      return {
        timeline: { positionS, atMs: timeline.playing ? nowMs + leadMs : nowMs },
        cause: { kind: 'seek', ...by, fromPositionS: herePositionS },
      };
    }
    case 'rate': {
      if (action.rate === timeline.rate) return {};
      const scheduled = timeline.playing && timeline.atMs > nowMs;
      return {
        timeline: scheduled ? { rate: action.rate } : { rate: action.rate, positionS: herePositionS, atMs: nowMs },
        cause: { kind: 'rate', ...by },
      };
    }
    case 'load':
      return loadedParty(record, action, { herePositionS, atMs: timeline.playing ? nowMs + leadMs : nowMs, by });
    case 'duration':
      return stateLength(record, action, context, herePositionS);
    case 'anchor':
      return anchorRecording(record, action, context);
  }
}

/** A length shortens the party for everybody, so it takes a host's word, and never cuts off what was reached. */
function stateLength(
  { playback: { timeline, media }, access }: SessionRecord,
  { mediaId, durationS }: Extract<PlaybackAction, { readonly kind: 'duration' }>,
  { nowMs, leadMs, actor }: DecisionContext,
  herePositionS: number,
): Change {
  if (!isHost(access, actor.memberId)) throw new CodedError('forbidden', 'Only hosts state how long a video is.');
  if (mediaId !== media.id) throw new CodedError('conflict', 'Another video is on by now.');
  const isKnown = media.durationS !== null && Math.abs(durationS - media.durationS) < LENGTH_AGREEMENT_S;
  if (isKnown || durationS < herePositionS) return {};
  // Where the timeline stood at an end that was none, it goes on from there: nobody has seen what lies between.
  const stood = timeline.playing && media.durationS !== null && herePositionS >= media.durationS;
  return {
    media: { ...media, durationS },
    ...(stood ? { timeline: { positionS: herePositionS, atMs: nowMs + leadMs } } : {}),
    cause: { kind: 'duration', memberId: actor.memberId, name: actor.name },
  };
}

/** Where in the recording of a broadcast the party is: of several who say it the first is believed. */
function anchorRecording(
  { playback: { timeline, media }, access }: SessionRecord,
  action: Extract<PlaybackAction, { readonly kind: 'anchor' }>,
  { nowMs, actor }: DecisionContext,
): Change {
  if (action.mediaId !== media.id) throw new CodedError('conflict', 'Another video is on by now.');
  if (action.durationS !== undefined && !isHost(access, actor.memberId)) {
    throw new CodedError('forbidden', 'Only hosts state how long a video is.');
  }
  // What has a length was anchored long ago.
  if (action.version !== timeline.version || media.durationS !== null) return {};
  const durationS = action.durationS ?? null;
  const sinceMs = timeline.playing ? Math.max(0, nowMs - Math.max(action.issuedAtMs, timeline.atMs)) : 0;
  return {
    ...(durationS === null ? {} : { media: { ...media, durationS } }),
    timeline: {
      positionS: clampPosition(action.positionS + (timeline.rate * sinceMs) / 1000, durationS),
      atMs: timeline.playing ? Math.max(nowMs, timeline.atMs) : nowMs,
    },
    cause: { kind: 'anchor', memberId: actor.memberId, name: actor.name },
  };
}

/** What a load makes of a party: of what is on, of its name where nobody gave it one, and of what belongs to the medium. */
function loadedParty(
  record: SessionRecord,
  load: LoadedMedia,
  {
    herePositionS,
    atMs,
    by,
  }: { readonly herePositionS: number; readonly atMs: number; readonly by: Pick<TimelineCause, 'memberId' | 'name'> },
): Change {
  const { playback, access } = record;
  const name = partyNameFor(load.media);
  const named = isNamed(record) || name === access.name ? {} : { name };
  const moved = isSameFile(playback.media, load.media) ? moveSubtitles(access, playback.media.id, load.media.id) : null;
  const changed = { ...named, ...(moved === null ? {} : { subtitles: moved }) };
  return {
    ...(Object.keys(changed).length === 0 ? {} : { access: changed }),
    ...loaded(playback, load, herePositionS, atMs),
    cause: { kind: 'load', ...by },
  };
}

/** What a load makes of what is on: something else from its start, or the same from where it is. */
function loaded(
  { media, timeline }: Playback,
  { media: next, startS, positionS }: LoadedMedia,
  herePositionS: number,
  atMs: number,
): Required<Pick<Change, 'media' | 'timeline'>> {
  const place = (wantedS: number, { durationS }: Media) => clampPosition(positionS ?? wantedS, durationS);
  if (!isSameFile(media, next)) return { media: next, timeline: { positionS: place(startS, next), rate: 1, atMs } };
  // A new link of what is on: nobody loses their place, and what is known of it stays known.
  const known = { ...next, title: next.title ?? media.title, durationS: next.durationS ?? media.durationS };
  const goesOnAtS = startS > 0 ? startS : isAtEnd(media, herePositionS) ? 0 : herePositionS;
  return { media: known, timeline: { positionS: place(goesOnAtS, known), rate: timeline.rate, atMs } };
}

const isAtEnd = ({ durationS }: Media, positionS: number) => durationS !== null && positionS >= durationS - END_MARGIN_S;

/** Who has a role here, was shut out or acted, has been here, whatever presence remembers. */
function isOnRecord({ access, bannedIds, ops, playback }: SessionRecord, memberId: string): boolean {
  return (
    isHost(access, memberId) ||
    bannedIds.includes(memberId) ||
    ops.some((op) => op.memberId === memberId) ||
    playback.timeline.cause.memberId === memberId
  );
}

function changeAccess(record: SessionRecord, action: SessionAction, { actor, isSeen }: DecisionContext): Change {
  const { access, bannedIds } = record;
  const requireHost = () => {
    if (!isHost(access, actor.memberId)) throw new CodedError('forbidden', 'Only hosts may do this.');
  };
  const requireOwner = () => {
    if (roleOf(access, actor.memberId) !== 'owner') throw new CodedError('forbidden', 'Only the owner may do this.');
  };
  const requireKnown = (memberId: string) => {
    if (isOnRecord(record, memberId) || isSeen(memberId)) return;
    throw new CodedError('not_found', 'There is nobody like that here.');
  };
  switch (action.kind) {
    case 'control':
      requireHost();
      return action.control === access.control ? {} : { access: { control: action.control } };
    case 'rename':
      requireHost();
      return { named: true, ...(action.name === access.name ? {} : { access: { name: action.name } }) };
    case 'role': {
      requireOwner();
      if (action.memberId === access.ownerId) throw new CodedError('conflict', 'The owner stays the owner.');
      requireKnown(action.memberId);
      if (bannedIds.includes(action.memberId)) throw new CodedError('conflict', 'This person was removed.');
      const others = access.hostIds.filter((id) => id !== action.memberId);
      if (action.role === 'host' && others.length >= HOSTS_MAX) throw new CodedError('conflict', 'There are enough hosts.');
      if (roleOf(access, action.memberId) === action.role) return {};
      return { access: { hostIds: action.role === 'host' ? [...others, action.memberId] : others } };
    }
    case 'kick': {
      requireHost();
      if (!canKick(access, actor.memberId, action.memberId)) {
        throw new CodedError('forbidden', 'This person cannot be removed by you.');
      }
      requireKnown(action.memberId);
      if (bannedIds.includes(action.memberId)) return {};
      return { access: { hostIds: access.hostIds.filter((id) => id !== action.memberId) }, bannedId: action.memberId };
    }
    case 'end':
      requireOwner();
      return { ended: true };
  }
}

function commit(record: SessionRecord, opId: string, change: Change, { nowMs, actor }: DecisionContext): Decision {
  const { next, effects } = applied(record, change, nowMs);
  const result: CommandResult = { version: next.playback.timeline.version, changed: effects.playback || effects.access || effects.ended };
  // Even a command that changed nothing is remembered: its repeat must not act on a later state.
  const ops = [...record.ops, { opId, memberId: actor.memberId, result }].slice(-REMEMBERED_OPS);
  return { kind: 'commit', next: { ...next, ops }, result, effects };
}

function applied(record: SessionRecord, change: Change, nowMs: number): { readonly next: SessionRecord; readonly effects: Effects } {
  const version = nextVersion(record.version, nowMs);
  const playbackChanged = change.timeline !== undefined || change.media !== undefined;
  const accessChanged = change.access !== undefined;

  const media = change.media ?? record.playback.media;
  const playback: Playback = playbackChanged
    ? {
        media,
        timeline: {
          ...record.playback.timeline,
          ...change.timeline,
          mediaId: media.id,
          version,
          cause: change.cause ?? record.playback.timeline.cause,
        },
      }
    : record.playback;
  const next: SessionRecord = {
    ...record,
    version,
    playback,
    access: accessChanged ? { ...record.access, ...change.access, version } : record.access,
    ...(change.named ? { named: true } : {}),
    bannedIds: change.bannedId ? [...record.bannedIds, change.bannedId].slice(-BANNED_MAX) : record.bannedIds,
    endedAtMs: change.ended ? nowMs : record.endedAtMs,
  };
  const effects: Effects = {
    playback: playbackChanged,
    access: accessChanged,
    kickedId: change.bannedId ?? null,
    ended: change.ended === true,
  };
  return { next, effects };
}
