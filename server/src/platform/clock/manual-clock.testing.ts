import type { ClusterClock } from './cluster-clock.ts';

/** Manual clock: cluster time that tests turn by hand. */
export class ManualClock implements ClusterClock {
  readonly ready = true;
  readonly instanceId: string;
  #nowMs: number;

  constructor(startMs = 1_700_000_000_000, instanceId = 'manual-clock') {
    this.#nowMs = startMs;
    this.instanceId = instanceId;
  }

  onReady(callback: () => void): () => void {
    callback();
    return () => {};
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Lets `durationMs` pass; a clock of a cluster never goes back, so it must not be negative. */
  advance(durationMs: number): void {
    if (!(durationMs >= 0)) throw new RangeError('a cluster clock never goes back');
    this.#nowMs += durationMs;
  }
}
