import { type Generators, startGenerators } from '../../load/generators.ts';
import { captureFrames } from '../floor/capture.ts';
import type { FloorPlan } from '../floor/floor.types.ts';
import { openBackends } from './backends.ts';
import { interleave } from './interleave.ts';
import type { ScaleOptions } from './options.ts';
import { type Bar, ScaleReport } from './scale-report.ts';
import { type Backends, startCowatch, startFloor, type Target } from './target.ts';

/** What is measured and what it runs on: made once, used by every run. */
export interface Stage {
  readonly backends: Backends | null;
  /** The barest program with the same frames, through the same adapter. */
  readonly floor: FloorPlan;
  close(): Promise<void>;
}

/** Sets up what is shared by instances, where there is any, and writes down the frames that the floor is to send. */
export async function openStage(on: ScaleOptions['on'], join: FloorPlan['join'] = 'state'): Promise<Stage> {
  const world = on === 'redis' ? await openBackends() : null;
  const backends = world?.backends ?? null;
  const first = await startCowatch({ backends });
  const frames = await captureFrames(first).finally(() => first.stop());
  return {
    backends,
    floor: { frames, join, redisUrl: backends?.redisUrl ?? null },
    async close() {
      await world?.close();
    },
  };
}

/** One row of the table: its name, its unit, what it is held against, and which part of a run it is. */
export type ScaleRow<T> = readonly [row: string, unit: string, bar: Bar, pick: (run: T) => number];

export interface ScaleBench<T> {
  readonly name: string;
  readonly options: ScaleOptions;
  /** What the floor answers to a join. */
  readonly join?: FloorPlan['join'];
  measure(target: Target, generators: Generators, members: number): Promise<T>;
  rows(members: number): readonly ScaleRow<T>[];
}

/** Measures the server and its floor in turns, for every number of members, and reports. */
export async function runScaleBench<T>({ name, options, join, measure, rows }: ScaleBench<T>): Promise<void> {
  const { on, runs, profileFolder } = options;
  const report = new ScaleReport(on === 'redis' ? `${name}-redis` : name);
  const { backends, floor, close } = await openStage(on, join);
  for (const members of options.members) {
    const generators = startGenerators();
    const starters = {
      cowatch: () => startCowatch({ backends, profileFolder }),
      floor: () => startFloor(floor, { profileFolder }),
    };
    const pairs = await interleave(starters, runs, (target) => measure(target, generators, members)).finally(() => generators.stop());
    for (const [row, unit, bar, pick] of rows(members)) {
      const figures = { runs: pairs.cowatch.map(pick), floorRuns: pairs.floor.map(pick), noise: pairs.noise };
      report.add({ row, members, unit, bar, ...figures });
    }
  }
  await close();
  report.finish({ ...options, ...(join === undefined ? {} : { join }) });
}
