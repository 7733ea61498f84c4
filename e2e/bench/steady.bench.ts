// What a party costs that just plays: bytes of each member and CPU of the server, beside a bare Socket.IO program whose
// members ask the same and are answered the same.
//
//   npm run bench -- steady [--quick] [--members=1000,10000] [--runs=5] [--on=redis] [--profile=<folder>]
//
// Members are as the headless client is after its first minutes: the clock every 12 s, a report when the server wants one.

import { readOptions } from './scale/options.ts';
import { runScaleBench } from './scale/scale-bench.ts';
import { measureSteady, type SteadyRun } from './steady/steady.ts';

const FOR_MS = 30_000;
const QUICK_FOR_MS = 6000;
const MANY = 1000;
const BYTES_MAX = 60;

const options = readOptions(process.argv.slice(2), { members: [1000, 10_000], quickMembers: [200] });
const forMs = options.quick ? QUICK_FOR_MS : FOR_MS;

await runScaleBench<SteadyRun>({
  name: 'steady',
  options,
  measure: (target, generators, members) => measureSteady(target, generators, { members, forMs }),
  rows: (members) => [
    [
      'bytes per member and second, both ways',
      'B',
      members >= MANY ? { kind: 'at-most', most: BYTES_MAX } : null,
      ({ bytesPerMemberS }) => bytesPerMemberS,
    ],
    ['… to the member', 'B', null, ({ bytesDownPerMemberS }) => bytesDownPerMemberS],
    ['… from the member', 'B', null, ({ bytesUpPerMemberS }) => bytesUpPerMemberS],
    ['… with TCP and IP headers', 'B', null, ({ wireBytesPerMemberS }) => wireBytesPerMemberS],
    ['server CPU', '% of a core', null, ({ cpuPercent }) => cpuPercent],
    ['server CPU, main thread alone', '% of a core', null, ({ mainCpuPercent }) => mainCpuPercent],
    ['server memory per member', 'KiB', null, ({ keptPerMemberKb }) => keptPerMemberKb],
    ['load generators', '% of a core', null, ({ generatorPercent }) => generatorPercent],
  ],
});
