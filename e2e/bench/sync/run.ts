import type { NoiseMeter } from '../noise.ts';
import type { PlotPanel } from '../plot.ts';
import type { BenchReport, Noise } from '../report.ts';
import type { Amounts } from './amounts.ts';
import type { Steady } from './rows.ts';

/** One run of the sync bench: what all its parts share. */
export interface BenchRun {
  readonly report: BenchReport;
  readonly noise: NoiseMeter;
  readonly panels: PlotPanel[];
  readonly amounts: Amounts;
}

/** The browsers of a row, and how far the machine could be believed meanwhile. */
export interface Beside {
  readonly browser: string;
  readonly noise: Noise;
}

export interface Row {
  readonly row: string;
  readonly unit: string;
  /** At most this; null where there is nothing to hold it against. */
  readonly bar: number | null;
}

/** Does something several times, with the noise of the machine taken beside it. */
export async function repeat<T>(
  { noise }: BenchRun,
  browser: string,
  times: number,
  once: (run: number) => Promise<T>,
): Promise<{ readonly runs: readonly T[]; readonly beside: Beside }> {
  await noise.take();
  const runs: T[] = [];
  for (let run = 0; run < times; run += 1) runs.push(await once(run));
  return { runs, beside: { browser, noise: await noise.take() } };
}

/** Adds a row; one that was not measured at all is left out. */
export function addRow({ report }: BenchRun, beside: Beside, row: Row, runs: readonly number[]): void {
  if (runs.length > 0) report.add({ ...row, ...beside, runs });
}

/** The rows that every steady stretch tells. */
export function addSteadyRows(run: BenchRun, beside: Beside, runs: readonly Steady[]): void {
  const rows: readonly (readonly [string, number | null, (steady: Steady) => number])[] = [
    ['steady: skew of two pages, p95', 10, ({ pairP95Ms }) => pairP95Ms],
    ['steady: worst page from the timeline, p95', 8, ({ pageP95Ms }) => pageP95Ms],
    ['steady, media clock: skew of two pages, p95', null, ({ pairClockP95Ms }) => pairClockP95Ms],
    ['steady, media clock: worst page, p95', null, ({ pageClockP95Ms }) => pageClockP95Ms],
  ];
  for (const [row, bar, pick] of rows) addRow(run, beside, { row, unit: 'ms', bar }, runs.map(pick));
}
