import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../platform/clock/manual-clock.testing.ts';
import { COMMIT_RETRIES, LOOK_RETRIES } from '../session.limits.ts';
import type { SessionStore } from '../session.store.ts';
import { HandSnapshots } from '../session.testing.ts';
import { LossyStore, TestInstance } from './recovery.testing.ts';
import { RetryBudget } from './retry-budget.ts';

/** A store in whose way others always come first, and how often it was asked. */
function contended(store: LossyStore, lost: { commit?: boolean; load?: boolean; survival?: boolean }) {
  const asked = { calls: 0 };
  const counted =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      asked.calls += 1;
      return call(...args);
    };
  const hard: SessionStore = {
    isShared: true,
    get generation() {
      return store.generation;
    },
    load: counted(async (id) => {
      const record = await store.load(id);
      // Between its read and the look at its generation another Redis took over.
      if (lost.load) store.generation += 1;
      return record;
    }),
    companion: counted((id, name) => store.companion(id, name)),
    create: counted((record) => store.create(record)),
    commit: counted(async (record, expectedVersion) => {
      if (lost.commit) return 'conflict';
      const before = await store.load(record.id);
      const outcome = await store.commit(record, expectedVersion);
      // The commit is undone by one of another instance, which did not see it.
      if (lost.survival && before !== null)
        await store.restore({ ...record, ops: before.ops, version: record.version + 1 }, record.version);
      return outcome;
    }),
    restore: counted((record, expectedVersion) => store.restore(record, expectedVersion)),
    drop: counted(() => store.drop()),
    fence: counted((id, ms) => store.fence(id, ms)),
    versions: counted((ids) => store.versions(ids)),
  };
  return { hard, asked };
}

/** One budget for all: a call for what is decided, one for what it is decided on, and one for its reconciliation. */
const CALLS_MAX = 3 * (COMMIT_RETRIES + 1) + LOOK_RETRIES;

describe('RetryBudget', () => {
  it('gives out so many retries and no more', () => {
    const retries = new RetryBudget(2);
    expect([retries.spend(), retries.spend(), retries.spend(), retries.spend()]).toEqual([true, true, false, false]);
  });

  it.each([
    ['every commit comes too late', { commit: true }],
    ['every look comes too late', { load: true }],
    ['no commit survives', { survival: true }],
    ['every commit and every look comes too late', { commit: true, load: true }],
  ])('is one for a whole command: where %s, the store is asked a bounded number of times', async (_what, lost) => {
    const clock = new ManualClock(1_700_000_000_000);
    const store = new LossyStore(clock);
    const snapshots = new HandSnapshots();
    const { id } = await new TestInstance(clock, store, snapshots).create();
    const { hard, asked } = contended(store, lost);
    const instance = new TestInstance(clock, hard, snapshots);
    await expect(instance.seek(id, 10)).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked.calls).toBeGreaterThan(LOOK_RETRIES);
    expect(asked.calls).toBeLessThanOrEqual(CALLS_MAX);
  });
});
