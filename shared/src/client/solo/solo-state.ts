import type { Media } from '../../protocol/index.ts';
import type { MediaReach, SessionState, SyncPhase } from '../session/session-state.ts';

/** How the player of one person stands. */
export interface SoloReading {
  readonly positionS: number;
  readonly rate: number;
  readonly playing: boolean;
  readonly phase: SyncPhase;
  readonly reach: MediaReach;
  readonly behindLiveS: number | null;
}

/** The state of a party of one, in which the player itself is the truth: faces of a party can show it. */
export function soloState(media: Media, { positionS, rate, playing, phase, reach, behindLiveS }: SoloReading): SessionState {
  return {
    connection: 'joined',
    error: null,
    failedTries: 0,
    lostAtMs: null,
    sessionId: '',
    access: null,
    members: [],
    memberCount: 1,
    you: { memberId: '', role: 'owner', canControl: true },
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
    kept: true,
    sync: { phase, driftMs: null, offsetMs: null, errorBoundMs: null, rttMs: null, history: [], reach, behindLiveS },
  };
}
