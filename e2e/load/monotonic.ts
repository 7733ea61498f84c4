// CLOCK_MONOTONIC in milliseconds: one clock for all processes of this machine, whatever anybody does to the wall clock.

const ORIGIN_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds on the clock that all processes of this machine share; never goes back. */
export function monotonicMs(): number {
  return ORIGIN_MS + performance.now();
}

/** Resolves at a moment of that clock. */
export function until(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - monotonicMs())));
}
