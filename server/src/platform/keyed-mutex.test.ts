import { CodedError } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { KeyedMutex } from './keyed-mutex.ts';
import { deferred, settle } from './promises.testing.ts';

const OPTIONS = { waitingMax: 5, retryAfterMs: 250 };

describe('a keyed mutex', () => {
  it('runs work on one key one after the other, in the order of the calls, and does not hold up other keys', async () => {
    const mutex = new KeyedMutex(OPTIONS);
    const begun: string[] = [];
    const works = ['a1', 'a2', 'a3', 'b1'].map((name) => ({ name, ...deferred<void>() }));
    const all = works.map(({ name, promise }) =>
      mutex.run(name[0] ?? '', async () => {
        begun.push(name);
        await promise;
        return name;
      }),
    );
    await settle();
    expect(begun).toEqual(['a1', 'b1']);
    works[0]?.resolve();
    await settle();
    expect(begun).toEqual(['a1', 'b1', 'a2']);
    for (const { resolve } of works) resolve();
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1']);
    expect(await mutex.run('a', async () => 'free again')).toBe('free again');
  });

  it('refuses only the work that was refused; where the store is silent, all that waits is refused at once', async () => {
    const mutex = new KeyedMutex(OPTIONS);
    const first = deferred<void>();
    const second = deferred<void>();
    const outcomes = [mutex.run('a', () => first.promise), mutex.run('a', () => second.promise), mutex.run('a', async () => 'never')].map(
      (outcome) => outcome.catch((error: CodedError) => error.code),
    );
    first.reject(new CodedError('forbidden', 'no'));
    await settle();
    second.reject(new CodedError('unavailable', 'silence'));
    expect(await Promise.all(outcomes)).toEqual(['forbidden', 'unavailable', 'unavailable']);
    expect(await mutex.run('a', async () => 'again')).toBe('again');
  });

  it('has a bound', async () => {
    const mutex = new KeyedMutex(OPTIONS);
    const first = deferred<void>();
    const waiting = Array.from({ length: OPTIONS.waitingMax + 1 }, () => mutex.run('a', () => first.promise));
    await expect(mutex.run('a', async () => {})).rejects.toMatchObject({ code: 'unavailable' });
    first.resolve();
    await Promise.all(waiting);
  });
});
