import { startNoiseMeter } from '../noise.ts';
import type { Noise } from '../report.ts';
import { rssBytes } from './process-usage.ts';
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
          await comeToRest(target.pids);
          results[kind].push(await measure(target, run));
        } catch (error) {
          throw new Error(`Measuring the ${kind} failed. Its log ends:\n${target.log()}`, { cause: error });
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

const LOOK_EVERY_MS = 500;
/** Memory that stays the same for so many looks is at rest. */
const LOOKS_ALIKE = 5;
const ALIKE_BYTES = 2 * 2 ** 20;
const LOOKS_MAX = 40;

/** Waits until processes that have just started neither grow nor shrink: what they made at the start is collected. */
async function comeToRest(pids: readonly number[]): Promise<void> {
  const memory = () => pids.reduce((sum, pid) => sum + rssBytes(pid), 0);
  let before = memory();
  let alike = 0;
  for (let look = 0; look < LOOKS_MAX && alike < LOOKS_ALIKE; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const now = memory();
    alike = Math.abs(now - before) <= ALIKE_BYTES ? alike + 1 : 0;
    before = now;
  }
}
