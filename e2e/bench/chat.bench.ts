// What a line of the chat costs for each member who is sent it, beside the barest Socket.IO program that sends each line to
// the room at once (`io.to(room).emit`), writes nothing down and checks nothing.
//
//   npm run bench -- chat [--quick] [--members=10,1000] [--runs=5] [--silent] [--on=redis] [--profile=<folder>]
//
// Up to 31 members speak in turns, 18 lines a second in all; the party is played meanwhile as in `fanout`. What the party
// costs while nobody speaks is taken off. A party above 100 people is told in frames of 250 ms.

import { type ChatRun, measureChat } from './chat/chat.ts';
import { readOptions } from './scale/options.ts';
import { runScaleBench } from './scale/scale-bench.ts';

/** Up to so many people each line goes out at once. */
const LIVE_MAX = 100;
const FOR_S = 20;
const QUICK_FOR_S = 6;

const options = readOptions(process.argv.slice(2), { members: [10, 100, 1000, 5000, 10_000], quickMembers: [10, 200] });
const forS = options.quick ? QUICK_FOR_S : FOR_S;

await runScaleBench<ChatRun>({
  name: 'chat',
  options,
  measure: (target, generators, members) => measureChat(target, generators, { members, forS, silent: options.silent }),
  rows: (members) => [
    ['CPU per line and member', 'µs', { kind: 'times-floor', times: members <= LIVE_MAX ? 1.3 : 0.5 }, ({ cpuPerLineUs }) => cpuPerLineUs],
    ['the same, main thread alone', 'µs', null, ({ mainCpuPerLineUs }) => mainCpuPerLineUs],
    ['line to its writer, p50', 'ms', null, ({ ownP50Ms }) => ownP50Ms],
    ['line to its writer, p99', 'ms', null, ({ ownP99Ms }) => ownP99Ms],
    ['line to its answer', 'ms', null, ({ answerP50Ms }) => answerP50Ms],
    ['lines said', 'a second', null, ({ saidPerS }) => saidPerS],
    ['lines sent to each', 'a second', null, ({ deliveredPerS }) => deliveredPerS],
    ['bytes per member and second', 'B', null, ({ bytesPerMemberS }) => bytesPerMemberS],
    ['load generators', '% of a core', null, ({ generatorPercent }) => generatorPercent],
  ],
});
