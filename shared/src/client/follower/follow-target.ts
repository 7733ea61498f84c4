import type { SlewedClock } from '../../clock/index.ts';
import type { Playback } from '../../protocol/index.ts';
import { clampPosition, positionAt } from '../../timeline/index.ts';

/** The timeline in local time: what a player is to do, and when. */
export interface FollowTarget {
  readonly playback: Playback;
  /** Seconds at a local monotonic time. */
  positionAt(localMs: number): number;
  /** Local monotonic milliseconds at which the timeline moves or has begun to move. */
  readonly startsAtLocalMs: number;
  /** Local monotonic milliseconds at which a playing timeline is at a position, in seconds, or was. */
  reaches(positionS: number): number;
  /** Where the medium ends, in seconds, by what its host has stated and the player knows; null where neither does. */
  readonly endS: number | null;
  /** Does the party go on, at a local monotonic time, far beyond where this player's own medium ends? */
  goesOnWithout(localMs: number): boolean;
}

/** Is the timeline at or past the end of the medium, at a local monotonic time? */
export function isOver({ endS, positionAt }: FollowTarget, localMs: number): boolean {
  return endS !== null && positionAt(localMs) >= endS - AT_END_S;
}

const AT_END_S = 0.001;

/** Lengths that were guessed differ by this share and so many seconds, and are still those of one medium. */
const DIFFER_SHARE = 1.05;
const DIFFER_S = 5;

/**
 * The target for a player of a medium.
 *
 * @param ownDurationS what the player itself knows of the medium's length; a clamp for this player only
 * @returns null while there is no timeline or no clock yet
 */
export function followTarget(
  playback: Playback | null,
  clock: SlewedClock,
  nowLocalMs: number,
  ownDurationS: number | null,
): FollowTarget | null {
  const startsAtLocalMs = playback && clock.localOf(playback.timeline.atMs, nowLocalMs);
  if (playback === null || startsAtLocalMs === null) return null;
  const lengths = [playback.media.durationS, ownDurationS].filter((lengthS) => lengthS !== null);
  const { positionS: fromS, rate } = playback.timeline;
  return {
    playback,
    startsAtLocalMs,
    endS: lengths.length > 0 ? Math.min(...lengths) : null,
    goesOnWithout(localMs) {
      const { durationS } = playback.media;
      if (durationS === null || ownDurationS === null) return false;
      const clusterMs = clock.at(localMs) ?? playback.timeline.atMs;
      return durationS > ownDurationS * DIFFER_SHARE + DIFFER_S && positionAt(playback.timeline, clusterMs) < durationS;
    },
    reaches: (positionS) => startsAtLocalMs + ((positionS - fromS) / rate) * 1000,
    positionAt(localMs) {
      const clusterMs = clock.at(localMs) ?? playback.timeline.atMs;
      return clampPosition(positionAt(playback.timeline, clusterMs, playback.media.durationS), ownDurationS);
    },
  };
}
