// How long it takes when very many come at once into a party that plays, until each of them has its state, and what
// becomes of a command meanwhile; beside a bare Socket.IO program to which the same people connect and which answers them once.
//
//   npm run bench -- join [--quick] [--members=10,1000] [--runs=5] [--silent] [--answer=nothing] [--on=redis] [--profile=<folder>]
//
// To the server people come as the headless client does: they connect, join, measure the clock in a burst and report. To
// the floor they connect and join, and say no more. With --silent they say no more to the server either. The floor's
// answer is of the size of the server's; with --answer=nothing it is empty.

import { startGenerators } from '../load/generators.ts';
import { FRESH, SILENT } from '../load/habits.ts';
import { captureFrames } from './floor/capture.ts';
import { type JoinRun, measureJoin } from './join/join.ts';
import { openBackends } from './scale/backends.ts';
import { interleave } from './scale/interleave.ts';
import { readOptions } from './scale/options.ts';
import { type Bar, ScaleReport } from './scale/scale-report.ts';
import { startCowatch, startFloor } from './scale/target.ts';

const argv = process.argv.slice(2);
const options = readOptions(argv, { members: [10, 100, 1000, 5000, 10_000], quickMembers: [200] });
const answer = argv.includes('--answer=nothing') ? 'nothing' : 'state';
const report = new ScaleReport(options.on === 'redis' ? 'join-redis' : 'join');

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
      floor: () => startFloor({ frames, join: answer, redisUrl }, { profileFolder: options.profileFolder }),
    },
    options.runs,
    (target) => measureJoin(target, generators, members, target.kind === 'cowatch' && !options.silent ? FRESH : SILENT),
  ).finally(() => generators.stop());

  const bar: Bar = { kind: 'times-floor', times: 1.5 };
  const rows: readonly (readonly [string, string, Bar, (run: JoinRun) => number])[] = [
    ['until each has the state: half of them', 'ms', null, ({ p50Ms }) => p50Ms],
    ['until each has the state: 99 %', 'ms', null, ({ p99Ms }) => p99Ms],
    ['until each has the state: the last', 'ms', bar, ({ allMs }) => allMs],
    ['a command during the storm, p99', 'ms', bar, ({ commandP99Ms }) => commandP99Ms],
    ['a command during the storm, max', 'ms', null, ({ commandMaxMs }) => commandMaxMs],
    ['server CPU per newcomer', 'ms', null, ({ cpuPerMemberMs }) => cpuPerMemberMs],
    ['load generators’ CPU per newcomer', 'ms', null, ({ generatorPerMemberMs }) => generatorPerMemberMs],
    ['times somebody had to come again', '', null, ({ turnedAway }) => turnedAway],
    ['connections that had to knock again', '', null, ({ overflows }) => overflows],
  ];
  for (const [row, unit, rowBar, pick] of rows) {
    const runs = pairs.cowatch.map(pick);
    report.add({ row, members, unit, bar: rowBar, runs, floorRuns: pairs.floor.map(pick), noise: pairs.noise });
  }
}
await world?.close();
report.finish({ ...options, answer });
