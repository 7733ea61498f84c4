import type { Playback } from '@cowatch/shared/protocol';
import { createSessionRecord, type SessionRecord } from '@cowatch/shared/timeline';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../fixtures/random.ts';
import { canonical, type SessionHistory, violations } from './history.ts';
import { describeFault, type FaultKind, type Planned, planRound, survivorsOf } from './schedule.ts';

const created = createSessionRecord({
  id: 'rK3v0Zb1Qx2nT5yWc7Ua9g',
  nowMs: 1000,
  owner: { memberId: 'Jx0Zq7LmW2vT', name: 'Ana' },
  name: 'Friday film',
  control: 'everyone',
  media: { id: 'title:sample', url: '/media/sample.mp4', kind: 'file', title: null, durationS: null },
  startS: 0,
});
const op = { opId: 'op-00001', memberId: 'Jx0Zq7LmW2vT', result: { version: 2000, changed: true } };
const timeline = { ...created.playback.timeline, version: 2000 };
const playback: Playback = { media: created.playback.media, timeline };
const record: SessionRecord = { ...created, version: 2000, ops: [op], playback };
const ack = { opId: 'op-00001', memberId: 'Jx0Zq7LmW2vT', version: 2000, changed: true, kept: true };
const good: SessionHistory = {
  sessionId: created.id,
  acknowledged: [ack],
  told: [
    { bot: 'bot 1', versions: [1000, 1000, 2000], announced: [1000, 2000] },
    { bot: 'bot 1', versions: [2000], announced: [] },
  ],
  seen: [
    { bot: 'bot 1', version: 2000, playback: canonical(playback) },
    { bot: 'bot 2', version: 2000, playback: canonical(playback) },
  ],
  ends: [
    {
      bot: 'bot 1',
      playback: { ...playback, timeline: Object.fromEntries(Object.entries(timeline).reverse()) as never },
    },
  ],
  live: record,
  durable: record,
};

describe('the check of a history', () => {
  it('finds nothing wrong with a good one', () => expect(violations(good)).toEqual([]));

  it.each<[string, Partial<SessionHistory>]>([
    ['a version that falls within a connection', { told: [{ bot: 'bot 1', versions: [1000, 2000, 1500], announced: [] }] }],
    ['an event that comes after a newer one', { told: [{ bot: 'bot 1', versions: [2000], announced: [2000, 1000] }] }],
    ['one version that is two things', { seen: [...good.seen, { bot: 'bot 3', version: 2000, playback: canonical(created.playback) }] }],
    ['an acknowledged command that is gone', { acknowledged: [ack, { ...ack, opId: 'op-00002' }] }],
    ['a command that was applied twice', { live: { ...record, ops: [op, op] } }],
    ['an answer that is not the one in the record', { acknowledged: [{ ...ack, version: 1999 }] }],
    ['an answer that changed its mind', { acknowledged: [{ ...ack, changed: false }] }],
    ['a client that is elsewhere', { ends: [{ bot: 'bot 1', playback: created.playback }] }],
    ['a client that knows nothing', { ends: [{ bot: 'bot 1', playback: null }] }],
    ['a database that is behind', { durable: created }],
    ['a party that is gone', { live: null }],
    [
      'versions that fall in the record',
      { live: { ...record, ops: [op, { ...op, opId: 'op-00002', result: { version: 1500, changed: true } }] } },
    ],
  ])('finds %s', (_what, change) => {
    expect(violations({ ...good, ...change }).length).toBeGreaterThan(0);
  });
});

it('takes a playback for the same in whatever order its fields come, at any depth', () => {
  const cause = { kind: 'seek', memberId: op.memberId, name: 'Ana', fromPositionS: 3 } as const;
  const turned = { fromPositionS: 3, name: 'Ana', memberId: op.memberId, kind: 'seek' } as const;
  const at = (timeline: Playback['timeline']) => canonical({ ...playback, timeline });
  const { version, ...rest } = timeline;
  expect(at({ ...timeline, cause })).toBe(at({ version, ...rest, cause: turned }));
  expect(at({ ...timeline, cause })).not.toBe(at({ ...timeline, cause: { ...cause, name: 'Ben' } }));
});

describe('a schedule', () => {
  const possible: readonly FaultKind[] = [
    ...(['instance-killed', 'instance-paused', 'people-cut-off'] as const),
    ...(['redis-killed', 'redis-paused', 'redis-cut-off', 'redis-flushed', 'redis-failed-over'] as const),
    ...(['postgres-killed', 'postgres-paused', 'postgres-cut-off', 'postgres-slow'] as const),
    ...(['started-without-postgres', 'journal-poisoned'] as const),
  ];
  const plan = (seed: number, kinds = possible) => planRound({ random: seededRandom(seed), possible: kinds, durationMs: 6000, faults: 5 });
  const plans = (kinds = possible) => Array.from({ length: 400 }, (_, seed) => plan(seed, kinds));

  it('is the same for the same seed, and another for another', () => {
    expect(plan(1)).toEqual(plan(1));
    expect(plan(1)).not.toEqual(plan(2));
    expect(plan(1).map(describeFault).join()).toMatch(/\d+ ms: [a-z-]+/);
  });

  it('in the long run has everything that is possible and nothing else', () => {
    const kindsOf = (rounds: readonly (readonly Planned[])[]) => [...new Set(rounds.flat().map(({ fault }) => fault.kind))].sort();
    expect(kindsOf(plans())).toEqual([...possible].sort());
    const some = possible.filter((kind) => kind !== 'redis-cut-off' && kind !== 'redis-failed-over');
    expect(kindsOf(plans(some))).toEqual([...some].sort());
  });

  it('has Redis lose something beside failing instances, beside a failing PostgreSQL, and beside both', () => {
    const losing = plans().filter((faults) => faults.some(({ fault }) => /flushed|failed-over/.test(fault.kind)));
    const befalls = (faults: readonly Planned[], what: RegExp) => faults.some(({ fault }) => what.test(fault.kind));
    const both = losing.filter((faults) => befalls(faults, /^instance-/) && befalls(faults, /^postgres-/));
    expect(losing.filter((faults) => befalls(faults, /^instance-/)).length).toBeGreaterThan(both.length + 20);
    expect(losing.filter((faults) => befalls(faults, /^postgres-/)).length).toBeGreaterThan(both.length + 20);
    expect(both.length).toBeGreaterThan(20);
    for (const faults of both) expect(survivorsOf(faults)).toEqual({ unkept: false, positions: false });
  });

  it('lets nothing be lost that was acknowledged where Redis keeps what it holds', () => {
    const keeping = plans().filter((faults) => !faults.some(({ fault }) => /flushed|failed-over/.test(fault.kind)));
    expect(keeping.length).toBeGreaterThan(20);
    for (const faults of keeping) expect(survivorsOf(faults)).toEqual({ unkept: true, positions: true });
  });
});
