import type { PlaybackDriver, SyncHealth } from '@cowatch/shared/client';
import type { Media, Timeline } from '@cowatch/shared/protocol';

/** What a player shows of whatever drives it. */
export interface DriverState {
  /** Null until it is known what plays. */
  readonly playback: {
    readonly media: Pick<Media, 'durationS'>;
    readonly timeline: Pick<Timeline, 'playing' | 'rate'>;
  } | null;
  readonly sync: Pick<SyncHealth, 'phase' | 'reach' | 'behindLiveS'>;
}

/** Driver of a player: plays, pauses, seeks, and keeps a media element to it. A party's client, or that of one person alone. */
export interface PlayerDriver
  extends Pick<PlaybackDriver, 'subscribe' | 'targetPositionS' | 'play' | 'pause' | 'seek' | 'setRate' | 'attach'> {
  readonly state: DriverState;
}
