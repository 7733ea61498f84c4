const DEFAULT_FRAME_S = 1 / 30;
const SHORTEST_FRAME_S = 1 / 125;
const LONGEST_FRAME_S = 1 / 10;
const FRAMES_TO_SEE = 40;

/** Learns how long a frame of a medium is, from the first frames that play. */
export interface FrameLength {
  /** Seconds; a thirtieth until it is learned. */
  seconds(): number;
  stop(): void;
}

/** @param element a `<video>`, or a player with a `<video>` of its own inside; others keep the default */
export function measureFrameLength(element: HTMLVideoElement & { nativeEl?: HTMLVideoElement }): FrameLength {
  const video = element.nativeEl ?? element;
  let shortestS = Number.POSITIVE_INFINITY;
  let lastS: number | null = null;
  let seen = 0;
  let handle: number | undefined;
  let stopped = false;

  const look = () => {
    if (stopped || seen >= FRAMES_TO_SEE || typeof video.requestVideoFrameCallback !== 'function') return;
    handle = video.requestVideoFrameCallback((_nowMs, frame) => {
      const lengthS = lastS === null ? 0 : frame.mediaTime - lastS;
      // Dropped frames make steps look longer, never shorter: the shortest step is the frame.
      if (lengthS >= SHORTEST_FRAME_S && lengthS <= LONGEST_FRAME_S) {
        shortestS = Math.min(shortestS, lengthS);
        seen += 1;
      }
      lastS = frame.mediaTime;
      look();
    });
  };
  look();

  return {
    seconds: () => (Number.isFinite(shortestS) ? shortestS : DEFAULT_FRAME_S),
    stop: () => {
      stopped = true;
      if (handle !== undefined) video.cancelVideoFrameCallback(handle);
    },
  };
}
