import { createSessionClient, type SessionClient } from '@cowatch/shared/client';
import { type Access, type KnockList, SUCCESSION_MS } from '@cowatch/shared/protocol';
import { attended as attendedOf } from '@cowatch/shared/timeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestInstances, type TestInstance, type TestInstances } from '../../instances.testing.ts';
import type { Person, RawClient } from '../../protocol.testing.ts';
import { aSession } from '../session.testing.ts';
import { AttendanceWatch } from './attendance.ts';

describe('[MOD9] two instances on one Redis and one PostgreSQL', { timeout: 90_000 }, () => {
  let world: TestInstances;
  let one: TestInstance;
  let two: TestInstance;
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    world = await startTestInstances();
    [one, two] = [await world.start(), await world.start()];
    [ana, ben] = [await one.server.person('Ana'), await two.server.person('Ben')];
  });
  afterAll(() => world.remove());

  const refused = (reason: string) => expect.objectContaining({ ok: false, error: expect.objectContaining({ code: 'forbidden', reason }) });
  const join = (client: RawClient, sessionId: string) => client.raw('session:join', { sessionId, name: 'Somebody' });
  const play = async (client: RawClient, id: string) => client.raw('playback:command', { ...(await client.envelope(id)), kind: 'play' });
  const changed = (client: RawClient, isWanted: (access: Access) => boolean) =>
    client.next<{ access: Access }>('session:changed', ({ access }) => isWanted(access));
  /** Ana on the one, Ben on the other. */
  const party = async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const guest = await ben.connect();
    return { id, host, guest, benId: (await guest.join(id)).you.memberId };
  };

  it('a time-out and a ban given on one hold on the other, and after a third comes up', async () => {
    const { id, host, guest, benId } = await party();
    await host.session(id, { kind: 'time-out', memberId: benId, minutes: 10 });
    await changed(guest, ({ timeOuts }) => timeOuts?.[0]?.memberId === benId);
    expect(await play(guest, id)).toEqual(refused('time_out'));
    await host.session(id, { kind: 'ban', memberId: benId, address: false });
    expect(await guest.next('session:removed')).toEqual({ sessionId: id, reason: 'banned' });
    await world.redisServer.flushAll();
    const third = await world.start();
    for (const { server } of [one, two, third]) {
      expect(await join(await (await server.personWith(ben)).connect(), id)).toEqual(refused('not_open'));
    }
    await third.stop();
  });

  it('[KNOCK4] who knocks on the one is let in by a host on the other, also by one who comes later', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    await host.session(id, { kind: 'door', door: 'knock' });
    const cleo = await two.server.person('Cleo');
    const waits = await cleo.connect();
    expect(await join(waits, id)).toEqual(refused('knock'));
    const { waiting } = await host.next<KnockList>('session:knock', (list) => list.waiting.length === 1);
    const late = await ana.join(id);
    await late.next<KnockList>('session:knock', (list) => list.waiting.length === 1);
    await host.session(id, { kind: 'admit', memberId: waiting[0]?.memberId ?? '', admit: true });
    expect(await waits.next('session:admitted')).toEqual({ sessionId: id, admitted: true });
    expect(await join(waits, id)).toMatchObject({ ok: true });
    await host.next<KnockList>('session:knock', (list) => list.waiting.length === 0);
    // Remembered by neither of the two alone.
    const third = await world.start();
    expect(await join(await (await third.server.personWith(cleo)).connect(), id)).toMatchObject({ ok: true });
    await third.stop();
  });

  it('[MOD8] the address of who knocks on the one is known to a host on the other', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    await host.session(id, { kind: 'door', door: 'knock' });
    const waits = await (await two.server.person('Cleo')).connect();
    await join(waits, id);
    const { waiting } = await host.next<KnockList>('session:knock', (list) => list.waiting.length === 1);
    const memberId = waiting[0]?.memberId ?? '';
    expect(await host.do('session:ban-reach', { sessionId: id, memberId })).toEqual({ address: 'usable', alsoOut: [] });
    await host.session(id, { kind: 'ban', memberId, address: true });
    const again = await two.server.person('Cleo');
    await expect.poll(async () => join(await again.connect(), id)).toEqual(refused('not_open'));
  });

  it('[KNOCK3] who is sent away on the one is not heard on the other', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    await host.session(id, { kind: 'door', door: 'knock' });
    const cleo = await one.server.person('Cleo');
    const waits = await cleo.connect();
    await join(waits, id);
    const { waiting } = await host.next<KnockList>('session:knock', (list) => list.waiting.length === 1);
    await host.session(id, { kind: 'admit', memberId: waiting[0]?.memberId ?? '', admit: false });
    await waits.next('session:admitted');
    const there = await (await two.server.personWith(cleo)).connect();
    await expect.poll(() => join(there, id)).toEqual(refused('not_open'));
  });

  it('[ROLE6] an old link is dead on both, before and after Redis has lost everything, and who was inside stays', async () => {
    const { id, host, guest } = await party();
    await host.session(id, { kind: 'new-link' });
    const { path } = await guest.do('session:link', { sessionId: id });
    const key = new URL(path, one.server.url).searchParams.get('k') ?? '';
    const cleo = await two.server.person('Cleo');
    const at = async ({ server }: TestInstance, query = '') =>
      (await (await server.personWith(cleo)).http('GET', `/sessions/${id}${query}`)).status;
    for (const isLost of [false, true]) {
      if (isLost) await world.redisServer.flushAll();
      for (const instance of [one, two]) {
        expect([await at(instance), await at(instance, '?k=wrong'), await at(instance, `?k=${key}`)]).toEqual([403, 403, 200]);
        expect(await join(await (await instance.server.personWith(cleo)).connect(), id)).toEqual(refused('not_open'));
        expect(await join(await (await instance.server.personWith(ben)).connect(), id)).toMatchObject({ ok: true });
      }
    }
  });

  it('[ROLE7] of two that see the owner away one commit makes a host act, and nobody else is made one', async () => {
    const record = aSession();
    const commits: string[] = [];
    let stored = { ...record, access: { ...record.access, hostIds: ['hostb0000000', 'hostc0000000'] } };
    const watch = (memberId: string) => {
      const roster = {
        // Owner and hosts are known by name on every instance; how long they are there may be known better on one.
        nameOf: (id: string) => (id.startsWith('host') ? 'Host' : null),
        candidates: () => [{ memberId, name: 'Host', sinceMs: 5, hasAccount: false }],
      };
      const sessions = {
        cached: () => stored,
        async attended(seen: typeof stored, attendance: Parameters<typeof attendedOf>[1], nowMs: number) {
          const next = seen.access.version === stored.access.version ? attendedOf(stored, attendance, nowMs) : null;
          if (next === null) return;
          stored = next as typeof stored;
          commits.push(memberId);
        },
      };
      return new AttendanceWatch({ roster: { all: () => [[stored.id, roster as never]] }, sessions: sessions as never });
    };
    const watches = [watch('hostb0000000'), watch('hostc0000000')];
    const startMs = 1_800_000_000_000;
    for (let nowMs = startMs; nowMs <= startMs + SUCCESSION_MS + 30_000; nowMs += 1000)
      await Promise.all(watches.map((one) => one.beat(nowMs)));
    expect(stored.access.actingOwnerId).toMatch(/^host[bc]0000000$/);
    expect(commits.length).toBeLessThanOrEqual(3);
  });
});

describe('[KNOCK1] [MOD9] the headless client', { timeout: 60_000 }, () => {
  let world: TestInstances;
  let one: TestInstance;
  let two: TestInstance;
  const clients: SessionClient[] = [];
  beforeAll(async () => {
    world = await startTestInstances();
    [one, two] = [await world.start(), await world.start()];
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await world.remove();
  });
  const client = (instance: TestInstance, person: Person, sessionId: string, linkKey?: string) => {
    const made = createSessionClient({
      serverUrl: instance.server.url,
      sessionId,
      name: person.name,
      token: person.token,
      ...(linkKey === undefined ? {} : { linkKey }),
    });
    clients.push(made);
    made.connect();
    return made;
  };

  it('knocks, is let in, is muted, kicked and banned, and stays with its party when its instance is killed', async () => {
    const [ana, cleo] = [await one.server.person('Ana'), await two.server.person('Cleo')];
    const { id } = await ana.createSession();
    const host = client(one, ana, id);
    await expect.poll(() => host.state.connection, { timeout: 8000 }).toBe('joined');
    expect(await host.setDoor('knock')).toMatchObject({ ok: true });
    const guest = client(two, cleo, id);
    await expect.poll(() => guest.state.connection, { timeout: 8000 }).toBe('knocking');
    expect(guest.state).toMatchObject({ playback: null, access: null, error: { reason: 'knock' } });
    await expect.poll(() => host.state.waiting.length, { timeout: 8000 }).toBe(1);
    const memberId = host.state.waiting[0]?.memberId ?? '';
    await host.admit(memberId, true);
    await expect.poll(() => guest.state.connection, { timeout: 8000 }).toBe('joined');
    await expect.poll(() => host.state.waiting.length, { timeout: 8000 }).toBe(0);
    await host.setMuted(memberId, true);
    await expect.poll(() => guest.state.you?.muted, { timeout: 8000 }).toBe(true);
    expect(guest.state.you?.rights).toMatchObject({ chat: false, control: true, video: false });
    await host.kick(memberId);
    await expect.poll(() => guest.state.removed, { timeout: 8000 }).toBe('kicked');
    guest.retry();
    await expect.poll(() => guest.state.connection, { timeout: 8000 }).toBe('knocking');
    expect(await host.ban(memberId, false)).toMatchObject({ ok: true });
    await expect.poll(() => guest.state.error?.reason, { timeout: 8000 }).toBe('not_open');
    const moderation = await host.moderation();
    expect(moderation).toMatchObject({
      ok: true,
      data: { banned: [{ memberId, name: 'Cleo' }], log: ['ban', 'kick', 'mute', 'let-in', 'door'].map((kind) => ({ kind })) },
    });
    await two.stop();
    const third = await world.start();
    const again = client(third, await third.server.personWith(cleo), id);
    await expect.poll(() => again.state.error?.reason, { timeout: 8000 }).toBe('not_open');
  });
});
