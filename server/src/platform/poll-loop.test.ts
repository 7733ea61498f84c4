import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PollLoop } from './poll-loop.ts';
import { deferred } from './promises.testing.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A loop whose runs end when they are told to, with a pause of 100 ms. */
function loopByHand() {
  const runs: ReturnType<typeof deferred<number>>[] = [];
  const loop = new PollLoop(() => {
    const run = deferred<number>();
    runs.push(run);
    return run.promise;
  });
  const end = async () => {
    runs.at(-1)?.resolve(100);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { loop, runs, end };
}

describe('a poll loop', () => {
  it('runs when it is poked, and then again after each pause', async () => {
    const { loop, runs, end } = loopByHand();
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toHaveLength(0);
    const poked = loop.poke();
    await end();
    await poked;
    await vi.advanceTimersByTimeAsync(99);
    expect(runs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs).toHaveLength(2);
    loop.stop();
  });

  it('poked during a pause runs at once; the pause begins anew', async () => {
    const { loop, runs, end } = loopByHand();
    void loop.poke();
    await end();
    await vi.advanceTimersByTimeAsync(50);
    void loop.poke();
    expect(runs).toHaveLength(2);
    await end();
    await vi.advanceTimersByTimeAsync(99);
    expect(runs).toHaveLength(2);
    loop.stop();
  });

  it('poked during a run, however often, runs once more right after it', async () => {
    const { loop, runs, end } = loopByHand();
    const poked = [loop.poke(), loop.poke(), loop.poke()];
    let settled = false;
    void Promise.all(poked).then(() => {
      settled = true;
    });
    expect(runs).toHaveLength(1);
    await end();
    expect(runs).toHaveLength(2);
    expect(settled).toBe(false);
    await end();
    expect(settled).toBe(true);
    expect(runs).toHaveLength(2);
    loop.stop();
  });

  it('ends where it is stopped, during a pause or during a run', async () => {
    const { loop, runs, end } = loopByHand();
    void loop.poke();
    loop.stop();
    await end();
    void loop.poke();
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    const other = loopByHand();
    void other.loop.poke();
    await other.end();
    other.loop.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(other.runs).toHaveLength(1);
  });
});
