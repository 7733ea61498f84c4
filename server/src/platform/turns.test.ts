import { CodedError } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { deferred, settle } from './promises.testing.ts';
import { Turns } from './turns.ts';

const OPTIONS = { waitingMax: 5, retryAfterMs: 250 };

describe('turns', () => {
  it('lets one after the other change a thing, in the order they came, and does not hold up others', async () => {
    const turns = new Turns(OPTIONS);
    const begun: string[] = [];
    const works = ['a1', 'a2', 'a3', 'b1'].map((name) => ({ name, ...deferred<void>() }));
    const all = works.map(({ name, promise }) =>
      turns.take(name[0] ?? '', async () => {
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
    expect(await turns.take('a', async () => 'free again')).toBe('free again');
  });

  it('a refusal is one’s own; where the store is silent, all who wait are told at once', async () => {
    const turns = new Turns(OPTIONS);
    const first = deferred<void>();
    const second = deferred<void>();
    const outcomes = [
      turns.take('a', () => first.promise),
      turns.take('a', () => second.promise),
      turns.take('a', async () => 'never'),
    ].map((outcome) => outcome.catch((error: CodedError) => error.code));
    first.reject(new CodedError('forbidden', 'no'));
    await settle();
    second.reject(new CodedError('unavailable', 'silence'));
    expect(await Promise.all(outcomes)).toEqual(['forbidden', 'unavailable', 'unavailable']);
    expect(await turns.take('a', async () => 'again')).toBe('again');
  });

  it('has a bound', async () => {
    const turns = new Turns(OPTIONS);
    const first = deferred<void>();
    const waiting = Array.from({ length: OPTIONS.waitingMax + 1 }, () => turns.take('a', () => first.promise));
    await expect(turns.take('a', async () => {})).rejects.toMatchObject({ code: 'unavailable' });
    first.resolve();
    await Promise.all(waiting);
  });
});
