import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { MediaElementLike, VideoFrameLike } from '../medium/media-element.ts';

/** Where a player was, and when that was true. */
export interface PositionReading {
  readonly positionS: number;
  /** Local monotonic milliseconds. */
  readonly atMs: number;
  /** The frame that is on the screen, and when it came there; null where frames are not reported. */
  readonly frame: FrameReading | null;
}

/** All times are local monotonic milliseconds. */
export interface FrameReading {
  readonly positionS: number;
  /** When it is expected to be seen. */
  readonly atMs: number;
  /** When the renderer handed it over. */
  readonly presentedAtMs: number;
}

/** How often a player that reports no frames is asked for its position. */
const POLL_INTERVAL_MS = 50;

/** Without a frame for this long (hidden page, stall) the position is asked for instead. */
const FRAMES_STALE_MS = 400;

/** A clock that stands still in more than this share of the polls moves in steps. */
const COARSE_SHARE = 0.4;
const COARSE_POLLS = 20;

const HAVE_FUTURE_DATA = 3;

export interface ReadingSource {
  /** True once the player has shown that its clock moves in steps. */
  readonly coarse: boolean;
  stop(): void;
}

/**
 * Reads a player's `currentTime` for as long as it runs: at every frame where it reports them, because browsers bring
 * it up to date with the picture; else at short intervals, and then only when it has just moved, because a clock that
 * moves in steps is right only at the edge of a step.
 *
 * The frames' own media times go along, but are no measure for control: at 30 frames a second on a 60 Hz screen a
 * renderer locks them to the screen's beat, and they stay where they are, up to half a frame off, while the clock is
 * being corrected; a loop that followed them would jump between two frames for ever.
 *
 * @param onReading called with every reading, in order
 */
export function readPositions(
  player: MediaElementLike,
  env: ClientEnvironment,
  onReading: (reading: PositionReading) => void,
): ReadingSource {
  const framed = player.requestVideoFrameCallback ? player : (player.nativeEl ?? player);
  let stopped = false;
  let coarse = false;
  let lastFrameMs = Number.NEGATIVE_INFINITY;
  let frameHandle: number | undefined;
  let pollHandle: unknown;
  let lastPolledS = Number.NaN;
  let lastPollMoved = true;
  let polls = 0;
  let stills = 0;

  const onFrame = (_nowMs: number, frame: VideoFrameLike) => {
    if (stopped) return;
    lastFrameMs = env.nowMs();
    const positionS = player.currentTime;
    frameHandle = framed.requestVideoFrameCallback?.(onFrame);
    onReading({
      positionS,
      atMs: lastFrameMs,
      frame: { positionS: frame.mediaTime, atMs: frame.expectedDisplayTime, presentedAtMs: frame.presentationTime },
    });
  };

  const poll = () => {
    pollHandle = env.setTimer(poll, POLL_INTERVAL_MS);
    const nowMs = env.nowMs();
    if (player.paused || player.seeking || nowMs - lastFrameMs < FRAMES_STALE_MS) {
      lastPolledS = Number.NaN;
      return;
    }
    const positionS = player.currentTime;
    const moved = positionS !== lastPolledS;
    if (!Number.isNaN(lastPolledS)) {
      // What stands for want of data says nothing of the clock.
      const tells = player.readyState >= HAVE_FUTURE_DATA;
      polls = tells ? polls + 1 : 0;
      stills = tells ? stills + (moved ? 0 : 1) : 0;
      if (polls >= COARSE_POLLS) {
        // All still is a stall, not a step.
        if (stills < polls) coarse = stills / polls > COARSE_SHARE;
        polls = 0;
        stills = 0;
      }
      // After a standstill the step happened somewhere since the last look: on average half an interval ago.
      if (moved) onReading({ positionS, atMs: lastPollMoved ? nowMs : nowMs - POLL_INTERVAL_MS / 2, frame: null });
    }
    lastPolledS = positionS;
    lastPollMoved = moved;
  };

  frameHandle = framed.requestVideoFrameCallback?.(onFrame);
  poll();

  return {
    get coarse() {
      return coarse;
    },
    stop() {
      stopped = true;
      env.clearTimer(pollHandle);
      if (frameHandle !== undefined) framed.cancelVideoFrameCallback?.(frameHandle);
    },
  };
}
