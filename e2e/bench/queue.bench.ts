// What a full queue costs those who pause: a pause in a party with 500 queued items beside one in a party without, on one
// server, in turns. It must cost at most 1.1 × as much.
//
//   npm run bench -- queue [--quick] [--runs=5] [--on=redis]

import { measurePauses, type PausesRun } from './queue/pauses.ts';
import { BenchReport } from './report.ts';
import { openBackends } from './scale/backends.ts';
import { readOptions } from './scale/options.ts';
import { startCowatch } from './scale/target.ts';

const PAIRS = 400;
const QUICK_PAIRS = 100;
const FULL_QUEUE_MAX = 1.1;

const { quick, runs, on } = readOptions(process.argv.slice(2), { members: [1], quickMembers: [1] });
const report = new BenchReport('queue');
const results: { readonly without: PausesRun; readonly full: PausesRun }[] = [];
const opened = on === 'redis' ? await openBackends() : null;
try {
  for (let run = 0; run < runs; run += 1) {
    const target = await startCowatch({ backends: opened?.backends ?? null });
    try {
      results.push(await measurePauses(target, quick ? QUICK_PAIRS : PAIRS));
    } finally {
      await target.stop();
    }
  }
} finally {
  await opened?.close();
}

const rows: [string, keyof PausesRun][] = [
  ['a pause answered, p50', 'p50Ms'],
  ['a pause answered, p99', 'p99Ms'],
];
for (const [row, key] of rows) {
  for (const party of ['without', 'full'] as const) {
    const name = party === 'full' ? '500 queued items' : 'no queue';
    report.add({ row: `${row}, ${name}`, browser: on, unit: 'ms', bar: null, runs: results.map((one) => one[party][key]) });
  }
  // The tail of so few says nothing by itself: only the median is held against the bar.
  const bar = key === 'p50Ms' ? FULL_QUEUE_MAX : null;
  report.add({ row: `${row}, full ÷ none`, browser: on, unit: '×', bar, runs: results.map((one) => one.full[key] / one.without[key]) });
}
report.finish();
