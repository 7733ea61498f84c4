import { CodedError } from '@cowatch/shared/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../platform/clock/manual-clock.testing.ts';
import { settle, stateOf } from '../../platform/promises.testing.ts';
import type { SessionChange } from '../session.change.ts';
import { HEAL_INTERVAL_MS, SETTLE_MS } from '../session.limits.ts';
import { HandSnapshots } from '../session.testing.ts';
import { LossyStore, TestInstance } from './recovery.testing.ts';
import type { SessionSnapshots } from './snapshots.ts';

const unavailable = { code: 'unavailable' };

/** Snapshots that cannot be written. */
const cutOff: SessionSnapshots = {
  load: () => Promise.reject(new CodedError('unavailable', 'cut off')),
  companion: () => Promise.reject(new CodedError('unavailable', 'cut off')),
  save: () => Promise.reject(new CodedError('unavailable', 'cut off')),
  mark: () => Promise.reject(new CodedError('unavailable', 'cut off')),
  expire: () => Promise.reject(new CodedError('unavailable', 'cut off')),
};

/** Instances on a store that loses things by hand. */
function lossy() {
  const clock = new ManualClock();
  const snapshots = new HandSnapshots();
  const store = new LossyStore(clock);
  return { clock, snapshots, store, instance: () => new TestInstance(clock, store, snapshots) };
}

const versionOf = ({ playback }: SessionChange) => playback?.timeline.version ?? null;

describe('a command on an instance that knows the session', () => {
  const owner = (one: TestInstance, id: string) => ({ memberId: one.service.memberId(id, 'viewer-ana'), name: 'Ana' });

  it('is told after one question to the store: the commit finds out whether it was decided on the newest', async () => {
    const { snapshots, store, instance } = lossy();
    const a = instance();
    const { id } = await a.create();
    snapshots.hold();
    store.loads = 0;
    const answer = a.seek(id, 10);
    await settle();
    expect(a.committed).toHaveLength(1);
    expect(store.loads).toBe(0);
    snapshots.release();
    await answer;
  });

  it('[CLU1] is decided on what others made meanwhile', async () => {
    const { clock, instance } = lossy();
    const [a, b] = [instance(), instance()];
    const { id } = await a.create();
    await b.read(id);
    clock.advance(5);
    await a.seek(id, 10);
    const { version } = await b.seek(id, 20);
    expect(await a.read(id)).toMatchObject({ version, ops: [{ opId: 'seek-to-10' }, { opId: 'seek-to-20' }] });
  });

  it('[CLU1] is neither refused nor left undone because of what no longer holds', async () => {
    const { clock, instance } = lossy();
    const [a, b] = [instance(), instance()];
    const { id } = await a.create();
    const control = (to: 'hosts' | 'everyone') => {
      const base = { sessionId: id, opId: `control-${to}`, issuedAtMs: clock.nowMs() };
      return a.service.command(id, owner(a, id), { ...base, kind: 'control', control: to }, clock.nowMs());
    };
    await control('hosts');
    await expect(b.seek(id, 10)).rejects.toMatchObject({ code: 'forbidden' });
    await control('everyone');
    await b.seek(id, 10, 'allowed-now');
    clock.advance(5);
    await a.seek(id, 20);
    expect(await b.seek(id, 10, 'back-again')).toMatchObject({ changed: true });
    expect(await b.seek(id, 10, 'there-already')).toMatchObject({ changed: false });
    expect((await a.read(id)).playback.timeline.positionS).toBe(10);
  });

  it('[CMD1] tells everybody what was committed before the database has it, and acknowledges it after that', async () => {
    const { snapshots, instance } = lossy();
    const a = instance();
    const { id } = await a.create();
    snapshots.hold();
    const answer = a.seek(id, 10);
    await settle();
    expect(a.committed).toHaveLength(1);
    expect(await stateOf(answer)).toBe('pending');
    snapshots.release();
    const { version } = await answer;
    expect(snapshots.stored.get(id)?.record.version).toBe(version);
  });
});

describe('a commit that nobody heard of', () => {
  it('[CLU4] is found out by its repeat on any instance: made once, durable, told to everybody', async () => {
    for (const repeatedBy of [0, 1]) {
      const { snapshots, store, instance } = lossy();
      const instances = [instance(), instance()];
      const [a, b] = instances;
      if (a === undefined || b === undefined) throw new Error('no instances');
      const { id } = await a.create();
      await b.read(id);
      store.nextCommit = 'done unheard';
      await expect(a.seek(id, 10)).rejects.toMatchObject(unavailable);
      const answer = await instances[repeatedBy]?.seek(id, 10);
      expect(answer?.changed).toBe(true);
      expect(snapshots.stored.get(id)?.record.version).toBe(answer?.version);
      for (const one of instances) await one.heal();
      const told = instances.map(({ committed }) => committed.map(versionOf));
      expect(told).toEqual([[answer?.version], []]);
      expect((await a.read(id)).ops).toHaveLength(1);
    }
  });

  it('[CLU4] is told within a beat where nobody repeats it, and one that did not happen is not', async () => {
    const { store, instance } = lossy();
    const a = instance();
    const { id } = await a.create();
    store.nextCommit = 'not done unheard';
    await expect(a.seek(id, 10)).rejects.toMatchObject(unavailable);
    await a.heal();
    expect([a.committed, a.missed]).toEqual([[], []]);
    store.nextCommit = 'done unheard';
    await expect(a.seek(id, 20)).rejects.toMatchObject(unavailable);
    await a.heal();
    expect(a.committed.map(({ playback }) => playback?.timeline.positionS)).toEqual([20]);
  });
});

describe('a failover between a commit and its acknowledgement', () => {
  it('[CLU2] does not acknowledge what others decided without: it is decided anew on what they made', async () => {
    const { clock, snapshots, store, instance } = lossy();
    const [a, b] = [instance(), instance()];
    const { id } = await a.create();
    snapshots.hold();
    const first = a.seek(id, 10);
    await settle();
    store.failOver(1);
    clock.advance(5);
    const second = b.seek(id, 20);
    await settle();
    snapshots.release();
    const answers = await Promise.all([first, second]);
    const final = await a.read(id);
    expect(final.ops.map(({ opId }) => opId).sort()).toEqual(['seek-to-10', 'seek-to-20']);
    expect(final.version).toBe(Math.max(...answers.map(({ version }) => version)));
    expect(await b.read(id)).toEqual(final);
    expect(snapshots.stored.get(id)?.record).toEqual(final);
  });
});

describe('FLUSHALL between a commit and its acknowledgement', () => {
  it('[CLU2] does not acknowledge what others decided without, who asked the database before it was written', async () => {
    const { clock, snapshots, store, instance } = lossy();
    const [a, b] = [instance(), instance()];
    const { id } = await a.create();
    await b.read(id);
    snapshots.hold();
    clock.advance(5);
    const first = a.seek(id, 10);
    await settle();
    store.flush();
    clock.advance(5);
    const second = b.seek(id, 20);
    await settle();
    snapshots.release();
    await Promise.all([first, second]);
    const final = await a.read(id);
    expect(final.ops.map(({ opId }) => opId).sort()).toEqual(['seek-to-10', 'seek-to-20']);
    expect(await b.read(id)).toEqual(final);
    expect(snapshots.stored.get(id)?.record).toEqual(final);
  });
});

describe('what was acknowledged without the database, and the store has lost it', () => {
  it.each(['emptied', 'failed over'])('[CLU2] is asked for where it is known, before another instance goes on (%s)', async (how) => {
    const { clock, snapshots, store } = lossy();
    // The database has long come back for the other one.
    const cut = { ...cutOff, load: (id: string) => snapshots.load(id) };
    const a: TestInstance = new TestInstance(clock, store, cut, (id) => [b.service.cached(id)].filter((it) => it !== null));
    const b: TestInstance = new TestInstance(clock, store, snapshots, (id) => [a.service.cached(id)].filter((it) => it !== null));
    const { id } = await b.create();
    await a.read(id);
    clock.advance(5);
    await a.seek(id, 10);
    if (how === 'emptied') store.flush();
    else store.failOver(1);
    clock.advance(5);
    await b.seek(id, 20);
    const { ops } = await b.read(id);
    expect(ops.map(({ opId }) => opId)).toEqual(['seek-to-10', 'seek-to-20']);
    expect(snapshots.stored.get(id)?.record.ops).toEqual(ops);
  });
});

describe('the database away, and the store has lost something', () => {
  it('[CLU5] nothing is decided before those who know better had their turn, whoever is asked', async () => {
    for (const loseIt of [(store: LossyStore) => store.flush(), (store: LossyStore) => store.failOver(1)]) {
      const { clock, snapshots, store, instance } = lossy();
      const [a, b, c] = [instance(), instance(), instance()];
      const { id } = await a.create();
      await b.read(id);
      await c.create();
      clock.advance(60_000);
      snapshots.away = true;
      const { version } = await a.seek(id, 10);
      loseIt(store);
      clock.advance(100);
      // One that knows an older record, and one that knows nothing but what the other has put back.
      await expect(b.seek(id, 20)).rejects.toMatchObject({ ...unavailable, retryAfterMs: expect.any(Number) });
      await expect(c.seek(id, 30)).rejects.toMatchObject({ ...unavailable, retryAfterMs: expect.any(Number) });
      clock.advance(HEAL_INTERVAL_MS);
      await a.heal();
      clock.advance(SETTLE_MS);
      expect((await c.seek(id, 30)).version).toBeGreaterThan(version);
      await b.seek(id, 20);
      expect((await a.read(id)).ops.map(({ opId }) => opId)).toEqual(['seek-to-10', 'seek-to-30', 'seek-to-20']);
    }
  });
});

/** What happens to three instances, their store and their database. */
type Happening =
  | { readonly kind: 'seek'; readonly by: number; readonly fate: 'answered' | 'done unheard' | 'not done unheard' }
  | { readonly kind: 'race'; readonly first: number; readonly failsOverAfter: number | null; readonly behind: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'failover'; readonly behind: number }
  | { readonly kind: 'restart'; readonly which: number }
  | { readonly kind: 'database'; readonly away: boolean }
  /** One of the messages that were sent so far arrives: late, out of order, or once more. */
  | { readonly kind: 'message'; readonly which: number; readonly at: number }
  | { readonly kind: 'time'; readonly ms: number };

const which = fc.nat({ max: 2 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('seek' as const),
      by: which,
      fate: fc.constantFrom('answered' as const, 'answered' as const, 'done unheard' as const, 'not done unheard' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('race' as const),
      first: which,
      /** In the middle of it, so many turns of the event loop after its beginning. */
      failsOverAfter: fc.option(fc.nat({ max: 30 })),
      behind: fc.nat({ max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' } as const) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('failover' as const), behind: fc.nat({ max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('database' as const), away: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('message' as const), which: fc.nat(), at: which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 1, max: 2500 }) }) },
);

describe('whatever is lost', () => {
  it('[CLU2] [CMD1] every acknowledged command is in the end there once, and people are told of rising versions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 20 }), async (happenings) => {
        const { clock, snapshots, store, instance } = lossy();
        const instances = [0, 1, 2].map(instance);
        const at = (i: number) => instances[i % instances.length] ?? instance();
        const { id } = await at(0).create();
        const acknowledged: { readonly opId: string; readonly version: number }[] = [];
        let count = 0;
        const seek = async (by: number) => {
          count += 1;
          const opId = `operation-${count}`;
          const answer = await at(by)
            .seek(id, count, opId)
            .catch(() => null);
          if (answer !== null) acknowledged.push({ opId, version: answer.version });
        };
        const heal = () => Promise.all(instances.map((one) => one.heal()));
        for (const now of happenings) {
          clock.advance(1);
          if (now.kind === 'seek') {
            store.nextCommit = now.fate;
            await seek(now.by);
            store.nextCommit = 'answered';
          } else if (now.kind === 'race') {
            const { failsOverAfter, behind } = now;
            const failingOver = async () => {
              if (failsOverAfter === null) return;
              for (let turn = 0; turn < failsOverAfter; turn += 1) await Promise.resolve();
              store.failOver(behind);
            };
            await Promise.all([seek(now.first), seek(now.first + 1), seek(now.first + 2), failingOver()]);
          } else if (now.kind === 'flush') store.flush();
          else if (now.kind === 'failover') {
            store.failOver(now.behind);
          } else if (now.kind === 'restart') {
            // Killed while the database is away it would take with it what only it had.
            if (!snapshots.away) instances[now.which] = instance();
          } else if (now.kind === 'database') {
            snapshots.away = now.away;
            if (!now.away) for (const one of instances) await one.writer.flush();
          } else if (now.kind === 'message') {
            const sent = instances.flatMap((one, from) => (from === now.at ? [] : one.committed));
            const change = sent[now.which % Math.max(1, sent.length)];
            if (change !== undefined) at(now.at).receive(change);
          } else {
            for (let left = now.ms; left > 0; left -= HEAL_INTERVAL_MS) {
              clock.advance(Math.min(left, HEAL_INTERVAL_MS));
              await heal();
            }
          }
        }
        snapshots.away = false;
        for (const one of instances) await one.writer.flush();
        clock.advance(SETTLE_MS);
        await heal();
        const final = await at(0).read(id);
        const ids = final.ops.map(({ opId }) => opId);
        expect(ids).toEqual([...new Set(ids)]);
        for (const { opId } of acknowledged) expect(ids).toContain(opId);
        for (const one of instances) expect(await one.read(id)).toEqual(final);
        const versions = acknowledged.map(({ version }) => version);
        expect(Math.max(0, ...versions)).toBeLessThanOrEqual(final.version);
        for (const one of instances) {
          const told = one.shown.map(versionOf).filter((version) => version !== null);
          expect(told).toEqual([...new Set(told)].sort((x, y) => x - y));
        }
      }),
      { numRuns: 300 },
    );
  });
});
