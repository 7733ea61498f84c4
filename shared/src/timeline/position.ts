import type { Playback, Timeline } from '../protocol/index.ts';

/** What must be known to say where a timeline is. */
export type Motion = Pick<Timeline, 'positionS' | 'rate' | 'playing' | 'atMs'>;

/** Lengths that differ by less are the same one, read by two players. */
export const LENGTH_AGREEMENT_S = 0.5;

/**
 * Where a timeline is at a moment: `positionS + rate · max(0, t − at)` while playing, else `positionS`.
 * Before a scheduled start (`t < atMs`) it is held at `positionS`.
 *
 * @param atClusterMs cluster milliseconds
 * @param durationS upper bound in seconds; null where nobody has stated one
 * @returns seconds, in [0, durationS]
 */
export function positionAt(motion: Motion, atClusterMs: number, durationS: number | null = null): number {
  const movedS = motion.playing ? (motion.rate * Math.max(0, atClusterMs - motion.atMs)) / 1000 : 0;
  return clampPosition(motion.positionS + movedS, durationS);
}

/** Seconds clamped to [0, durationS]; only to 0 where the duration is not known. */
export function clampPosition(positionS: number, durationS: number | null): number {
  return Math.max(0, durationS === null ? positionS : Math.min(positionS, durationS));
}

/** `positionAt` for a playback, with what its host has stated of the medium's length. */
export function playbackPositionAt({ timeline, media }: Playback, atClusterMs: number): number {
  return positionAt(timeline, atClusterMs, media.durationS);
}

/**
 * The newer of two playbacks by version: older news is ignored, whatever the order it arrives in.
 * Keeps the identity of `current` when nothing is newer.
 */
export function newerPlayback(current: Playback | null, incoming: Playback): Playback {
  return current !== null && current.timeline.version >= incoming.timeline.version ? current : incoming;
}

/**
 * A version that never goes back: max(previous + 1, cluster ms). Wall-clock scale keeps it rising even when a store
 * comes back with an older copy.
 */
export function nextVersion(previous: number, nowMs: number): number {
  return Math.max(previous + 1, Math.floor(nowMs));
}
