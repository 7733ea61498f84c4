import { startNoiseMeter } from '../noise.ts';
import type { Noise } from '../report.ts';
import type { Target } from './target.ts';

/** The same thing done to the server and to its floor, in turns. */
export interface Pairs<T> {
  readonly cowatch: readonly T[];
  readonly floor: readonly T[];
  readonly noise: Noise;
}

export interface Starters {
  cowatch(): Promise<Target>;
  floor(): Promise<Target>;
}

/** Time for a process that has just started to come to rest, in milliseconds. */
const REST_MS = 1500;

/** Measures both `runs` times, each time in a process of its own; who goes first changes from run to run. */
export async function interleave<T>(
  starters: Starters,
  runs: number,
  measure: (target: Target, run: number) => Promise<T>,
): Promise<Pairs<T>> {
  const results: Record<Target['kind'], T[]> = { cowatch: [], floor: [] };
  const meter = startNoiseMeter();
  try {
    for (let run = 0; run < runs; run += 1) {
      const order = run % 2 === 0 ? (['floor', 'cowatch'] as const) : (['cowatch', 'floor'] as const);
      for (const kind of order) {
        const target = await starters[kind]();
        try {
          await new Promise((resolve) => setTimeout(resolve, REST_MS));
          results[kind].push(await measure(target, run));
        } finally {
          await target.stop();
        }
      }
    }
    return { ...results, noise: await meter.take() };
  } finally {
    meter.stop();
  }
}
