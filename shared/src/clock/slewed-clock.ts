/** How fast a published clock is moved to a better estimate: 20 ms in a second, too little to be seen or heard. */
export const SLEW_RATE = 0.02;

/** A difference above this is no refinement but a new truth (sleep, another cluster): the clock steps. */
export const STEP_THRESHOLD_MS = 120;

/**
 * Cluster time for one client: follows the estimates without ever running backwards in small corrections.
 */
export interface SlewedClock {
  /**
   * A new estimate of the offset.
   *
   * @param step true while the clock is still being found (the first burst): no slewing
   */
  update(offsetMs: number, atLocalMs: number, step: boolean): void;
  /** Cluster milliseconds at a local monotonic time; null before the first update. */
  at(localMs: number): number | null;
  /** Local monotonic milliseconds of a cluster time; null before the first update. */
  localOf(clusterMs: number, nearLocalMs: number): number | null;
  reset(): void;
}

export function createSlewedClock(): SlewedClock {
  let fromOffsetMs: number | null = null;
  let toOffsetMs = 0;
  let sinceLocalMs = 0;

  const offsetAt = (localMs: number): number | null => {
    if (fromOffsetMs === null) return null;
    const missingMs = toOffsetMs - fromOffsetMs;
    const doneMs = Math.max(0, localMs - sinceLocalMs) * SLEW_RATE;
    return fromOffsetMs + Math.sign(missingMs) * Math.min(Math.abs(missingMs), doneMs);
  };

  return {
    update(offsetMs, atLocalMs, step) {
      const currentMs = offsetAt(atLocalMs);
      const jump = currentMs === null || step || Math.abs(offsetMs - currentMs) > STEP_THRESHOLD_MS;
      fromOffsetMs = jump ? offsetMs : currentMs;
      toOffsetMs = offsetMs;
      sinceLocalMs = atLocalMs;
    },
    at(localMs) {
      const offsetMs = offsetAt(localMs);
      return offsetMs === null ? null : localMs + offsetMs;
    },
    localOf(clusterMs, nearLocalMs) {
      const offsetMs = offsetAt(nearLocalMs);
      return offsetMs === null ? null : clusterMs - offsetMs;
    },
    reset() {
      fromOffsetMs = null;
    },
  };
}
