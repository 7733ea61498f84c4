import { randomBytes } from 'node:crypto';

/**
 * The one clock all instances of a cluster share: Unix-scaled milliseconds that never step back.
 * Below `platform/clock` the time is an argument.
 */
export interface ClusterClock {
  /** Cluster milliseconds now. Fractions are kept. */
  nowMs(): number;
  /** Names this process; clients never mix clock samples of different processes. */
  readonly instanceId: string;
  /** False while cluster time is not known yet: `nowMs` is a guess then, and no socket is admitted. Once true it stays so. */
  readonly ready: boolean;
  /** Calls back once when the clock is ready, at once where it is; returns its stop. */
  onReady(callback: () => void): () => void;
}

/** Where a clock gets its time from. */
export interface ClockSources {
  /** Unix milliseconds as the machine believes them; read once. */
  wallMs(): number;
  /** Milliseconds that only ever grow, from any origin. */
  monotonicMs(): number;
}

export const machineSources: ClockSources = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/**
 * A clock for one machine: the wall clock once, at the start, and monotonic from then on, so that neither NTP steps nor
 * an administrator's `date` ever moves a running party.
 */
export function createMachineClock(sources: ClockSources = machineSources): ClusterClock {
  const originMs = sources.wallMs() - sources.monotonicMs();
  return {
    instanceId: randomBytes(9).toString('base64url'),
    nowMs: () => originMs + sources.monotonicMs(),
    ready: true,
    onReady: callAtOnce,
  };
}

function callAtOnce(callback: () => void): () => void {
  callback();
  return () => {};
}
