import type { Media } from '../../protocol/index.ts';
import type { MediaReach, SyncPhase } from '../session/session-state.ts';
import type { PlaybackState } from './solo-client.types.ts';

/** How the player of one person stands. */
export interface SoloReading {
  readonly positionS: number;
  readonly rate: number;
  readonly playing: boolean;
  readonly phase: SyncPhase;
  readonly reach: MediaReach;
  readonly behindLiveS: number | null;
}

/** Playback state of one person: the timeline is what the player does. */
export function soloState(media: Media, { positionS, rate, playing, phase, reach, behindLiveS }: SoloReading): PlaybackState {
  return {
    playback: {
      media,
      timeline: {
        mediaId: media.id,
        positionS,
        rate,
        playing,
        atMs: 0,
        version: 0,
        cause: { kind: 'play', memberId: null, name: null },
      },
    },
    sync: { phase, reach, behindLiveS },
  };
}
