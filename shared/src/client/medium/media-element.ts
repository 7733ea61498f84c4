/** The part of `TimeRanges` that is read. */
export interface TimeRangesLike {
  readonly length: number;
  start(index: number): number;
  end(index: number): number;
}

/** A frame as `requestVideoFrameCallback` reports it. */
export interface VideoFrameLike {
  /** Seconds on the media's clock. */
  readonly mediaTime: number;
  /** Local monotonic milliseconds at which the frame is expected to be seen. */
  readonly expectedDisplayTime: number;
  /** Local monotonic milliseconds at which the renderer handed it over to be shown. */
  readonly presentationTime: number;
}

/**
 * What a player must offer to be followed: the shape of an HTMLMediaElement, as `<video>`, `<hls-video>`,
 * `<youtube-video>` and friends all have it.
 */
export interface MediaElementLike {
  currentTime: number;
  playbackRate: number;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly seeking: boolean;
  readonly duration: number;
  readonly readyState: number;
  readonly buffered?: TimeRangesLike;
  readonly seekable?: TimeRangesLike;
  preservesPitch?: boolean;
  readonly muted?: boolean;
  readonly volume?: number;
  readonly error?: unknown;
  /** Safari: shown by the system, with the system's own buttons. */
  readonly webkitDisplayingFullscreen?: boolean;
  readonly webkitPresentationMode?: string;
  /** Shown on a television, with the buttons of its own remote control. */
  readonly remote?: { readonly state: string };
  /** Custom elements: the real `<video>` inside, which reports frames. */
  readonly nativeEl?: MediaElementLike | null;
  /** Loads its source anew. */
  load?(): unknown;
  play(): Promise<void> | undefined;
  pause(): void;
  addEventListener(type: string, listener: (event: unknown) => void): void;
  removeEventListener(type: string, listener: (event: unknown) => void): void;
  requestVideoFrameCallback?(callback: (nowMs: number, frame: VideoFrameLike) => void): number;
  cancelVideoFrameCallback?(handle: number): void;
}

/** What is known of a player before it has shown how it behaves. */
export interface PlayerTraits {
  /** Rates the player can be set to; null where any rate goes. */
  readonly rates: readonly number[] | null;
  /** True where `currentTime` moves in coarse steps and frames are not reported (embedded third-party players). */
  readonly coarseClock: boolean;
  /**
   * By how much the pictures of this player are ahead of its `currentTime` on average, in milliseconds: the target is
   * what people see.
   */
  readonly displayLeadMs: number;
  /** True where the renderer keeps frames on a beat of the screen and `FrameRelock` can make it choose again. */
  readonly relockable: boolean;
  /** True where the seconds of something live are counted from when the player joined it, not from its recording's start. */
  readonly countsFromJoining: boolean;
}

/** Was `play()` refused because the browser wants a gesture first? */
export function isPlayBlocked(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'NotAllowedError';
}
