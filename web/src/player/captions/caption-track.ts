import type { SubtitleTrack } from '@cowatch/shared/protocol';
import type { TrackNames } from './caption-choice.ts';
import type { KeptFile } from './caption-preferences.ts';

/** Captions that can be shown. */
export interface CaptionTrack extends TrackNames {
  readonly id: string;
  /** Part of the medium, a file that was added on this device, or one that the party has for everyone. */
  readonly source: 'medium' | 'file' | 'party';
  /** Of one of the party's: who added it, and whether this person may take it away. */
  readonly party?: { readonly track: SubtitleTrack; readonly own: boolean; readonly removable: boolean };
  /** What there is by now: those of a stream come bit by bit. */
  readonly cues: () => ArrayLike<TextTrackCue>;
}

/** A subtitle file that has been read. */
export interface AddedFile extends KeptFile {
  readonly cues: readonly TextTrackCue[];
}
