import { COMMAND_MAX_AGE_MS, type PlaybackCommand } from '@cowatch/shared/protocol';
import type { SessionAction, SessionRecord } from '@cowatch/shared/timeline';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../platform/clock/manual-clock.testing.ts';
import { deferred, settle, stateOf } from '../platform/promises.testing.ts';
import { MemberRegistry } from './membership/member.registry.ts';
import { SessionOccupancy } from './membership/occupancy.ts';
import { SnapshotWriter } from './recovery/snapshot-writer.ts';
import type { SessionChange } from './session.change.ts';
import { newSessionId } from './session.domain.ts';
import { CREATE_WAIT_MS, EMPTY_AFTER_MS, UNSAVED_MAX } from './session.limits.ts';
import { type Actor, SessionService } from './session.service.ts';
import { createMemorySessionStore } from './session.store.memory.ts';
import type { SessionStore } from './session.store.ts';
import { aSession, atVersion, HandSnapshots, running, testTitles } from './session.testing.ts';

const PATIENCE_MS = 250;
const LEAD_MS = 100;
const OWNER = 'viewer-ana';

describe('SessionService', () => {
  let clock: ManualClock;
  let store: SessionStore;
  let snapshots: HandSnapshots;
  let writer: SnapshotWriter;
  let registry: MemberRegistry;
  let occupancy: SessionOccupancy;
  let service: SessionService;
  let published: SessionChange[];
  let outcomes: string[];
  let conflicts: number;
  let notKept: string[];
  let starting: Promise<void>;
  let startWaits: number[];
  let opCount = 0;

  const build = () => {
    store = createMemorySessionStore();
    writer = new SnapshotWriter({ snapshots, nowMs: () => clock.nowMs(), patienceMs: PATIENCE_MS });
    registry = new MemberRegistry();
    occupancy = new SessionOccupancy({ startedAtMs: clock.nowMs(), registry, elsewhere: () => null });
    service = new SessionService({
      titles: testTitles,
      store,
      snapshots,
      writer,
      occupancy,
      publisher: { committed: (change) => published.push(change), missed: () => {} },
      metrics: {
        command: (kind, outcome) => outcomes.push(`${kind} ${outcome}`),
        conflict: () => {
          conflicts += 1;
        },
        lead: () => undefined,
        write: () => undefined,
        notKept: (answer) => notKept.push(answer),
      },
      databaseStarted: (waitMs) => {
        startWaits.push(waitMs);
        return starting;
      },
      peerReplicas: async () => [],
      peerCompanions: async () => [],
      memberKey: Buffer.alloc(32, 1),
      creationKey: Buffer.alloc(32, 2),
      leadMs: () => LEAD_MS,
      onCreated: () => {},
    });
  };

  beforeEach(() => {
    clock = new ManualClock();
    snapshots = new HandSnapshots();
    published = [];
    outcomes = [];
    conflicts = 0;
    notKept = [];
    starting = Promise.resolve();
    startWaits = [];
    build();
  });

  const now = () => clock.nowMs();
  const create = () => service.create({ media: { titleId: 'sample' } }, OWNER, now());
  const owner = (record: SessionRecord): Actor => ({ memberId: record.access.ownerId, name: 'Ana' });
  const ben: Actor = { memberId: 'member-ben', name: 'Ben' };
  const base = (record: SessionRecord) => {
    opCount += 1;
    return { sessionId: record.id, opId: `operation-${opCount}`, issuedAtMs: now() };
  };
  const play = (record: SessionRecord): PlaybackCommand => ({ ...base(record), kind: 'play' });
  const seek = (record: SessionRecord, positionS: number): PlaybackCommand => ({
    ...base(record),
    kind: 'seek',
    positionS,
  });
  const send = (record: SessionRecord, actor: Actor, command: PlaybackCommand) => service.command(record.id, actor, command, now());

  describe('creation', () => {
    it('[LIFE1] [LIFE2] is durable when it is answered, owned by its viewer and named after its medium', async () => {
      snapshots.hold();
      const creating = create();
      expect(await stateOf(creating)).toBe('pending');
      snapshots.release();
      const record = await creating;
      expect(snapshots.stored.get(record.id)?.record).toEqual(record);
      expect(record.access).toMatchObject({
        ownerId: service.memberId(record.id, OWNER),
        name: 'Cowatch sample',
        control: 'everyone',
      });
      expect(record.playback.timeline).toMatchObject({ playing: false, positionS: 0, cause: { kind: 'create' } });
    });

    it('takes name, control and the start from the link', async () => {
      const media = { url: 'https://youtu.be/aqz-KE-bpKQ?t=1m30s' };
      const record = await service.create({ media, name: 'Friday', control: 'hosts' }, OWNER, now());
      expect(record.access).toMatchObject({ name: 'Friday', control: 'hosts' });
      expect(record.playback.timeline.positionS).toBe(90);
    });

    it('[LIFE6] [KEPT1] works while the database is away, up to its bound, and promises nothing', async () => {
      snapshots.away = true;
      const record = await create();
      expect(await service.read(record.id, now())).toEqual(record);
      expect(service.kept(record.id)).toEqual({ kept: false });
      expect(notKept).toEqual(['creation']);
      Object.defineProperty(writer, 'unsavedCount', { get: () => UNSAVED_MAX });
      await expect(create()).rejects.toMatchObject({ code: 'unavailable' });
    });
  });

  describe('a creation while the database is still starting', () => {
    it('[KEPT5] waits for it, and is durable then', async () => {
      const started = deferred();
      starting = started.promise;
      const creating = create();
      expect(await stateOf(creating)).toBe('pending');
      expect(startWaits).toEqual([CREATE_WAIT_MS]);
      started.resolve();
      const { id } = await creating;
      expect(service.kept(id)).toEqual({});
      expect(snapshots.stored.has(id)).toBe(true);
    });
  });

  describe('a command', () => {
    it('[CMD1] is committed, published, made durable and answered, in this order', async () => {
      const record = await create();
      snapshots.hold();
      const answer = send(record, ben, play(record));
      expect(await stateOf(answer)).toBe('pending');
      expect(published).toHaveLength(1);
      expect((await store.load(record.id))?.playback.timeline.playing).toBe(true);
      expect(snapshots.stored.get(record.id)?.record).toEqual(record);
      snapshots.release();
      const result = await answer;
      expect(published).toHaveLength(1);
      const told = published[0]?.playback;
      expect(told?.timeline).toMatchObject({
        playing: true,
        atMs: now() + LEAD_MS,
        version: result.version,
        cause: { kind: 'play', memberId: ben.memberId, name: 'Ben' },
      });
      expect(snapshots.stored.get(record.id)?.record.playback).toEqual(told);
      expect(outcomes).toEqual(['play changed']);
    });

    it('[CMD2] that was carried out before is answered again and not applied', async () => {
      const record = await create();
      const command = play(record);
      const first = await send(record, ben, command);
      clock.advance(10);
      await send(record, ben, { ...base(record), kind: 'pause' });
      const before = await store.load(record.id);
      expect(await send(record, ben, command)).toEqual(first);
      expect(await store.load(record.id)).toBe(before);
      expect(published).toHaveLength(2);
    });

    it('[CMD2] whose repeat overtakes its own answer waits for the same durability', async () => {
      const record = await create();
      const command = play(record);
      snapshots.hold();
      const first = send(record, ben, command);
      const repeat = send(record, ben, command);
      expect(await stateOf(repeat)).toBe('pending');
      snapshots.release();
      expect(await repeat).toEqual(await first);
      expect(published).toHaveLength(1);
    });

    it('that loses the compare-and-set is decided again on the newer record', async () => {
      const record = await create();
      const commit = store.commit.bind(store);
      let losses = 3;
      store.commit = async (next, expectedVersion) => {
        if (losses > 0) {
          losses -= 1;
          const current = await store.load(record.id);
          if (current) await commit(atVersion(current, current.version + 1), current.version);
        }
        return commit(next, expectedVersion);
      };
      const result = await send(record, ben, seek(record, 42));
      expect(conflicts).toBe(3);
      expect(result.version).toBeGreaterThanOrEqual(record.version + 4);
      expect((await store.load(record.id))?.playback.timeline).toMatchObject({
        positionS: 42,
        version: result.version,
      });
    });

    it('that keeps losing is refused in the end, and nothing is told', async () => {
      const record = await create();
      store.commit = async () => 'conflict';
      await expect(send(record, ben, play(record))).rejects.toMatchObject({ code: 'unavailable' });
      expect(published).toEqual([]);
      expect(outcomes).toEqual(['play unavailable']);
    });

    it('[CMD4] and another at once are both carried out, one after the other', async () => {
      const record = await create();
      const answers = await Promise.all([
        send(record, ben, play(record)),
        send(record, owner(record), seek(record, 60)),
        send(record, ben, { ...base(record), kind: 'rate', rate: 2 }),
      ]);
      expect(answers.map(({ changed }) => changed)).toEqual([true, true, true]);
      const versions = published.map(({ playback }) => playback?.timeline.version ?? 0);
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect(new Set(versions).size).toBe(3);
      expect((await store.load(record.id))?.playback.timeline).toMatchObject({ playing: true, rate: 2, positionS: 60 });
      expect((await store.load(record.id))?.ops).toHaveLength(3);
    });

    it('[ERR2] that is refused changes nothing and is not told', async () => {
      const record = await service.create({ media: { titleId: 'sample' }, control: 'hosts' }, OWNER, now());
      await expect(send(record, ben, play(record))).rejects.toMatchObject({ code: 'forbidden' });
      const late = { ...play(record), issuedAtMs: now() - COMMAND_MAX_AGE_MS - 1 };
      await expect(send(record, owner(record), late)).rejects.toMatchObject({ code: 'conflict' });
      expect(await store.load(record.id)).toEqual(record);
      expect(published).toEqual([]);
      expect(outcomes).toEqual(['play forbidden', 'play conflict']);
    });

    it('loads another medium where its link asks to begin', async () => {
      const record = await create();
      const media = { url: 'https://a.example/film.mp4#t=30' };
      await send(record, owner(record), { ...base(record), kind: 'load', media });
      expect((await store.load(record.id))?.playback).toMatchObject({
        media: { url: 'https://a.example/film.mp4#t=30', kind: 'file', durationS: null },
        timeline: { positionS: 30, cause: { kind: 'load' } },
      });
      const unknown: PlaybackCommand = { ...base(record), kind: 'load', media: { titleId: 'nope' } };
      await expect(send(record, owner(record), unknown)).rejects.toMatchObject({ code: 'not_found' });
    });

    it('[LIFE3] on a session that ended is answered gone, with the video', async () => {
      const record = await create();
      await service.command(record.id, owner(record), { ...base(record), kind: 'end' }, now());
      expect(published.at(-1)?.endedWith).toEqual(record.playback.media);
      const gone = { code: 'gone', media: record.playback.media };
      await expect(send(record, ben, play(record))).rejects.toMatchObject(gone);
      await expect(service.read(record.id, now())).rejects.toMatchObject(gone);
    });
  });

  describe('while the database is away', () => {
    it('[LIFE5] [KEPT1] [KEPT2] parties go on, say so, and are written when it is back, unasked', async () => {
      const record = await create();
      snapshots.away = true;
      const command = play(record);
      const result = await send(record, ben, command);
      expect(result).toMatchObject({ changed: true, kept: false });
      expect(await send(record, ben, command)).toEqual(result);
      expect(service.kept(record.id)).toEqual({ kept: false });
      expect(notKept).toEqual(['command', 'command']);
      expect(published).toHaveLength(1);
      expect(snapshots.stored.get(record.id)?.record).toEqual(record);
      expect(writer.unsavedCount).toBe(1);
      snapshots.away = false;
      writer.retry();
      await settle();
      expect(snapshots.stored.get(record.id)?.record.playback.timeline.version).toBe(result.version);
      expect(writer.unsavedCount).toBe(0);
      expect(service.kept(record.id)).toEqual({});
      const { kept: _, ...kept } = result;
      expect(await send(record, ben, command)).toEqual(kept);
    });

    it('[KEPT1] a database that is slow but answers is waited for as long as the patience lasts', async () => {
      const record = await create();
      snapshots.hold();
      const slow = send(record, ben, play(record));
      await settle();
      clock.advance(PATIENCE_MS - 1);
      writer.sweep(now());
      expect(await stateOf(slow)).toBe('pending');
      clock.advance(1);
      writer.sweep(now());
      expect(await slow).toMatchObject({ changed: true, kept: false });
    });

    const kinds: readonly SessionAction['kind'][] = ['end', 'kick', 'role'];
    const revocation = (record: SessionRecord, kind: SessionAction['kind']): SessionAction => {
      const memberId = ben.memberId;
      if (kind === 'kick') return { ...base(record), kind, memberId };
      if (kind === 'role') return { ...base(record), kind, memberId, role: 'member' };
      return { ...base(record), kind: 'end' };
    };
    const withHost = async () => {
      const record = await create();
      const host: SessionAction = { ...base(record), kind: 'role', memberId: ben.memberId, role: 'host' };
      await service.command(record.id, owner(record), host, now(), new Map([[ben.memberId, { name: 'Ben', addressHashes: [] }]]));
      return record;
    };

    it.each(kinds)('[KEPT3] %s is refused before anything changes where it is known to be away', async (kind) => {
      const record = await withHost();
      snapshots.away = true;
      await send(record, ben, play(record));
      const before = await store.load(record.id);
      published.length = 0;
      const revoke = () => service.command(record.id, owner(record), revocation(record, kind), now());
      await expect(revoke()).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
      expect(await store.load(record.id)).toBe(before);
      expect(published).toEqual([]);
    });

    it.each(kinds)('[KEPT3] %s that went under way is acknowledged once it is durable, and not before', async (kind) => {
      const record = await withHost();
      const command = revocation(record, kind);
      const revoke = () => service.command(record.id, owner(record), command, now());
      const { version } = (await store.load(record.id)) ?? record;
      snapshots.hold();
      const first = revoke();
      await settle();
      clock.advance(PATIENCE_MS);
      writer.sweep(now());
      await expect(first).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
      const again = revoke();
      expect(await stateOf(again)).toBe('pending');
      expect(snapshots.stored.get(record.id)?.record.version).toBe(version);
      snapshots.release();
      expect(await again).toMatchObject({ changed: true });
      expect(await again).not.toHaveProperty('kept');
      expect(snapshots.stored.get(record.id)?.record).toEqual(await store.load(record.id));
    });

    it('[KEPT3] a party that is over says so to whoever ends it only once that is durable', async () => {
      const record = await create();
      const end = () => service.command(record.id, owner(record), revocation(record, 'end'), now());
      snapshots.hold();
      const first = end();
      const second = end();
      await settle();
      clock.advance(PATIENCE_MS);
      writer.sweep(now());
      await expect(first).rejects.toMatchObject({ code: 'unavailable' });
      await expect(second).rejects.toMatchObject({ code: 'unavailable' });
      snapshots.release();
      await settle();
      await expect(end()).rejects.toMatchObject({ code: 'gone' });
    });

    it('[LIFE6] a session that is not in memory is unavailable, not unknown', async () => {
      snapshots.away = true;
      await expect(service.read(newSessionId(), now())).rejects.toMatchObject({ code: 'unavailable' });
    });
  });

  describe('reading', () => {
    it('knows no session that nobody made', async () => {
      await expect(service.read(newSessionId(), now())).rejects.toMatchObject({ code: 'not_found' });
    });

    it('[JOIN1] shows what everybody was told, durable or not yet', async () => {
      const record = await create();
      snapshots.hold();
      const answer = send(record, ben, play(record));
      await settle();
      expect((await service.read(record.id, now())).playback).toEqual(published[0]?.playback);
      snapshots.release();
      await answer;
    });

    it('reads a session back once, however many come at once', async () => {
      const record = await create();
      build();
      const all = await Promise.all(Array.from({ length: 100 }, () => service.read(record.id, now())));
      expect(snapshots.loads).toBe(1);
      for (const one of all) expect(one).toEqual(record);
    });
  });

  describe('[LIFE7] [LIFE8] a session nobody is in', () => {
    it('goes on after a restart for those who come back soon', async () => {
      const record = running(aSession({}, now()), now());
      snapshots.stored.set(record.id, { record, seenAtMs: now() });
      clock.advance(3_600_000);
      build();
      clock.advance(EMPTY_AFTER_MS - 1);
      expect(await service.read(record.id, now())).toEqual(record);
      expect(published).toEqual([]);
    });

    it('opens where people were last seen, when nobody came back soon after a restart', async () => {
      const record = running(aSession({}, now()), now());
      snapshots.stored.set(record.id, { record, seenAtMs: now() + 20_000 });
      clock.advance(3_600_000);
      build();
      clock.advance(EMPTY_AFTER_MS);
      const read = await service.read(record.id, now());
      expect(read.playback.timeline).toMatchObject({ playing: false, positionS: 20, cause: { kind: 'empty' } });
      expect(read.version).toBeGreaterThan(record.version);
      expect(snapshots.stored.get(record.id)?.record).toEqual(read);
      expect(published).toHaveLength(1);
    });

    it('was last seen when it was last changed, where no mark was written', async () => {
      const record = running(aSession({}, now()), now());
      snapshots.stored.set(record.id, { record, seenAtMs: null });
      build();
      clock.advance(120_000);
      const { timeline } = (await service.read(record.id, now())).playback;
      expect(timeline.playing).toBe(false);
      expect(timeline.positionS).toBeCloseTo(0, 2);
    });

    const enter = ({ id }: SessionRecord) => registry.enter({ sessionId: id, memberId: 'ben', socketId: 'socket' }, now());

    it('stops where the last one left, once', async () => {
      const record = await create();
      const inside = enter(record);
      await send(record, ben, play(record));
      clock.advance(LEAD_MS + 10_000);
      registry.leave(inside, now());
      clock.advance(EMPTY_AFTER_MS - 1);
      expect(occupancy.abandoned(now())).toEqual([]);
      clock.advance(1);
      expect(occupancy.abandoned(now())).toEqual([record.id]);
      await service.pauseAbandoned(record.id, now());
      expect((await store.load(record.id))?.playback.timeline).toMatchObject({ playing: false, positionS: 10 });
      expect(occupancy.abandoned(now())).toEqual([]);
      expect(published).toHaveLength(2);
    });

    it('is left alone when somebody came back, or when it does not run', async () => {
      const record = await create();
      const inside = enter(record);
      await send(record, ben, play(record));
      registry.leave(inside, now());
      clock.advance(EMPTY_AFTER_MS);
      enter(record);
      await service.pauseAbandoned(record.id, now());
      expect((await store.load(record.id))?.playback.timeline.playing).toBe(true);

      const paused = await create();
      clock.advance(EMPTY_AFTER_MS);
      await service.pauseAbandoned(paused.id, now());
      expect(await store.load(paused.id)).toEqual(paused);
      expect(occupancy.abandoned(now())).toEqual([]);
    });

    it('leaves memory when it is at rest and saved, and comes back as it was', async () => {
      const record = await create();
      snapshots.away = true;
      await send(record, ben, seek(record, 7));
      await service.evict(record.id);
      expect((await store.load(record.id))?.playback.timeline.positionS).toBe(7);
      snapshots.away = false;
      await writer.flush();
      await service.evict(record.id);
      expect(await store.load(record.id)).toBeNull();
      expect((await service.read(record.id, now())).playback.timeline.positionS).toBe(7);
    });
  });
});
