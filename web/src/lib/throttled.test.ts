import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { throttled } from './throttled.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('runs at once, and once more for all that was called meanwhile', () => {
  const run = vi.fn();
  const refresh = throttled(run, 1000);
  for (let n = 0; n < 1500; n += 1) refresh.call();
  expect(run).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(run).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(10_000);
  expect(run).toHaveBeenCalledTimes(2);
  refresh.call();
  expect(run).toHaveBeenCalledTimes(3);
});

it('runs no more once it was stopped', () => {
  const run = vi.fn();
  const refresh = throttled(run, 1000);
  refresh.call();
  refresh.call();
  refresh.stop();
  vi.advanceTimersByTime(10_000);
  expect(run).toHaveBeenCalledTimes(1);
});
