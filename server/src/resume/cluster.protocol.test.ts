import type { ResumeEntry, ResumeSaveItem } from '@cowatch/shared/protocol';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestInstances, type TestInstance, type TestInstances } from '../instances.testing.ts';
import { saveItem } from './resume.testing.ts';

// Two instances on one Redis and one PostgreSQL: one person with a device on each.

const TV = { id: 'device-tv', name: 'TV' };
const PHONE = { id: 'device-phone', name: 'Phone' };

let world: TestInstances;
let instances: readonly [TestInstance, TestInstance];
beforeAll(async () => {
  world = await startTestInstances();
  instances = [await world.start(), await world.start()];
});
afterAll(() => world.remove());

const item = (changed: Partial<ResumeSaveItem> = {}) => saveItem(Date.now() - 1000, changed);

it('[RES21] what a device says on one instance a device on the other hears, and reads at once', async () => {
  const ana = await instances[0].server.person('Ana');
  const there = await instances[1].server.personWith(ana);
  const [tv, phone] = [await ana.connect(), await there.connect()];
  await phone.do('device:hello', { device: PHONE });
  // A subscription of the other instance is there when Redis says so.
  await expect
    .poll(async () => {
      await tv.do('resume:start', { contentId: 'title:film', device: TV });
      return phone.all('resume:superseded').length;
    })
    .toBeGreaterThan(0);
  const { answers } = await tv.do('resume:save', {
    viewerId: ana.viewerId,
    device: TV,
    items: [item({ positionMs: 42_000 })],
  });
  expect(answers).toMatchObject([{ outcome: 'applied' }]);
  expect(await phone.next('resume:updated')).toMatchObject({ entry: { positionMs: 42_000, device: TV } });
  expect((await there.http('GET', '/resume/title%3Afilm')).body).toMatchObject({ positionMs: 42_000 });
  const { body: row } = await there.http('GET', '/continue');
  expect((row as { entries: unknown[] }).entries).toHaveLength(1);
  expect(((await there.http('GET', '/history')).body as { entries: unknown[] }).entries).toHaveLength(1);
});

it('[KEPT6] what is saved in a Redis that may lose it says so', async () => {
  const ana = await instances[0].server.person('Ana');
  // The Redis of these tests keeps no append-only file.
  const saved = await ana.http('PUT', '/resume/title%3Aweak', { positionMs: 60_000 });
  expect(saved).toMatchObject({ status: 200, body: { outcome: 'applied', kept: false } });
  const tv = await ana.connect();
  const items = [item({ positionMs: 70_000, contentId: 'title:weak' }), item({ intentAtMs: Date.now() + 60_000 })];
  const { answers } = await tv.do('resume:save', { viewerId: ana.viewerId, device: TV, items });
  expect(answers).toMatchObject([{ kept: false }, { outcome: 'rejected' }]);
  expect(answers[1]).not.toHaveProperty('kept');
});

it('[RES27] what nobody can look up while the database is away is accepted, and there when it is back', async () => {
  const ana = await instances[0].server.person('Ana');
  const there = await instances[1].server.personWith(ana);
  const tv = await ana.connect();
  const save = async (positionMs: number, contentId: string) => {
    const request = { viewerId: ana.viewerId, device: TV, items: [item({ positionMs, contentId })] };
    return (await tv.do('resume:save', request)).answers;
  };
  await save(1000, 'title:known');
  await world.postgres.kill();
  try {
    expect(await save(2000, 'title:known')).toMatchObject([{ outcome: 'applied' }]);
    expect(await save(3000, 'title:unknown')).toMatchObject([{ outcome: 'accepted', entry: null }]);
    expect((await there.http('GET', '/resume/title%3Aunknown')).status).toBe(503);
  } finally {
    await world.postgres.start();
  }
  const read = () => there.http('GET', '/resume/title%3Aunknown');
  await expect.poll(async () => (await read()).body).toMatchObject({ positionMs: 3000, device: TV });
  // Each instance finds out for itself that it is back.
  for (const { database } of instances) await expect.poll(() => database.health().ok).toBe(true);
});

it('[RES28] what PostgreSQL refuses of one viewer holds nobody up on the way there, nor their own erasure', async () => {
  const [{ server, database }] = instances;
  const run = (statement: string) => database.run((db) => db.execute(sql.raw(statement)));
  await run(`alter table resume_titles add constraint no_poison check (content_id <> 'title:poison')`);
  const [mallory, ana] = [await server.person('Mallory'), await server.person('Ana')];
  const put = (who: typeof ana, id: string) => who.http('PUT', `/resume/title%3A${id}`, { positionMs: 1000 });
  expect((await put(mallory, 'poison')).status).toBe(200);
  expect((await put(mallory, 'film')).status).toBe(200);
  expect((await put(ana, 'film')).status).toBe(200);
  const titles = (who: typeof ana) =>
    run(`select content_id from resume_titles where viewer_id = '${who.viewerId}'`).then(({ rows }) => rows);
  await expect.poll(() => titles(ana)).toHaveLength(1);
  await expect.poll(() => titles(mallory)).toEqual([{ content_id: 'title:film' }]);
  const dead = () => run(`select content_id from resume_dead_letters where viewer_id = '${mallory.viewerId}'`);
  await expect.poll(async () => (await dead()).rows).toEqual([{ content_id: 'title:poison' }]);
  expect(await server.metrics.registry.metrics()).toMatch(/^cowatch_resume_dead_letters_total [01]$/m);
  expect((await mallory.http('DELETE', '/me')).status).toBe(204);
  expect(await titles(mallory)).toEqual([]);
  expect((await dead()).rows).toEqual([]);
  await run('alter table resume_titles drop constraint no_poison');
});

describe('[DEV2] [DEV3] devices on different instances', () => {
  const playing = {
    contentId: 'title:film',
    media: null,
    positionMs: 60_000,
    durationMs: null,
    paused: false,
    blocked: false,
    live: false,
    rate: 1,
    atMs: 1,
  };
  const command = { opId: 'op-pause-1', action: { kind: 'pause' as const } };

  async function twoDevices() {
    const ana = await instances[0].server.person('Ana');
    const there = await instances[1].server.personWith(ana);
    return { ana, there, tv: await ana.connect(), phone: await there.connect() };
  }

  it('know of each other at once, whoever came first or both at once, and when one goes', async () => {
    for (let i = 0; i < 10; i += 1) {
      const { tv, phone } = await twoDevices();
      const [first, second] = await Promise.all([
        tv.do('device:hello', { device: TV, playing }),
        phone.do('device:hello', { device: PHONE, opens: true }),
      ]);
      // At least one of them has the other in its answer, and who has not is told.
      const knows = (client: typeof tv, { screens }: typeof first, screenId: string | undefined) =>
        screens.some((screen) => screen.screenId === screenId) || client.next('device:changed');
      await Promise.all([knows(tv, first, phone.socket.id), knows(phone, second, tv.socket.id)]);
      tv.socket.close();
      await phone.next('device:changed', (change: { gone?: true }) => change.gone === true);
      expect((await phone.do('device:hello', { device: PHONE, opens: true })).screens).toEqual([]);
    }
  });

  it('are told what to do across instances, and answer across them; others’ are not found', async () => {
    const { tv, phone } = await twoDevices();
    await tv.do('device:hello', { device: TV, playing });
    const orders: unknown[] = [];
    tv.socket.on('device:command', (order: unknown, ack: (answer: unknown) => void) => {
      orders.push(order);
      ack({ ok: true, data: { playing: { ...playing, paused: true } } });
    });
    expect(await phone.do('device:command', { deviceId: TV.id, ...command })).toEqual({
      playing: { ...playing, paused: true },
    });
    expect(orders).toEqual([command]);
    const stranger = await (await instances[1].server.person('Ben')).connect();
    const refusal = { ok: false, error: { code: 'not_found' } };
    expect(await stranger.ask('device:command', { deviceId: TV.id, ...command })).toMatchObject(refusal);
    tv.socket.off('device:command');
    expect(await phone.ask('device:command', { deviceId: TV.id, ...command })).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    });
    expect(orders).toHaveLength(1);
  });

  it('of two tabs on two instances the one that plays is meant', async () => {
    const { ana, tv, phone } = await twoDevices();
    const tab = await ana.connect();
    const orders: string[] = [];
    for (const [client, paused] of [
      [tab, true],
      [phone, false],
    ] as const) {
      await client.do('device:hello', { device: PHONE, playing: { ...playing, paused } });
      client.socket.on('device:command', (_order: unknown, ack: (answer: unknown) => void) => {
        orders.push(paused ? 'paused' : 'playing');
        ack({ ok: true, data: { playing: null } });
      });
    }
    await tv.do('device:command', { deviceId: PHONE.id, ...command });
    expect(orders).toEqual(['playing']);
  });
});

it('[RES11] [RES18] PUTs that reach one instance and then the other are one sitting', async () => {
  const ana = await instances[0].server.person('Ana');
  const there = await instances[1].server.personWith(ana);
  const put = async (person: typeof ana, positionMs: number) =>
    ((await person.http('PUT', '/resume/other', { positionMs, durationMs: 3_600_000 })).body as { entry: ResumeEntry }).entry;
  const entries = [await put(ana, 1000), await put(there, 1500), await put(ana, 2000)];
  expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(new Set(entries.map(({ sittingId }) => sittingId)).size).toBe(1);
});

it('[RES3] what is cleared on one is gone on the other, also for a late word', async () => {
  const ana = await instances[0].server.person('Ana');
  const there = await instances[1].server.personWith(ana);
  const late = item({ contentId: 'late' });
  await (await ana.connect()).do('resume:save', { viewerId: ana.viewerId, device: TV, items: [item()] });
  expect((await there.http('DELETE', '/history')).status).toBe(204);
  expect((await ana.http('GET', '/resume/title%3Afilm')).status).toBe(404);
  const { answers } = await (await there.connect()).do('resume:save', {
    viewerId: ana.viewerId,
    device: TV,
    items: [late],
  });
  expect(answers).toMatchObject([{ outcome: 'stale', entry: null }]);
  expect((await ana.http('GET', '/continue')).body).toEqual({ entries: [] });
});
