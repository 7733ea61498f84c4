import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from './promises.testing.ts';
import { settlesWithin } from './settles-within.ts';

describe('settles within', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is true for work that is done in time, and leaves no timer', async () => {
    const work = deferred<string>();
    const settled = settlesWithin(work.promise, 100);
    work.resolve('done');
    expect(await settled).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is false for work that takes longer, and what that throws later harms nothing', async () => {
    const work = deferred<void>();
    const settled = settlesWithin(work.promise, 100);
    vi.advanceTimersByTime(100);
    expect(await settled).toBe(false);
    work.reject(new Error('too late'));
  });

  it('throws what is thrown in time, and leaves no timer', async () => {
    await expect(settlesWithin(Promise.reject(new Error('failed')), 100)).rejects.toThrow('failed');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for ever where it may', async () => {
    const work = deferred<void>();
    const settled = settlesWithin(work.promise, Number.POSITIVE_INFINITY);
    expect(vi.getTimerCount()).toBe(0);
    work.resolve();
    expect(await settled).toBe(true);
  });
});
