import type { PlaybackDriver, PlayerHandle } from '@cowatch/shared/client';
import type { Media } from '@cowatch/shared/protocol';
import type { ReactNode } from 'react';
import type { PageKeys } from './controls/use-player-keys.ts';
import type { PartyParts } from './party/use-party-parts.ts';

/** What plays next, and where it begins, in seconds. */
export interface UpcomingMedium {
  readonly media: Media;
  readonly positionS: number;
}

/** Those that are called with something must not change from one rendering to the next. */
export interface VideoPlayerProps {
  readonly media: Media;
  readonly title: string;
  /** Plays and seeks. Null before anybody has begun: the picture waits, blurred, and nothing can be pressed. */
  readonly driver: PlaybackDriver | null;
  /** Where the picture waits, in seconds. */
  readonly waitingAtS?: number;
  /** What a party adds: who may control, subtitles for everyone, what is said of others. Null for one person alone. */
  readonly party?: PartyParts | null;
  readonly theatre?: { readonly on: boolean; readonly toggle: () => void } | undefined;
  readonly keys?: PageKeys;
  /** What plays next, as soon as it is time to prepare it; null while it is not, and where nothing comes. */
  readonly upcoming?: UpcomingMedium | null;
  /** Another video, in place of one that cannot be played. */
  readonly onChangeVideo: () => void;
  /** Told when controls hide and show again. */
  readonly onIdle?: (idle: boolean) => void;
  /** Told when the page goes full screen and back. */
  readonly onFullscreen?: (fullscreen: boolean) => void;
  /** Told of the driver's hold on the media element, and when it goes. */
  readonly onHandle?: (handle: PlayerHandle | null) => void;
  /** Told where the picture was lost, in seconds, and when it is there again (null). */
  readonly onBrokeOff?: (positionS: number | null) => void;
  /** Told when it turns out that the video cannot be played here, and when it can. */
  readonly onUnplayable?: (unplayable: boolean) => void;
  /** Told of the media element, and when it goes. */
  readonly onElement?: (element: HTMLVideoElement | null) => void;
  /** Shown over the video, below captions: what must not hide what is read. */
  readonly underCaptions?: ReactNode;
  /** Behind the picture that waits, until it has one of its own. */
  readonly cover?: ReactNode;
  /** Shown over the video, above the controls. */
  readonly children?: ReactNode;
}
