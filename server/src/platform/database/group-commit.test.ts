import { CodedError } from '@cowatch/shared/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GroupCommit } from './group-commit.ts';

/** A place to write to that is done when the test says so. */
function place(options: { groupMax?: number; waitingMax?: number; atOnce?: number } = {}) {
  const groups: { readonly items: readonly number[]; done(): void; fail(error: Error): void }[] = [];
  const commit = new GroupCommit<number, string>({
    write: (items) =>
      new Promise((resolve, reject) => {
        groups.push({ items, done: () => resolve(items.map((item) => `wrote ${item}`)), fail: reject });
      }),
    ...{ groupMax: 10, waitingMax: 100, retryAfterMs: 250, ...options },
  });
  return { commit, groups };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('writes what comes alone at once, and what comes meanwhile together', async () => {
    const { commit, groups } = place();
    const first = commit.write([1]);
    const others = [commit.write([2, 3]), commit.write([4])];
    expect(groups.map(({ items }) => items)).toEqual([[1]]);
    groups[0]?.done();
    expect(await first).toEqual(['wrote 1']);
    await tick();
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
    groups[1]?.done();
    expect(await Promise.all(others)).toEqual([['wrote 2', 'wrote 3'], ['wrote 4']]);
    expect(commit.waiting).toBe(0);
  });

  it('writes as many groups at once as it may, and is settled when the last of them is', async () => {
    const { commit, groups } = place({ atOnce: 2 });
    const writes = [1, 2, 3, 4].map((item) => commit.write([item]));
    expect(groups.map(({ items }) => items)).toEqual([[1], [2]]);
    let settled = false;
    const end = commit.settled().then(() => {
      settled = true;
    });
    groups[1]?.done();
    expect(await writes[1]).toEqual(['wrote 2']);
    await tick();
    expect(groups.map(({ items }) => items)).toEqual([[1], [2], [3, 4]]);
    groups[2]?.done();
    await tick();
    expect(settled).toBe(false);
    groups[0]?.done();
    await end;
    expect(await Promise.all(writes)).toEqual([1, 2, 3, 4].map((item) => [`wrote ${item}`]));
  });

  it('keeps groups small, and never parts what came together', async () => {
    const { commit, groups } = place({ groupMax: 3 });
    const all = [commit.write([1]), commit.write([2, 3]), commit.write([4, 5]), commit.write([6, 7, 8, 9])];
    for (let i = 0; i < 4; i += 1) {
      await tick();
      groups[i]?.done();
    }
    await Promise.all(all);
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3], [4, 5], [6, 7, 8, 9]]);
  });

  it('fails a group together where there is nowhere to write to, and goes on with the next', async () => {
    const { commit, groups } = place();
    const first = commit.write([1]);
    const others = [commit.write([2]), commit.write([3])];
    groups[0]?.fail(new CodedError('unavailable', 'no disk'));
    await expect(first).rejects.toThrow('no disk');
    await tick();
    groups[1]?.fail(new CodedError('unavailable', 'no disk'));
    for (const other of others) await expect(other).rejects.toThrow('no disk');
    const next = commit.write([4]);
    groups[2]?.done();
    expect(await next).toEqual(['wrote 4']);
  });

  it('does not let one that cannot be written cost the others theirs', async () => {
    const commit = new GroupCommit<number, number>({
      async write(items) {
        await tick();
        if (items.includes(13)) throw new RangeError('13');
        return items;
      },
      ...{ groupMax: 10, waitingMax: 100, retryAfterMs: 1 },
    });
    const calls = [1, 2, 13, 3].map((item) => commit.write([item]));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('refuses what is too much with unavailable, and says when to come again', async () => {
    const { commit, groups } = place({ waitingMax: 3 });
    const kept = [commit.write([1]), commit.write([2, 3])];
    const refusal = await commit.write([4]).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(CodedError);
    expect(refusal).toMatchObject({ code: 'unavailable', retryAfterMs: 250 });
    groups[0]?.done();
    await tick();
    groups[1]?.done();
    await Promise.all(kept);
    await commit.settled();
    expect(commit.waiting).toBe(0);
  });

  it('gives everybody their own answers, however they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.nat(), { maxLength: 5 }), { maxLength: 20 }), async (calls) => {
        const commit = new GroupCommit<number, number>({
          write: async (items) => items.map((item) => item * 2),
          ...{ groupMax: 7, waitingMax: 1000, retryAfterMs: 1 },
        });
        const answers = await Promise.all(calls.map((items) => commit.write(items)));
        expect(answers).toEqual(calls.map((items) => items.map((item) => item * 2)));
      }),
    );
  });
});
