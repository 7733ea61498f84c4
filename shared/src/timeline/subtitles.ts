import {
  type Access,
  CodedError,
  SUBTITLES_MAX,
  SUBTITLES_PER_MEDIUM_MAX,
  type SubtitleAction,
  type SubtitleTrack,
} from '../protocol/index.ts';
import type { DecisionContext } from './change.ts';
import { canControl } from './permissions.ts';
import type { SessionRecord } from './session-record.ts';

/** The subtitle files for everyone that belong to what plays. */
export const subtitlesOf = ({ subtitles = [] }: Pick<Access, 'subtitles'>, mediaId: string): readonly SubtitleTrack[] =>
  subtitles.filter((track) => track.mediaId === mediaId);

/**
 * What adding or taking away a subtitle file makes of the list; null where it stays as it is.
 *
 * @throws CodedError `forbidden` for who may not control the party (but anybody may take away their own), `conflict` where
 *   another medium is on by now or the medium has all that it can have, `not_found` for one that is not there.
 */
export function changeSubtitles(
  { access, playback }: SessionRecord,
  action: SubtitleAction,
  { actor, nowMs }: Pick<DecisionContext, 'actor' | 'nowMs'>,
): readonly SubtitleTrack[] | null {
  const { subtitles = [] } = access;
  const may = canControl(access, actor.memberId, nowMs);
  if (action.kind === 'remove-subtitles') {
    const track = subtitles.find(({ id }) => id === action.subtitleId);
    if (!may && track?.addedBy.memberId !== actor.memberId) {
      throw new CodedError('forbidden', 'Only hosts and the person who added them can remove subtitles.');
    }
    if (track === undefined) throw new CodedError('not_found', 'There are no such subtitles here.');
    return subtitles.filter((each) => each !== track);
  }
  const { track } = action;
  if (!may) throw new CodedError('forbidden', 'Only hosts add subtitles for everyone.');
  if (track.mediaId !== playback.media.id) throw new CodedError('conflict', 'Another video is on by now.');
  if (subtitles.some(({ id }) => id === track.id)) return null;
  if (subtitlesOf(access, track.mediaId).length >= SUBTITLES_PER_MEDIUM_MAX) {
    throw new CodedError('conflict', 'This video has all the subtitles it can have.');
  }
  const added = { ...track, addedBy: { memberId: actor.memberId, name: actor.name } };
  // What belongs to a video of before is kept for its return, as long as there is room.
  const before = subtitles.filter(({ mediaId }) => mediaId !== track.mediaId);
  const tooMany = new Set(before.slice(0, Math.max(0, subtitles.length + 1 - SUBTITLES_MAX)));
  return [...subtitles.filter((each) => !tooMany.has(each)), added];
}

/** A new link of the same file may have another content id: what was added to the one is the other's. Null where nothing was. */
export function moveSubtitles(access: Access, fromId: string, toId: string): readonly SubtitleTrack[] | null {
  const { subtitles = [] } = access;
  if (fromId === toId || !subtitles.some(({ mediaId }) => mediaId === fromId)) return null;
  return subtitles.map((track) => (track.mediaId === fromId ? { ...track, mediaId: toId } : track));
}
