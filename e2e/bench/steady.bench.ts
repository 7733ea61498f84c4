// What a party costs that just plays: bytes of each member and CPU of the server, beside a bare Socket.IO program whose
// members ask the same and are answered the same.
//
//   npm run bench -- steady [--quick] [--members=1000,10000] [--runs=5] [--on=redis] [--profile=<folder>]
//
// Members are as the headless client is after its first minutes: the clock every 12 s, a report when the server wants one.

import { startGenerators } from '../load/generators.ts';
import { captureFrames } from './floor/capture.ts';
import { openBackends } from './scale/backends.ts';
import { interleave } from './scale/interleave.ts';
import { readOptions } from './scale/options.ts';
import { type Bar, ScaleReport } from './scale/scale-report.ts';
import { startCowatch, startFloor } from './scale/target.ts';
import { measureSteady, type SteadyRun } from './steady/steady.ts';

const FOR_MS = 30_000;
const QUICK_FOR_MS = 6000;
const MANY = 1000;
const BYTES_MAX = 60;

const options = readOptions(process.argv.slice(2), { members: [1000, 10_000], quickMembers: [200] });
const report = new ScaleReport(options.on === 'redis' ? 'steady-redis' : 'steady');

const world = options.on === 'redis' ? await openBackends() : null;
const backends = world?.backends ?? null;
const redisUrl = backends?.redisUrl ?? null;
const first = await startCowatch({ backends });
const frames = await captureFrames(first).finally(() => first.stop());

for (const members of options.members) {
  const generators = startGenerators();
  const pairs = await interleave(
    {
      cowatch: () => startCowatch({ backends, profileFolder: options.profileFolder }),
      floor: () => startFloor({ frames, join: 'state', redisUrl }, { profileFolder: options.profileFolder }),
    },
    options.runs,
    (target) => measureSteady(target, generators, { members, forMs: options.quick ? QUICK_FOR_MS : FOR_MS }),
  ).finally(() => generators.stop());

  const bytesBar: Bar = members >= MANY ? { kind: 'at-most', most: BYTES_MAX } : null;
  const rows: readonly (readonly [string, string, Bar, (run: SteadyRun) => number])[] = [
    ['bytes per member and second, both ways', 'B', bytesBar, ({ bytesPerMemberS }) => bytesPerMemberS],
    ['… to the member', 'B', null, ({ bytesDownPerMemberS }) => bytesDownPerMemberS],
    ['… from the member', 'B', null, ({ bytesUpPerMemberS }) => bytesUpPerMemberS],
    ['… with TCP and IP headers', 'B', null, ({ wireBytesPerMemberS }) => wireBytesPerMemberS],
    ['server CPU', '% of a core', null, ({ cpuPercent }) => cpuPercent],
    ['server CPU, main thread alone', '% of a core', null, ({ mainCpuPercent }) => mainCpuPercent],
    ['server memory per member', 'KiB', null, ({ keptPerMemberKb }) => keptPerMemberKb],
    ['load generators', '% of a core', null, ({ generatorPercent }) => generatorPercent],
  ];
  for (const [row, unit, bar, pick] of rows) {
    const runs = pairs.cowatch.map(pick);
    report.add({ row, members, unit, bar, runs, floorRuns: pairs.floor.map(pick), noise: pairs.noise });
  }
}
await world?.close();
report.finish({ ...options });
