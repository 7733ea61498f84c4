import { CodedError } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { TURNS_WAITING_MAX } from './session.limits.ts';
import { SessionTurns } from './session.turns.ts';

/** Work that is done when the test says so. */
function work() {
  let finish: (failure?: unknown) => void = () => {};
  const done = new Promise<void>((resolve, reject) => {
    finish = (failure) => (failure === undefined ? resolve() : reject(failure));
  });
  return { done, finish: (failure?: unknown) => finish(failure) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('SessionTurns', () => {
  it('lets one after the other change a session, in the order they came, and does not hold up other sessions', async () => {
    const turns = new SessionTurns();
    const begun: string[] = [];
    const works = ['a1', 'a2', 'a3', 'b1'].map((name) => ({ name, ...work() }));
    const all = works.map(({ name, done }) =>
      turns.take(name[0] ?? '', async () => {
        begun.push(name);
        await done;
        return name;
      }),
    );
    await settled();
    expect(begun).toEqual(['a1', 'b1']);
    works[0]?.finish();
    await settled();
    expect(begun).toEqual(['a1', 'b1', 'a2']);
    for (const { finish } of works) finish();
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1']);
    expect(await turns.take('a', async () => 'free again')).toBe('free again');
  });

  it('a refusal is one’s own; where the store is silent, all who wait are told at once', async () => {
    const turns = new SessionTurns();
    const first = work();
    const second = work();
    const outcomes = [
      turns.take('a', () => first.done),
      turns.take('a', () => second.done),
      turns.take('a', async () => 'never'),
    ].map((outcome) => outcome.catch((error: CodedError) => error.code));
    first.finish(new CodedError('forbidden', 'no'));
    await settled();
    second.finish(new CodedError('unavailable', 'silence'));
    expect(await Promise.all(outcomes)).toEqual(['forbidden', 'unavailable', 'unavailable']);
    expect(await turns.take('a', async () => 'again')).toBe('again');
  });

  it('has a bound', async () => {
    const turns = new SessionTurns();
    const first = work();
    const waiting = Array.from({ length: TURNS_WAITING_MAX + 1 }, () => turns.take('a', () => first.done));
    await expect(turns.take('a', async () => {})).rejects.toMatchObject({ code: 'unavailable' });
    first.finish();
    await Promise.all(waiting);
  });
});
