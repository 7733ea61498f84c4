import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from '../fixtures/statistics.ts';

/** Where benches leave what they wrote. */
export const RESULTS_FOLDER = fileURLToPath(new URL('../../bench-results/', import.meta.url));

/** One figure of a bench: printed as a line of JSON and as a row of the table. */
export interface Figure {
  readonly bench: string;
  readonly row: string;
  readonly browser: string;
  /** Median of the runs; null where that is "never". */
  readonly figure: number | null;
  readonly unit: string;
  /** At most this much is wanted; null where there is nothing to hold it against. */
  readonly bar: number | null;
  readonly ok: boolean | null;
  /** The figure of each run; null where it was "never". */
  readonly runs: readonly (number | null)[];
  /** How late a 1 ms timer of an idle process was meanwhile, and the load average. */
  readonly noise: Noise | null;
}

export interface Noise {
  readonly timerLateP95Ms: number;
  /** Worst of all: a machine that stood still for a moment, and everything on it. */
  readonly timerLateWorstMs: number;
  readonly load1: number;
}

export interface FigureInput {
  readonly row: string;
  readonly browser: string;
  readonly unit: string;
  readonly bar: number | null;
  /** At least one; `Infinity` stands for "never". */
  readonly runs: readonly number[];
  readonly noise?: Noise | null;
}

const rounded = (value: number) => (Number.isFinite(value) ? Math.round(value * 100) / 100 : null);
const shown = (value: number | null) => (value === null ? 'never' : String(value));

/** Collects the figures of one bench, prints each as it comes and, at the end, all of them as a table. */
export class BenchReport {
  readonly #bench: string;
  readonly #figures: Figure[] = [];

  constructor(bench: string) {
    this.#bench = bench;
  }

  get figures(): readonly Figure[] {
    return this.#figures;
  }

  /** Adds a figure: the median of its runs is held against the bar. */
  add({ row, browser, unit, bar, runs, noise = null }: FigureInput): void {
    const figure = rounded(median(runs));
    const ok = bar === null ? null : figure !== null && figure <= bar;
    const entry: Figure = {
      bench: this.#bench,
      row,
      browser,
      figure,
      unit,
      bar,
      ok,
      runs: runs.map(rounded),
      noise,
    };
    this.#figures.push(entry);
    console.log(JSON.stringify(entry));
  }

  /** Prints the table and writes `bench-results/<name>.json`, with whatever else is worth keeping. */
  finish(more: Readonly<Record<string, unknown>> = {}): void {
    mkdirSync(RESULTS_FOLDER, { recursive: true });
    const path = join(RESULTS_FOLDER, `${this.#bench}.json`);
    const machine = {
      node: process.version,
      cpus: availableParallelism(),
      finishedAt: new Date().toISOString(),
    };
    writeFileSync(path, `${JSON.stringify({ machine, ...more, figures: this.#figures }, null, 2)}\n`);
    console.log(`\n${formatTable(this.#figures)}\n\nWritten to ${path}`);
  }
}

/** The figures as an aligned table. */
export function formatTable(figures: readonly Figure[]): string {
  const head = ['row', 'browser', 'figure', 'unit', 'bar', '', 'runs', 'timer late p95', 'worst', 'load'];
  const rows = figures.map((it) => [
    it.row,
    it.browser,
    shown(it.figure),
    it.unit,
    it.bar === null ? '' : `≤ ${it.bar}`,
    it.ok === null ? '' : it.ok ? 'ok' : 'MISSED',
    it.runs.map(shown).join(' '),
    it.noise === null ? '' : `${it.noise.timerLateP95Ms} ms`,
    it.noise === null ? '' : `${it.noise.timerLateWorstMs} ms`,
    it.noise === null ? '' : String(it.noise.load1),
  ]);
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
