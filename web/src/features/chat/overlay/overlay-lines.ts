/** When a line came, on the clock of `nowMs`. */
export interface Arrival<Line> {
  readonly line: Line;
  readonly atMs: number;
}

/** More would hide the video. */
export const OVERLAY_LINES = 6;
/** A line is gone from the video after this, in milliseconds. */
export const OVERLAY_MS = 8000;

/** What is shown over the video: the newest that are not over; while somebody writes, the newest whatever their age. */
export function shownOver<Line>(arrivals: readonly Arrival<Line>[], nowMs: number, writing: boolean): readonly Arrival<Line>[] {
  const newest = arrivals.slice(-OVERLAY_LINES);
  return writing ? newest : newest.filter(({ atMs }) => nowMs - atMs < OVERLAY_MS);
}
