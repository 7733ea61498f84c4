import { describe, expect, it } from 'vitest';
import { deferred, settle } from './promises.testing.ts';
import { Semaphore } from './semaphore.ts';

describe('a semaphore', () => {
  it('runs so much at once, and the rest in the order of the calls', async () => {
    const semaphore = new Semaphore({ permits: 2, waitingMax: 5, retryAfterMs: 250 });
    const begun: number[] = [];
    const works = [0, 1, 2, 3].map(() => deferred<void>());
    const all = works.map(({ promise }, n) =>
      semaphore.run(async () => {
        begun.push(n);
        await promise;
        return n;
      }),
    );
    await settle();
    expect(begun).toEqual([0, 1]);
    works[1]?.resolve();
    await settle();
    expect(begun).toEqual([0, 1, 2]);
    for (const { resolve } of works) resolve();
    expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
  });

  it('gives a permit back after a failure too', async () => {
    const semaphore = new Semaphore({ permits: 1, waitingMax: 5, retryAfterMs: 250 });
    const failed = semaphore.run(() => Promise.reject(new Error('failed')));
    const next = semaphore.run(async () => 'next');
    await expect(failed).rejects.toThrow('failed');
    expect([await next, await semaphore.run(async () => 'free')]).toEqual(['next', 'free']);
  });

  it('has a bound', async () => {
    const semaphore = new Semaphore({ permits: 2, waitingMax: 3, retryAfterMs: 250 });
    const first = deferred<void>();
    const all = Array.from({ length: 5 }, () => semaphore.run(() => first.promise));
    await expect(semaphore.run(async () => {})).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: 250 });
    first.resolve();
    await Promise.all(all);
  });
});
