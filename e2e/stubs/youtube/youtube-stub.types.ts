/** How the stub behaves where the real player depends on the network and on luck. */
export interface YoutubeStubOptions {
  /** Buffering before the first picture and after every seek, in milliseconds. */
  readonly bufferingMs?: number;
  /** How often the player tells its page where it is, in milliseconds. */
  readonly clockStepMs?: number;
  /** An advert before the video: it holds the video's clock for so many milliseconds. */
  readonly advertMs?: number;
  /** An error that the player reports instead of playing (2, 5, 100, 101, 150). */
  readonly errorCode?: number;
}

/** What the embedded page is given. */
export type EmbedConfig = Required<Omit<YoutubeStubOptions, 'errorCode'>> & {
  readonly errorCode: number | null;
  readonly clipUrl: string;
};

/** What the player knows of the video; sent whole with every message, and all that the API's getters can answer. */
export interface PlayerInfo {
  readonly state: number;
  readonly currentTime: number;
  readonly duration: number;
  readonly rate: number;
  readonly loadedFraction: number;
  readonly volume: number;
  readonly muted: boolean;
  readonly videoId: string;
}

/** From the embedded page to the API script. */
export interface PlayerMessage {
  readonly youtubeStub: true;
  readonly event:
    | 'info'
    | 'onReady'
    | 'onStateChange'
    | 'onPlaybackRateChange'
    | 'onVolumeChange'
    | 'onVideoProgress'
    | 'onError'
    | 'onAutoplayBlocked';
  readonly data: number | null;
  readonly info: PlayerInfo;
}

/** From the API script to the embedded page. */
export interface PlayerCommand {
  readonly youtubeStubCommand: string;
  readonly args: readonly unknown[];
}
