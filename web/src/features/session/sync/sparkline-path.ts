import type { DriftPoint } from '@cowatch/shared/client';

export interface SparklineShape {
  /** SVG path data in a box of `width` × `height`, the newest point at the right edge. */
  readonly path: string;
  /** What the upper and lower edges stand for, in milliseconds off. */
  readonly rangeMs: number;
  readonly worstMs: number;
  readonly nowMs: number;
}

/** Small drifts must not look like a storm: the box never shows less than this, in milliseconds. */
const MIN_RANGE_MS = 40;

/**
 * The curve of the own drift over `spanMs`, zero in the middle; null where there is nothing to draw.
 *
 * @param history oldest first
 */
export function sparkline(
  history: readonly DriftPoint[],
  box: { readonly width: number; readonly height: number; readonly spanMs: number },
): SparklineShape | null {
  const last = history.at(-1);
  if (!last || history.length < 2) return null;
  const worstMs = Math.max(...history.map((point) => Math.abs(point.driftMs)));
  const rangeMs = Math.max(MIN_RANGE_MS, worstMs);
  const x = (atMs: number) => box.width - ((last.atMs - atMs) / box.spanMs) * box.width;
  const y = (driftMs: number) => (1 - driftMs / rangeMs) * (box.height / 2);
  const path = history
    .filter((point) => last.atMs - point.atMs <= box.spanMs)
    .map((point, index) => `${index === 0 ? 'M' : 'L'}${x(point.atMs).toFixed(1)} ${y(point.driftMs).toFixed(1)}`)
    .join('');
  return { path, rangeMs, worstMs, nowMs: last.driftMs };
}
