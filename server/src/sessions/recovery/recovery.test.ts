import type { SessionRecord } from '@cowatch/shared/timeline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../platform/clock/manual-clock.testing.ts';
import { settle } from '../../platform/promises.testing.ts';
import { openTestRedis, reachable, startTestRedis, startTestSwitch, type TestRedis } from '../../platform/redis/redis.testing.ts';
import type { Redis } from '../../platform/redis/redis.ts';
import type { SessionChange } from '../session.change.ts';
import { SETTLE_MS } from '../session.limits.ts';
import { createRedisSessionStore } from '../session.store.redis.ts';
import { HandSnapshots, running } from '../session.testing.ts';
import { TestInstance } from './recovery.testing.ts';

const unavailable = { code: 'unavailable' };

describe('sessions of several instances on one Redis', () => {
  let server: TestRedis;
  let clock: ManualClock;
  let snapshots: HandSnapshots;
  let handles: Redis[];
  beforeAll(async () => {
    server = await startTestRedis();
  });
  afterAll(() => server.remove());
  beforeEach(() => {
    clock = new ManualClock();
    snapshots = new HandSnapshots();
    handles = [];
  });
  afterEach(async () => {
    for (const handle of handles) await handle.stop();
  });

  const instance = async (url = server.url): Promise<TestInstance> => {
    const redis = await openTestRedis(url);
    handles.push(redis);
    return new TestInstance(clock, createRedisSessionStore(redis), snapshots);
  };
  const allReachable = () => Promise.all(handles.map(reachable));
  const versionOf = ({ playback }: SessionChange) => playback?.timeline.version ?? null;
  const positionOf = ({ playback }: SessionRecord) => playback.timeline.positionS;

  it('[CLU1] a command on one is decided on what the others made, and its repeat elsewhere is answered', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id, version } = await a.create();
    clock.advance(10);
    const first = await a.seek(id, 10);
    const second = await b.seek(id, 20);
    expect([first.version > version, second.version > first.version]).toEqual([true, true]);
    expect(await b.seek(id, 10)).toEqual(first);
    expect(await a.read(id)).toEqual(await b.read(id));
    expect(positionOf(await a.read(id))).toBe(20);
    expect([a.committed.length, b.committed.length]).toEqual([1, 1]);
  });

  it('[KEPT1] [KEPT2] an instance promises nothing of what another one could not make durable', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    snapshots.away = true;
    const first = await a.seek(id, 10);
    expect(first).toMatchObject({ changed: true, kept: false });
    // One that had not heard of the party, and cannot ask the database either.
    expect(await b.seek(id, 10)).toEqual(first);
    expect([a.service.kept(id), b.service.kept(id)]).toEqual([{ kept: false }, { kept: false }]);
    snapshots.away = false;
    await b.writer.flush();
    const { kept: _, ...durable } = first;
    expect(await b.seek(id, 10)).toEqual(durable);
    await a.writer.flush();
    expect([a.service.kept(id), b.service.kept(id)]).toEqual([{}, {}]);
    expect(snapshots.stored.get(id)?.record.playback.timeline.positionS).toBe(10);
  });

  it('[CLU1] commands at once on three instances are all carried out, one after the other', async () => {
    const all = [await instance(), await instance(), await instance()];
    const [first] = all;
    const id = (await first?.create())?.id ?? '';
    const seeks = all.flatMap((one, i) => [1, 2, 3, 4].map((n) => one.seek(id, i * 10 + n)));
    const versions = (await Promise.all(seeks)).map(({ version }) => version);
    expect(new Set(versions).size).toBe(12);
    const told = all.flatMap(({ committed }) => committed.map(versionOf));
    expect(told.sort()).toEqual(versions.sort());
    expect((await first?.read(id))?.ops).toHaveLength(12);
  });

  it('[CLU3] updates that were lost are told by each instance to its own people, once', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    await b.read(id);
    const { version } = await a.seek(id, 10);
    await a.heal();
    await b.heal();
    await b.heal();
    expect(a.missed).toEqual([]);
    expect(b.missed.map(versionOf)).toEqual([version]);
    expect((await b.service.readCached(id, clock.nowMs())).version).toBe(version);
  });

  it('[CLU3] what another instance told is not told again, and what comes late or twice is told once', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    await b.read(id);
    await a.seek(id, 10);
    for (const change of a.committed) b.receive(change);
    await b.heal();
    expect([b.missed, b.shown.length]).toEqual([[], 1]);
    const next = await a.seek(id, 20);
    await b.heal();
    for (const change of a.committed) b.receive(change);
    expect(b.shown.slice(1).map(versionOf)).toEqual([next.version]);
  });

  it('[CMD1] what a command was decided on is told before it, though its own message is still on the way', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    await b.read(id);
    const first = await a.seek(id, 10);
    const second = await b.seek(id, 20);
    for (const change of a.committed) b.receive(change);
    expect(b.shown.map(versionOf)).toEqual([first.version, second.version]);
  });

  it('[CLU3] what of two lost changes a later one does not tell is told all the same', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    await b.read(id);
    const act = (one: TestInstance, kind: 'kick' | 'rename', opId: string) => {
      const command = { sessionId: id, opId, issuedAtMs: clock.nowMs() };
      const owner = { memberId: a.service.memberId(id, 'viewer-ana'), name: 'Ana' };
      const action = kind === 'kick' ? { kind, memberId: 'member-cleo0' } : { kind, name: 'Film' };
      return one.service.command(
        id,
        owner,
        { ...command, ...action },
        clock.nowMs(),
        new Map([['member-cleo0', { name: 'Cleo', addressHashes: [] }]]),
      );
    };
    await a.seek(id, 10);
    await act(a, 'kick', 'kick-cleo');
    await act(b, 'rename', 'rename-it');
    await b.heal();
    const outIds = ['member-cleo0'];
    expect([...new Set(b.shown.flatMap((change) => change.outIds))]).toEqual(outIds);
    expect(b.shown.at(-1)?.access?.name).toBe('Film');
    expect(b.shown.map(versionOf).filter((told) => told !== null)).toHaveLength(1);
    const shown = b.shown.length;
    await b.heal();
    expect(b.shown).toHaveLength(shown);
  });

  it('[CLU2] Redis killed and empty again: what was acknowledged holds, and goes on', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    const other = await b.create();
    const { version } = await a.seek(id, 10);
    await server.kill();
    await expect(a.seek(id, 20)).rejects.toMatchObject(unavailable);
    await expect(a.create()).rejects.toMatchObject(unavailable);
    // Whoever is there stays, and can be joined; what only Redis knows cannot be.
    expect(positionOf(await a.read(id))).toBe(10);
    await expect(b.read(id)).rejects.toMatchObject(unavailable);
    await server.start();
    await allReachable();
    await a.heal();
    expect(await b.read(id)).toMatchObject({ version, playback: { timeline: { positionS: 10 } } });
    clock.advance(5);
    expect((await b.seek(id, 30)).version).toBeGreaterThan(version);
    // Nobody has come to the other one yet: its instance put it back, or finds it in the database.
    expect(await a.read(other.id)).toMatchObject({ id: other.id, ops: [] });
    expect(await a.seek(id, 10)).toEqual({ version, changed: true });
  });

  it('[CLU2] FLUSHALL: an instance that attends puts it back as it was, and nobody is told what they know', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    const { version } = await a.seek(id, 10);
    await server.flushAll();
    await a.heal();
    expect((await b.read(id)).version).toBe(version);
    expect([a.missed, b.missed, b.committed]).toEqual([[], [], []]);
  });

  it('[CLU2] FLUSHALL: where nobody attends it comes from the database, at a fresh version, and everybody is told', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    const { version } = await a.seek(id, 10);
    await server.flushAll();
    clock.advance(1000);
    const back = await b.read(id);
    expect(back.playback.timeline).toMatchObject({ positionS: 10, cause: { kind: 'restore', memberId: null } });
    expect([back.version > version, back.access.version === back.version]).toEqual([true, true]);
    expect(b.committed.map(versionOf)).toEqual([back.version]);
    expect(snapshots.stored.get(id)?.record).toEqual(back);
    // The one that held the older record takes the newer one for the truth.
    await a.heal();
    expect(await a.read(id)).toEqual(back);
    expect(a.missed).toMatchObject([{ playback: back.playback, access: back.access }]);
    expect(await a.seek(id, 10)).toEqual({ version, changed: true });
  });

  it('[CLU2] FLUSHALL: what has ended stays ended, and what nobody made is not found', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    const owner = { memberId: a.service.memberId(id, 'viewer-ana'), name: 'Ana' };
    await a.service.command(id, owner, { kind: 'end', sessionId: id, opId: 'the-end0', issuedAtMs: clock.nowMs() }, clock.nowMs());
    await server.flushAll();
    await expect(b.read(id)).rejects.toMatchObject({ code: 'gone' });
    await expect(b.read('AAAAAAAAAAAAAAAAAAAAAA')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('[CLU2] a party that ran when Redis lost it runs on, on the same timeline', async () => {
    const a = await instance();
    const made = running(await a.create(), clock.nowMs());
    snapshots.stored.set(made.id, { record: made, seenAtMs: clock.nowMs() });
    await server.flushAll();
    clock.advance(3000);
    const b = await instance();
    const { timeline } = (await b.read(made.id)).playback;
    expect(timeline).toMatchObject({ playing: true, atMs: made.playback.timeline.atMs, positionS: 0 });
  });

  it('[CLU2] failed over to an older replica: nothing acknowledged is undone, whichever instance is asked', async () => {
    const replica = await startTestRedis({ replicaOf: server });
    const address = await startTestSwitch(server);
    try {
      const [a, b, c] = [await instance(address.url), await instance(address.url), await instance(address.url)];
      const { id } = await a.create();
      await a.seek(id, 10);
      await b.read(id);
      await server.call('WAIT', 1, 2000);
      await replica.call('REPLICAOF', 'NO', 'ONE');
      const { version } = await a.seek(id, 20);
      const recovered = Promise.all(handles.map((handle) => new Promise<void>((resolve) => handle.onRecover(resolve))));
      address.to(replica);
      await recovered;
      clock.advance(50);
      // One that never knew it, one that knows an older one, and the one that committed it.
      expect(positionOf(await c.read(id))).toBe(20);
      expect(await b.seek(id, 20)).toEqual({ version, changed: true });
      const next = await c.seek(id, 30);
      expect(next.version).toBeGreaterThan(version);
      expect((await a.read(id)).ops.map(({ opId }) => opId)).toEqual(['seek-to-10', 'seek-to-20', 'seek-to-30']);
    } finally {
      await address.close();
      await replica.remove();
    }
  });

  it('[CLU4] a command that got no answer is found out by its repeat: carried out once, durable, told', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    await b.read(id);
    server.freeze();
    try {
      await expect(a.seek(id, 10)).rejects.toMatchObject(unavailable);
      expect(a.committed).toEqual([]);
      expect(positionOf(await a.read(id))).toBe(0);
    } finally {
      server.thaw();
    }
    await allReachable();
    const answer = await a.seek(id, 10);
    expect(answer.changed).toBe(true);
    expect(a.committed.map(versionOf)).toEqual([answer.version]);
    expect(snapshots.stored.get(id)?.record.version).toBe(answer.version);
    expect((await b.read(id)).ops).toHaveLength(1);
  });

  it('[CLU4] what was committed by an instance that died before it told anybody is made durable and told', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    await b.read(id);
    snapshots.hold();
    void a.seek(id, 10);
    await expect
      .poll(async () => (await handles[0]?.run((client) => client.hget(`cowatch:{s:${id}}:record`, 'r')))?.includes('seek-to-10'))
      .toBe(true);
    // It is never heard of again; its write to the database fails with it.
    snapshots.release(new Error('killed'));
    await b.heal();
    expect(b.missed.map(({ playback }) => playback?.timeline.positionS)).toEqual([10]);
    expect(positionOf(snapshots.stored.get(id)?.record ?? (await a.create()))).toBe(10);
  });

  it('[CLU5] the database away: parties go on with Redis keeping them, for every instance', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    await b.create();
    clock.advance(SETTLE_MS);
    snapshots.away = true;
    await a.seek(id, 10);
    expect(positionOf(await b.read(id))).toBe(10);
    await b.seek(id, 20);
    const born = await b.create();
    expect((await a.read(born.id)).id).toBe(born.id);
    expect([a.writer.unsavedCount, b.writer.unsavedCount].every((count) => count > 0)).toBe(true);
    snapshots.away = false;
    for (const one of [a, b]) one.writer.retry();
    await settle();
    expect(positionOf(snapshots.stored.get(id)?.record ?? born)).toBe(20);
    expect(snapshots.stored.has(born.id)).toBe(true);
  });

  it('leaves memory without leaving Redis', async () => {
    const [a, b] = [await instance(), await instance()];
    const { id } = await a.create();
    await a.service.evict(id);
    expect(a.occupancy.has(id)).toBe(false);
    await a.heal();
    snapshots.away = true;
    expect((await b.read(id)).id).toBe(id);
  });
});
