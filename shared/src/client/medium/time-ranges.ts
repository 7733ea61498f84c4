import type { TimeRangesLike } from './media-element.ts';

/** A stretch of a medium, in seconds. */
export interface Span {
  readonly startS: number;
  readonly endS: number;
}

/** The stretches of what a player calls `buffered` or `seekable`; none where it does not say. */
export function spansOf(ranges: TimeRangesLike | undefined): readonly Span[] {
  if (!ranges) return [];
  return Array.from({ length: ranges.length }, (_, index) => ({
    startS: ranges.start(index),
    endS: ranges.end(index),
  }));
}

/** The stretch that a position lies in, or not further beside than `slackS`. */
export function spanAt(spans: readonly Span[], positionS: number, slackS = 0): Span | null {
  return spans.find(({ startS, endS }) => positionS >= startS - slackS && positionS <= endS + slackS) ?? null;
}

/** Engines that go on behind a hole aim this little behind the beginning of what there is. */
const BEHIND_HOLE_S = 0.6;

/** Is `toS` where the data begins again that was missing after `fromS`? */
export function isBehindHole(buffered: readonly Span[], fromS: number, toS: number): boolean {
  return buffered.some(({ startS, endS }) => startS > fromS && toS >= startS - 0.05 && toS <= startS + BEHIND_HOLE_S && endS > toS);
}
