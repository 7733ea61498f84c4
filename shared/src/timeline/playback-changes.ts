import { partyNameFor } from '../media/party-name.ts';
import { isSameFile } from '../media/same-file.ts';
import { CodedError, type Media, type Playback, RESTORE_MEDIA_MS, type ReplacedMedia, type TimelineCause } from '../protocol/index.ts';
import type { Change, DecisionContext, PlaybackAction } from './change.ts';
import { hasRight, isHost, rightRefusal } from './permissions.ts';
import { clampPosition, LENGTH_AGREEMENT_S, playbackPositionAt } from './position.ts';
import { isNamed, type Replaced, type SessionRecord } from './session-record.ts';
import { moveSubtitles } from './subtitles.ts';

/** A pauser's own position counts when it is this close to the timeline: then all stop on the frame they saw. */
const PAUSE_AGREEMENT_S = 0.25;

/** A play this close to the end starts over. */
const END_MARGIN_S = 0.25;

/** What a playback command makes of a session. @throws CodedError as it is refused */
export function changePlayback(record: SessionRecord, action: PlaybackAction, context: DecisionContext): Change {
  const { playback, access } = record;
  const { nowMs, leadMs, actor } = context;
  const { timeline, media } = playback;
  if (action.kind === 'restore-media') return restoreMedia(record, context);
  const replaces = action.kind === 'load' && !isSameFile(media, action.media);
  const refusal = rightRefusal(access, actor.memberId, replaces ? 'video' : 'control', nowMs);
  if (refusal !== null) throw refusal;

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
      return loadedParty(record, action, { herePositionS, atMs: timeline.playing ? nowMs + leadMs : nowMs, nowMs, by });
    case 'duration':
      return stateLength(record, action, context, herePositionS);
    case 'anchor':
      return anchorRecording(record, action, context);
  }
}

/** A medium that is put on; without a position where its link says, or, with a new link of what is on, where that is. */
type LoadedMedia = Pick<Extract<PlaybackAction, { readonly kind: 'load' }>, 'media' | 'startS' | 'positionS'>;

interface LoadContext {
  readonly herePositionS: number;
  /** Cluster milliseconds from which it holds. */
  readonly atMs: number;
  readonly nowMs: number;
  readonly by: Pick<TimelineCause, 'memberId' | 'name'>;
}

/** What a load makes of a party: of what is on, of its name where nobody gave it one, and of what belongs to the medium. */
export function loadedParty(record: SessionRecord, load: LoadedMedia, { herePositionS, atMs, nowMs, by }: LoadContext) {
  const { playback, access } = record;
  const isSame = isSameFile(playback.media, load.media);
  const moved = isSame ? moveSubtitles(access, playback.media.id, load.media.id) : null;
  const changed = { ...renamed(record, load.media), ...(moved === null ? {} : { subtitles: moved }) };
  // What comes by itself takes nothing from anybody.
  const replaced = isSame || by.memberId === null ? null : replacedBy(record, by.memberId, herePositionS, nowMs);
  return {
    ...(Object.keys(changed).length === 0 ? {} : { access: changed }),
    ...loaded(playback, load, herePositionS, atMs),
    ...(replaced === null ? {} : { record: { replaced } }),
    cause: { kind: 'load', ...by, ...(replaced === null ? {} : { replaced: toldOf(replaced) }) },
  } satisfies Change;
}

const toldOf = ({ media: { title }, positionS, untilMs }: Replaced): ReplacedMedia => ({ title, positionS, untilMs });

/** A party that nobody has named is called as what it watches. */
function renamed(record: SessionRecord, media: Media): { readonly name?: string } {
  const name = partyNameFor(media);
  return isNamed(record) || name === record.access.name ? {} : { name };
}

/**
 * What a replacement leaves behind, so that it can be undone. Two replacements in a row by one member leave what was on before the
 * first of them: two presses of one person take nobody's film.
 */
function replacedBy({ playback, replaced }: SessionRecord, byId: string, positionS: number, nowMs: number): Replaced {
  const untilMs = nowMs + RESTORE_MEDIA_MS;
  if (replaced !== undefined && replaced.byId === byId && replaced.untilMs > nowMs) return { ...replaced, untilMs };
  const { media, timeline } = playback;
  return { media, positionS, rate: timeline.rate, byId, untilMs };
}

/** Brings back what was on before it was replaced, where it was. */
function restoreMedia(record: SessionRecord, { nowMs, leadMs, actor }: DecisionContext): Change {
  const { access, playback, replaced } = record;
  const mayUndo = replaced?.byId === actor.memberId && hasRight(access, actor.memberId, 'control', nowMs);
  const refusal = mayUndo ? null : rightRefusal(access, actor.memberId, 'video', nowMs);
  if (refusal !== null) throw refusal;
  if (replaced === undefined || replaced.untilMs <= nowMs) {
    throw new CodedError('conflict', 'There is nothing that can be brought back any more.');
  }
  const { media, positionS, rate } = replaced;
  const changed = renamed(record, media);
  return {
    ...(Object.keys(changed).length === 0 ? {} : { access: changed }),
    media,
    timeline: { positionS, rate, atMs: playback.timeline.playing ? nowMs + leadMs : nowMs },
    cause: { kind: 'restore-media', memberId: actor.memberId, name: actor.name },
    record: { replaced: { ...replaced, untilMs: 0 } },
  };
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
