import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../../fixtures/statistics.ts';
import { type Noise, RESULTS_FOLDER } from '../report.ts';
import { machine } from './machine.ts';

/** What a figure is held against. */
export type Bar =
  | { readonly kind: 'times-floor'; readonly times: number }
  | { readonly kind: 'at-least-floor'; readonly times: number }
  | { readonly kind: 'floor-plus'; readonly plus: number }
  | { readonly kind: 'at-most'; readonly most: number }
  | { readonly kind: 'at-least'; readonly least: number }
  | null;

export interface FigureInput {
  readonly row: string;
  readonly members: number;
  readonly unit: string;
  readonly bar: Bar;
  /** One for each run; `Infinity` stands for "never". */
  readonly runs: readonly number[];
  /** The floor's, of the same runs; empty where there is none. */
  readonly floorRuns: readonly number[];
  readonly noise: Noise | null;
}

/** One figure: a line of JSON and a row of the table. */
export interface ScaleFigure {
  readonly bench: string;
  readonly row: string;
  readonly members: number;
  readonly unit: string;
  readonly figure: number | null;
  readonly floor: number | null;
  readonly ratio: number | null;
  readonly bar: string | null;
  readonly ok: boolean | null;
  readonly runs: readonly (number | null)[];
  readonly floorRuns: readonly (number | null)[];
  readonly noise: Noise | null;
}

/** Three digits that count; null for what is no number. */
const rounded = (value: number) => {
  if (!Number.isFinite(value)) return null;
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
};

export function judge(bar: Bar, figure: number, floor: number): boolean | null {
  if (bar === null) return null;
  switch (bar.kind) {
    case 'times-floor':
      return figure <= floor * bar.times;
    case 'at-least-floor':
      return figure >= floor * bar.times;
    case 'floor-plus':
      return figure <= floor + bar.plus;
    case 'at-most':
      return figure <= bar.most;
    case 'at-least':
      return figure >= bar.least;
  }
}

export function barText(bar: Bar, unit: string): string | null {
  if (bar === null) return null;
  switch (bar.kind) {
    case 'times-floor':
      return `≤ ${bar.times} × floor`;
    case 'at-least-floor':
      return `≥ ${bar.times} × floor`;
    case 'floor-plus':
      return `≤ floor + ${bar.plus} ${unit}`;
    case 'at-most':
      return `≤ ${bar.most}`;
    case 'at-least':
      return `≥ ${bar.least}`;
  }
}

/** Collects the figures of a bench with a floor; prints each as it comes and, at the end, all of them as a table. */
export class ScaleReport {
  readonly #bench: string;
  readonly #figures: ScaleFigure[] = [];
  readonly #startedMs = performance.now();

  constructor(bench: string) {
    this.#bench = bench;
  }

  add({ row, members, unit, bar, runs, floorRuns, noise }: FigureInput): void {
    const figure = median(runs);
    const floor = median(floorRuns);
    const entry: ScaleFigure = {
      bench: this.#bench,
      row,
      members,
      unit,
      figure: rounded(figure),
      floor: rounded(floor),
      ratio: rounded(figure / floor),
      bar: barText(bar, unit),
      ok: judge(bar, figure, floor),
      runs: runs.map(rounded),
      floorRuns: floorRuns.map(rounded),
      noise,
    };
    this.#figures.push(entry);
    console.log(JSON.stringify(entry));
  }

  /** Prints the table and writes `bench-results/<bench>.json`. */
  finish(more: Readonly<Record<string, unknown>>): void {
    const minutes = Math.round((performance.now() - this.#startedMs) / 6000) / 10;
    mkdirSync(RESULTS_FOLDER, { recursive: true });
    const path = join(RESULTS_FOLDER, `${this.#bench}.json`);
    const all = { machine: machine(), finishedAt: new Date().toISOString(), minutes, ...more, figures: this.#figures };
    writeFileSync(path, `${JSON.stringify(all, null, 2)}\n`);
    console.log(`\n${scaleTable(this.#figures)}\n\n${minutes} minutes. Written to ${path}`);
  }
}

const shown = (value: number | null) => (value === null ? '–' : String(value));

/** The figures as an aligned table. */
export function scaleTable(figures: readonly ScaleFigure[]): string {
  const head = ['row', 'members', 'figure', 'floor', 'unit', 'ratio', 'bar', '', 'runs', 'runs of the floor', 'noise'];
  const numeric = new Set([1, 2, 3, 5]);
  const rows = figures.map((it) => [
    it.row,
    String(it.members),
    it.runs.length > 0 && it.figure === null ? 'never' : shown(it.figure),
    shown(it.floor),
    it.unit,
    shown(it.ratio),
    it.bar ?? '',
    it.ok === null ? '' : it.ok ? 'met' : 'MISSED',
    it.runs.map(shown).join(' '),
    it.floorRuns.map(shown).join(' '),
    it.noise === null ? '' : `late p95 ${it.noise.timerLateP95Ms} worst ${it.noise.timerLateWorstMs} load ${it.noise.load1}`,
  ]);
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (numeric.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
