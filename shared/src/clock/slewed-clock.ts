import { Ramp } from './ramp.ts';

/** How fast a published clock is moved to a better estimate, as a fraction: 20 ms in a second, too little to be seen or heard. */
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
  const offset = new Ramp();
  return {
    update(offsetMs, atLocalMs, step) {
      const currentMs = offset.at(atLocalMs);
      const jump = currentMs === null || step || Math.abs(offsetMs - currentMs) > STEP_THRESHOLD_MS;
      if (jump) offset.stepTo(offsetMs, atLocalMs);
      else offset.moveTo(offsetMs, SLEW_RATE, atLocalMs);
    },
    at(localMs) {
      const offsetMs = offset.at(localMs);
      return offsetMs === null ? null : localMs + offsetMs;
    },
    localOf(clusterMs, nearLocalMs) {
      const offsetMs = offset.at(nearLocalMs);
      return offsetMs === null ? null : clusterMs - offsetMs;
    },
    reset: () => offset.clear(),
  };
}
