// What a second instance adds: how many commands a second reach how many members of one party, over one instance and over
// two that share Redis and PostgreSQL.
//
//   npm run bench -- instances [--quick] [--members=1000] [--runs=5]
//
// Everything runs on one machine. Where that has too few cores for two instances, the databases and the load, two
// instances cannot be faster than one, whatever they are; what decides is then how much an instance gets done for each
// second of CPU that the busiest of them uses.

import { availableParallelism } from 'node:os';
import { startGenerators } from '../load/generators.ts';
import { type InstancesRun, measureInstances } from './instances/instances.ts';
import { interleave } from './scale/interleave.ts';
import { readOptions } from './scale/options.ts';
import { openStage } from './scale/scale-bench.ts';
import { ScaleReport } from './scale/scale-report.ts';
import { startCowatch, startFloor } from './scale/target.ts';

const FOR_MS = 15_000;
const QUICK_FOR_MS = 4000;
const TIMES_ONE = 1.8;
/** Two instances, two load generators, Redis and PostgreSQL. */
const CORES_NEEDED = 6;

const options = readOptions(process.argv.slice(2), { members: [1000], quickMembers: [200] });
const report = new ScaleReport('instances');
const cores = availableParallelism();

const { backends, floor: plan, close } = await openStage('redis');

for (const members of options.members) {
  const generators = startGenerators();
  const measured: { instances: number; cowatch: readonly InstancesRun[]; floor: readonly InstancesRun[] }[] = [];
  // One after the other would compare this minute with the last: each run measures one instance, then two.
  const byInstances = new Map([
    [1, { cowatch: [] as InstancesRun[], floor: [] as InstancesRun[] }],
    [2, { cowatch: [] as InstancesRun[], floor: [] as InstancesRun[] }],
  ]);
  let noise = null;
  for (let run = 0; run < options.runs; run += 1) {
    for (const [instances, results] of byInstances) {
      const pairs = await interleave(
        {
          cowatch: () => startCowatch({ backends, instances, profileFolder: options.profileFolder }),
          floor: () => startFloor(plan, { instances }),
        },
        1,
        (target) => measureInstances(target, generators, { members, forMs: options.quick ? QUICK_FOR_MS : FOR_MS }),
      );
      results.cowatch.push(...pairs.cowatch);
      results.floor.push(...pairs.floor);
      noise = pairs.noise;
    }
  }
  generators.stop();
  for (const [instances, results] of byInstances) measured.push({ instances, ...results });

  for (const { instances, cowatch, floor } of measured) {
    const rows: readonly (readonly [string, string, (run: InstancesRun) => number])[] = [
      ['commands × members', '/s', ({ deliveriesPerS }) => deliveriesPerS],
      ['commands × members per CPU of the busiest', '/s', ({ deliveriesPerBusiestCpuS }) => deliveriesPerBusiestCpuS],
      ['command to its answer', 'ms', ({ answerMs }) => answerMs],
      ['CPU of the busiest', '% of a core', ({ busiestPercent }) => busiestPercent],
      ['load generators', '% of a core', ({ generatorPercent }) => generatorPercent],
    ];
    for (const [row, unit, pick] of rows) {
      const name = `${instances} ${instances === 1 ? 'instance' : 'instances'}: ${row}`;
      report.add({ row: name, members, unit, bar: null, runs: cowatch.map(pick), floorRuns: floor.map(pick), noise });
    }
  }
  const gain = (kind: 'cowatch' | 'floor', pick: (run: InstancesRun) => number) =>
    (byInstances.get(2)?.[kind] ?? []).map((two, run) => {
      const one = byInstances.get(1)?.[kind][run];
      return one === undefined ? Number.NaN : pick(two) / pick(one);
    });
  const enough = cores >= CORES_NEEDED;
  const bar = { kind: 'at-least', least: TIMES_ONE } as const;
  const gains: readonly (readonly [string, boolean, (run: InstancesRun) => number])[] = [
    [`two against one, on the ${cores} cores of this machine`, enough, ({ deliveriesPerS }) => deliveriesPerS],
    ['two against one, each with a core of its own', true, (run) => run.deliveriesPerBusiestCpuS],
  ];
  for (const [row, judged, pick] of gains) {
    const runs = gain('cowatch', pick);
    report.add({ row, members, unit: '×', bar: judged ? bar : null, runs, floorRuns: gain('floor', pick), noise });
  }
}
await close();
report.finish({ ...options });
