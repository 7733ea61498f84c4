import { CodedError } from '@cowatch/shared/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { JobRunner } from './jobs.ts';

let lines: Record<string, unknown>[];
let random = 0.5;
beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  random = 0.5;
});
afterEach(() => vi.useRealTimers());

function setUp() {
  const log = createLogger({ level: 'debug', destination: { write: (line: string) => lines.push(JSON.parse(line)) } });
  const metrics = createMetrics({ processMetrics: false });
  return { runner: new JobRunner({ log, metrics, random: () => random }), metrics };
}

describe('the job runner', () => {
  it('runs a job once an interval, first after one interval, until it is stopped', async () => {
    const { runner } = setUp();
    const runs: number[] = [];
    runner.start([{ name: 'count', intervalMs: 1000, run: () => void runs.push(1) }]);
    await vi.advanceTimersByTimeAsync(999);
    expect(runs).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(2001);
    expect(runs).toHaveLength(3);
    runner.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(runs).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never overlaps two runs, and keeps the interval between their beginnings', async () => {
    const { runner } = setUp();
    const begunAtS: number[] = [];
    const tookMs = [400, 2500, 0];
    const run = () => {
      begunAtS.push(Math.round((performance.now() - startedMs) / 100) / 10);
      return new Promise<void>((resolve) => void setTimeout(resolve, tookMs.shift() ?? 0));
    };
    const startedMs = performance.now();
    runner.start([{ name: 'slow', intervalMs: 1000, run }]);
    await vi.advanceTimersByTimeAsync(6000);
    expect(begunAtS).toEqual([1, 2, 4.5, 5.5]);
    runner.stop();
  });

  it('starts no new run where it was stopped during one', async () => {
    const { runner } = setUp();
    let runs = 0;
    const run = () => {
      runs += 1;
      return new Promise<void>((resolve) => void setTimeout(resolve, 500));
    };
    runner.start([{ name: 'slow', intervalMs: 1000, run }]);
    await vi.advanceTimersByTimeAsync(1200);
    runner.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(runs).toBe(1);
  });

  it('spreads instances by a share of the interval', async () => {
    const { runner } = setUp();
    const runs: string[] = [];
    random = 0;
    runner.start([
      { name: 'early', intervalMs: 1000, jitter: 0.2, run: () => void runs.push('early') },
      { name: 'exact', intervalMs: 1000, jitter: 0, run: () => void runs.push('exact') },
    ]);
    await vi.advanceTimersByTimeAsync(800);
    expect(runs).toEqual(['early']);
    await vi.advanceTimersByTimeAsync(200);
    expect(runs).toEqual(['early', 'exact']);
    runner.stop();
  });

  it('logs an outage when it begins and a fault each time, counts both, and tries again', async () => {
    const { runner, metrics } = setUp();
    const failures = [new CodedError('unavailable', 'away', 1), new CodedError('unavailable', 'away', 1), null, new Error('a fault')];
    const run = () => {
      const failure = failures.shift();
      if (failure) throw failure;
    };
    runner.start([{ name: 'fragile', intervalMs: 1000, jitter: 0, run }]);
    await vi.advanceTimersByTimeAsync(4000);
    runner.stop();
    expect(lines.map(({ level, job }) => [level, job])).toEqual([
      [40, 'fragile'],
      [20, 'fragile'],
      [50, 'fragile'],
    ]);
    const counted = (await metrics.registry.getSingleMetric('cowatch_job_duration_seconds')?.get())?.values as {
      metricName: string;
      labels: Record<string, string>;
      value: number;
    }[];
    const counts = counted.filter(({ metricName }) => metricName.endsWith('_count')).map(({ labels, value }) => [labels.outcome, value]);
    expect(counts).toEqual([
      ['failed', 3],
      ['ok', 1],
    ]);
  });

  it('refuses two jobs of one name', () => {
    const { runner } = setUp();
    const job = { name: 'one', intervalMs: 1000, run: () => {} };
    expect(() => runner.start([job, job])).toThrow('the job one is started twice');
    runner.stop();
  });
});
