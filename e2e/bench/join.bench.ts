// How long it takes when very many come at once into a party that plays, until each of them has its state, and what
// becomes of a command meanwhile; beside a bare Socket.IO program to which the same people connect and which answers them once.
//
//   npm run bench -- join [--quick] [--members=10,1000] [--runs=5] [--silent] [--answer=nothing] [--on=redis] [--profile=<folder>]
//
// To the server people come as the headless client does: they connect, join, measure the clock in a burst and report. To
// the floor they connect and join, and say no more. With --silent they say no more to the server either. The floor's
// answer is of the size of the server's; with --answer=nothing it is empty.

import { FRESH, SILENT } from '../load/habits.ts';
import { type JoinRun, measureJoin } from './join/join.ts';
import { readOptions } from './scale/options.ts';
import { runScaleBench } from './scale/scale-bench.ts';

const argv = process.argv.slice(2);
const options = readOptions(argv, { members: [10, 100, 1000, 5000, 10_000], quickMembers: [200] });
const bar = { kind: 'times-floor', times: 1.5 } as const;

await runScaleBench<JoinRun>({
  name: 'join',
  options,
  join: argv.includes('--answer=nothing') ? 'nothing' : 'state',
  measure: (target, generators, members) =>
    measureJoin(target, generators, members, target.kind === 'cowatch' && !options.silent ? FRESH : SILENT),
  rows: () => [
    ['until each has the state: half of them', 'ms', null, ({ p50Ms }) => p50Ms],
    ['until each has the state: 99 %', 'ms', null, ({ p99Ms }) => p99Ms],
    ['until each has the state: the last', 'ms', bar, ({ allMs }) => allMs],
    ['a command during the storm, p99', 'ms', bar, ({ commandP99Ms }) => commandP99Ms],
    ['a command during the storm, max', 'ms', null, ({ commandMaxMs }) => commandMaxMs],
    ['server CPU per newcomer', 'ms', null, ({ cpuPerMemberMs }) => cpuPerMemberMs],
    ['load generators’ CPU per newcomer', 'ms', null, ({ generatorPerMemberMs }) => generatorPerMemberMs],
    ['times somebody had to come again', '', null, ({ turnedAway }) => turnedAway],
    ['connections that had to knock again', '', null, ({ overflows }) => overflows],
  ],
});
