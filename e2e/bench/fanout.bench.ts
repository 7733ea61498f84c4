// How long a command takes to each member of one party, and what it costs the server, beside the barest Socket.IO
// program that sends the very same frames.
//
//   npm run bench -- fanout [--quick] [--members=10,1000] [--runs=5] [--silent] [--on=redis] [--profile=<folder>]
//
// Members keep the clock and report as the headless client does after its first minutes, to the floor as to the server;
// with --silent they only take. Latency is from the command leaving its sender to a member's process having read it, on
// the one monotonic clock of this machine.

import { type FanoutRun, measureFanout } from './fanout/fanout.ts';
import { readOptions } from './scale/options.ts';
import { runScaleBench } from './scale/scale-bench.ts';
import type { Bar } from './scale/scale-report.ts';

const MANY = 1000;
const COMMANDS = 30;
const QUICK_COMMANDS = 10;

const options = readOptions(process.argv.slice(2), { members: [10, 100, 1000, 5000, 10_000], quickMembers: [10, 200] });
const commands = options.quick ? QUICK_COMMANDS : COMMANDS;

await runScaleBench<FanoutRun>({
  name: 'fanout',
  options,
  measure: (target, generators, members) => measureFanout(target, generators, { members, commands, silent: options.silent }),
  rows(members) {
    const many = members >= MANY;
    const times = (factor: number): Bar => (many ? { kind: 'times-floor', times: factor } : null);
    return [
      ['command to member, p50', 'ms', null, ({ p50Ms }) => p50Ms],
      ['command to member, p99', 'ms', many ? times(1.25) : { kind: 'floor-plus', plus: 5 }, ({ p99Ms }) => p99Ms],
      ['command to member, max', 'ms', null, ({ maxMs }) => maxMs],
      ['command to its answer', 'ms', null, ({ answerMs }) => answerMs],
      ['server CPU', '% of a core', times(1.25), ({ cpuPercent }) => cpuPercent],
      ['server CPU, main thread alone', '% of a core', null, ({ mainCpuPercent }) => mainCpuPercent],
      ['server memory per member', 'KiB', times(1.5), ({ keptPerMemberKb }) => keptPerMemberKb],
      ['bytes per member and second', 'B', null, ({ bytesPerMemberS }) => bytesPerMemberS],
      ['load generators', '% of a core', null, ({ generatorPercent }) => generatorPercent],
    ];
  },
});
