import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onSlept } from './on-slept.ts';

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  vi.stubGlobal('window', new EventTarget());
  page.visibilityState = 'visible';
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Nothing runs, and time goes on. */
const sleep = (ms: number) => vi.setSystemTime(Date.now() + ms);

it('tells of a sleep once, and of no page that was only hidden', () => {
  const slept: number[] = [];
  const stop = onSlept((ms) => slept.push(ms));
  vi.advanceTimersByTime(600_000);
  // Timers of a hidden page ring once a minute.
  sleep(60_000);
  vi.advanceTimersByTime(5000);
  expect(slept).toEqual([]);
  sleep(3_600_000);
  vi.advanceTimersByTime(5000);
  expect(slept).toEqual([3_605_000]);
  vi.advanceTimersByTime(60_000);
  expect(slept).toHaveLength(1);
  stop();
  sleep(3_600_000);
  vi.advanceTimersByTime(60_000);
  expect(slept).toHaveLength(1);
});

it('waits until somebody looks', () => {
  const slept: number[] = [];
  const stop = onSlept((ms) => slept.push(ms));
  page.visibilityState = 'hidden';
  sleep(3_600_000);
  vi.advanceTimersByTime(20_000);
  expect(slept).toEqual([]);
  page.visibilityState = 'visible';
  page.dispatchEvent(new Event('visibilitychange'));
  expect(slept).toHaveLength(1);
  stop();
});
