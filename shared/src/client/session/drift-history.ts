import type { DriftPoint } from './session-state.ts';

/** The last minute is kept, a point every half second: enough for a sparkline. */
const HISTORY_MS = 60_000;
const STEP_MS = 500;

/** The own drift of the last minute, oldest first; a new list only when a point was added. */
export class DriftHistory {
  #points: readonly DriftPoint[] = [];

  get points(): readonly DriftPoint[] {
    return this.#points;
  }

  add(driftMs: number | null, nowMs: number): void {
    const lastMs = this.#points.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
    if (driftMs === null || nowMs - lastMs < STEP_MS) return;
    this.#points = [...this.#points.filter((point) => nowMs - point.atMs < HISTORY_MS), { atMs: nowMs, driftMs }];
  }
}
