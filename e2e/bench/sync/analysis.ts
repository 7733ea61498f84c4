import { frameOffsetMs, type Measure, type ShownFrame } from '../../fixtures/frames.ts';
import { median } from '../../fixtures/statistics.ts';

/** How far a page was ahead of the timeline (milliseconds of media time at the session's rate) at a moment. */
export interface ErrorPoint {
  /** Unix milliseconds on the machine's clock. */
  readonly atMs: number;
  readonly errorMs: number;
}

/** Where the timeline truly was at a moment of the machine's clock, in seconds. */
export type Truth = (machineMs: number) => number;

/** Frames further apart than this left a gap in which the picture stood still. */
const GAP_MS = 75;
const GAP_STEP_MS = 1000 / 30;

/** How far each frame, or the media clock at each frame, was ahead of the timeline. */
export function errorsOf(frames: readonly ShownFrame[], truth: Truth, measure: Measure): ErrorPoint[] {
  return frames.map((frame) => {
    const atMs = measure === 'picture' ? frame.displayedAtMs : frame.clockAtMs;
    return { atMs, errorMs: frameOffsetMs(frame, 0, measure) - truth(atMs) * 1000 };
  });
}

/**
 * The errors that were seen in `[fromMs, toMs)`, with those of a standing picture added: between two frames far apart
 * the earlier one stays on the screen and falls behind, and before the first one whatever stood there does.
 */
export function seenErrors(frames: readonly ShownFrame[], truth: Truth, fromMs: number, toMs: number): readonly number[] {
  const errors: number[] = [];
  const before = frames.filter((frame) => frame.displayedAtMs < fromMs).at(-1);
  const within = frames.filter((frame) => frame.displayedAtMs >= fromMs && frame.displayedAtMs < toMs);
  let previous = before ? { mediaTimeS: before.mediaTimeS, atMs: fromMs } : null;
  const standStill = (untilMs: number) => {
    if (!previous || untilMs - previous.atMs <= GAP_MS) return;
    for (let atMs = previous.atMs + GAP_STEP_MS; atMs < untilMs; atMs += GAP_STEP_MS) {
      errors.push((previous.mediaTimeS - truth(atMs)) * 1000);
    }
  };
  for (const frame of within) {
    standStill(frame.displayedAtMs);
    errors.push((frame.mediaTimeS - truth(frame.displayedAtMs)) * 1000);
    previous = { mediaTimeS: frame.mediaTimeS, atMs: frame.displayedAtMs };
  }
  standStill(toMs);
  return errors;
}

const WINDOW_MS = 1000;
const WINDOW_STEP_MS = 250;
const WINDOW_POINTS_MIN = 8;

/** Medians over windows of one second, a quarter of a second apart; null where there was too little to see. */
export function windowMedians(points: readonly ErrorPoint[], fromMs: number, toMs: number): (number | null)[] {
  const medians: (number | null)[] = [];
  for (let startMs = fromMs; startMs + WINDOW_MS <= toMs; startMs += WINDOW_STEP_MS) {
    const errors = points.filter((point) => point.atMs >= startMs && point.atMs < startMs + WINDOW_MS).map((point) => point.errorMs);
    medians.push(errors.length < WINDOW_POINTS_MIN ? null : median(errors));
  }
  return medians;
}

/** |difference| of every pair of these series at every moment at which both are known. */
export function pairwiseSkews(series: readonly (readonly (number | null)[])[]): number[] {
  return series.flatMap((one, index) => series.slice(index + 1).flatMap((other) => skewsBetween(one, other)));
}

/** |difference| of two series at every moment at which both are known. */
export function skewsBetween(one: readonly (number | null)[], other: readonly (number | null)[]): number[] {
  return one.flatMap((value, moment) => {
    const beside = other[moment];
    return value === null || beside === null || beside === undefined ? [] : [Math.abs(value - beside)];
  });
}

/** Points of the running median that one frame out of turn shall not upset. */
const RUNNING = 9;

/** The same points with their errors smoothed by a running median. */
export function smoothed(points: readonly ErrorPoint[]): ErrorPoint[] {
  const half = (RUNNING - 1) / 2;
  return points.map(({ atMs }, index) => ({
    atMs,
    errorMs: median(points.slice(Math.max(0, index - half), index + half + 1).map((point) => point.errorMs)),
  }));
}

/**
 * The moment from which on the (smoothed) error stays within `boundMs`; null where the last second is not within it.
 * Points must reach from the disturbance to well after it.
 */
export function settledAtMs(points: readonly ErrorPoint[], boundMs: number): number | null {
  const calm = smoothed(points);
  const last = calm.at(-1);
  if (!last) return null;
  const lastBad = calm.findLastIndex((point) => Math.abs(point.errorMs) > boundMs);
  const first = calm[lastBad + 1];
  return first && last.atMs - first.atMs >= WINDOW_MS ? first.atMs : null;
}

/** Frames per second of the clip. */
const CLIP_FPS = 30;

/** Share of the clip's frames between the first and the last of these that were never shown, in percent. */
export function droppedPercent(frames: readonly ShownFrame[]): number {
  const first = frames[0];
  const last = frames.at(-1);
  if (!first || !last) return 100;
  const held = Math.round((last.mediaTimeS - first.mediaTimeS) * CLIP_FPS);
  const presented = last.presentedFrames - first.presentedFrames;
  return held > 0 ? Math.max(0, (100 * (held - presented)) / held) : 100;
}
