import { CodedError } from '@cowatch/shared/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts';

const ANA = 'ana';
const LIMITS = { groupMax: 10, shareMax: 10, waitingMax: 100, ownerWaitingMax: 100, retryAfterMs: 250 };
const verify = async () => {};
const wrote = (result: unknown) => ({ kind: 'written', result });

/** A place to write to that is done when the test says so. */
function place(options: Partial<GroupCommitOptions<number, string>> = {}) {
  const groups: { readonly items: readonly number[]; done(): void; fail(error: Error): void }[] = [];
  const commit = new GroupCommit<number, string>({
    write: (items) =>
      new Promise((resolve, reject) => {
        groups.push({ items, done: () => resolve(items.map((item) => `wrote ${item}`)), fail: reject });
      }),
    verify,
    ...LIMITS,
    ...options,
  });
  return { commit, groups };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('group commit', () => {
  it('writes what comes alone at once, and what comes meanwhile together', async () => {
    const { commit, groups } = place();
    const first = commit.write([1], ANA);
    const others = [commit.write([2, 3], ANA), commit.write([4], ANA)];
    expect(groups.map(({ items }) => items)).toEqual([[1]]);
    groups[0]?.done();
    expect(await first).toEqual([wrote('wrote 1')]);
    await tick();
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
    groups[1]?.done();
    expect(await Promise.all(others)).toEqual([[wrote('wrote 2'), wrote('wrote 3')], [wrote('wrote 4')]]);
    expect(commit.waiting).toBe(0);
  });

  it('writes as many groups at once as it may, and is settled when the last of them is', async () => {
    const { commit, groups } = place({ atOnce: 2 });
    const writes = [1, 2, 3, 4].map((item) => commit.write([item], ANA));
    expect(groups.map(({ items }) => items)).toEqual([[1], [2]]);
    let settled = false;
    const end = commit.settled().then(() => {
      settled = true;
    });
    groups[1]?.done();
    expect(await writes[1]).toEqual([wrote('wrote 2')]);
    await tick();
    expect(groups.map(({ items }) => items)).toEqual([[1], [2], [3, 4]]);
    groups[2]?.done();
    await tick();
    expect(settled).toBe(false);
    groups[0]?.done();
    await end;
    expect(await Promise.all(writes)).toEqual([1, 2, 3, 4].map((item) => [wrote(`wrote ${item}`)]));
  });

  describe('that rests between groups', () => {
    const REST = { restMs: 250, shareMax: 3 };
    const flush = () => vi.advanceTimersByTimeAsync(0);
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    it('writes what comes after a rest at once, and what comes in it together at its end', async () => {
      const { commit, groups } = place(REST);
      void commit.write([1], ANA);
      groups[0]?.done();
      await flush();
      void commit.write([2], ANA);
      await vi.advanceTimersByTimeAsync(249);
      void commit.write([3], ANA);
      expect(groups.map(({ items }) => items)).toEqual([[1]]);
      await vi.advanceTimersByTimeAsync(1);
      expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3]]);
      groups[1]?.done();
      await vi.advanceTimersByTimeAsync(250);
      void commit.write([4], ANA);
      expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3], [4]]);
    });

    it('does not rest while something urgent waits, whenever that came', async () => {
      const { commit, groups } = place(REST);
      void commit.write([1], ANA);
      void commit.write([2], ANA, true);
      groups[0]?.done();
      await flush();
      expect(groups.map(({ items }) => items)).toEqual([[1], [2]]);
      groups[1]?.done();
      await flush();
      void commit.write([3], ANA);
      void commit.write([4], ANA, true);
      await flush();
      expect(groups.map(({ items }) => items)).toEqual([[1], [2], [3, 4]]);
    });

    it('does not rest while a share waits, nor when somebody waits for the end', async () => {
      const { commit, groups } = place(REST);
      void commit.write([1], ANA);
      groups[0]?.done();
      await flush();
      for (const item of [2, 3, 4]) void commit.write([item], ANA);
      await flush();
      expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
      groups[1]?.done();
      await flush();
      void commit.write([5], ANA);
      let settled = false;
      void commit.settled().then(() => {
        settled = true;
      });
      await flush();
      expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [5]]);
      groups[2]?.done();
      await flush();
      expect(settled).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    });
  });

  it('keeps groups small, and never parts what came together', async () => {
    const { commit, groups } = place({ groupMax: 3 });
    const all = [commit.write([1], ANA), commit.write([2, 3], ANA), commit.write([4, 5], ANA), commit.write([6, 7, 8, 9], ANA)];
    for (let i = 0; i < 4; i += 1) {
      await tick();
      groups[i]?.done();
    }
    await Promise.all(all);
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3], [4, 5], [6, 7, 8, 9]]);
  });

  it('fails a group together where there is nowhere to write to, and goes on with the next', async () => {
    const { commit, groups } = place();
    const first = commit.write([1], ANA);
    const others = [commit.write([2], ANA), commit.write([3], ANA)];
    groups[0]?.fail(new CodedError('unavailable', 'no disk'));
    await expect(first).rejects.toThrow('no disk');
    await tick();
    groups[1]?.fail(new CodedError('unavailable', 'no disk'));
    for (const other of others) await expect(other).rejects.toThrow('no disk');
    const next = commit.write([4], ANA);
    groups[2]?.done();
    expect(await next).toEqual([wrote('wrote 4')]);
  });

  it('[RES28] an item that is refused costs no other its place, also of those that came with it', async () => {
    const commit = new GroupCommit<number, number>({
      async write(items) {
        await tick();
        if (items.includes(13)) throw new RangeError('13');
        return items;
      },
      verify,
      ...LIMITS,
    });
    const answers = await Promise.all([[1], [2, 13, 14], [3]].map((items) => commit.write(items, ANA)));
    const kinds = answers.map((results) => results.map(({ kind }) => kind));
    expect(kinds).toEqual([['written'], ['written', 'refused', 'written'], ['written']]);
  });

  it('an owner who brings thousands of items makes nobody wait for more than the group that is being written', async () => {
    const { commit, groups } = place({ groupMax: 500, shareMax: 100, waitingMax: 20_000, ownerWaitingMax: 6000 });
    const flood = Array.from({ length: 120 }, (_, n) => Array.from({ length: 50 }, (_, i) => 50 * n + i));
    const writes = flood.map((items) => commit.write(items, 'mallory'));
    writes.push(commit.write([-1], ANA), commit.write([-2], 'ben'));
    expect(groups.map(({ items }) => items.length)).toEqual([50]);
    groups[0]?.done();
    await tick();
    expect(groups[1]?.items).toEqual([...(flood[1] ?? []), -1, -2, ...(flood[2] ?? [])]);
    for (let i = 1; i < groups.length; i += 1) {
      groups[i]?.done();
      await tick();
    }
    await Promise.all(writes);
    expect(groups.flatMap(({ items }) => items).filter((item) => item >= 0)).toEqual(flood.flat());
  });

  it('refuses an owner who has too much waiting, and nobody else', async () => {
    const { commit, groups } = place({ ownerWaitingMax: 3 });
    const kept = [commit.write([1], ANA), commit.write([2, 3, 4], ANA)];
    await expect(commit.write([5], ANA)).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 250 });
    kept.push(commit.write([6], 'ben'));
    groups[0]?.done();
    await tick();
    groups[1]?.done();
    await Promise.all(kept);
    expect(groups[1]?.items).toEqual([2, 3, 4, 6]);
  });

  it('refuses what is too much with unavailable, and says when to come again', async () => {
    const { commit, groups } = place({ waitingMax: 3 });
    const kept = [commit.write([1], ANA), commit.write([2, 3], ANA)];
    const refusal = await commit.write([4], ANA).catch((error: unknown) => error);
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
          verify,
          ...LIMITS,
          groupMax: 7,
          shareMax: 3,
          waitingMax: 1000,
        });
        const answers = await Promise.all(calls.map((items, i) => commit.write(items, `viewer ${i % 3}`)));
        expect(answers).toEqual(calls.map((items) => items.map((item) => wrote(item * 2))));
      }),
    );
  });
});
