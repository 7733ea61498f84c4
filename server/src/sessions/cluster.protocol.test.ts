import type { Playback } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestInstances, type TestInstance, type TestInstances } from '../instances.testing.ts';
import { reachable } from '../platform/redis/redis.testing.ts';
import type { Person, RawClient } from '../protocol.testing.ts';

describe('two instances on one Redis and one PostgreSQL', { timeout: 60_000 }, () => {
  let world: TestInstances;
  let instances: readonly [TestInstance, TestInstance];
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    world = await startTestInstances();
    instances = [await world.start(), await world.start()];
    [ana, ben] = [await instances[0].server.person('Ana'), await instances[1].server.person('Ben')];
  });
  afterAll(() => world.remove());

  const allReachable = () => Promise.all(instances.map(({ redis }) => reachable(redis)));
  const told = (client: RawClient, version: number) =>
    client.next<Playback>('playback:changed', ({ timeline }) => timeline.version === version);
  /** Ana on the one, Ben on the other, in a party of Ana's. */
  const party = async () => {
    const { id } = await ana.createSession();
    return { id, host: await ana.join(id), guest: await ben.join(id) };
  };

  it('[CLU1] a command on one is told on the other, both agree, and its repeat elsewhere is answered', async () => {
    const { id, host, guest } = await party();
    const first = await host.playback(id, { kind: 'seek', positionS: 10 });
    expect((await told(guest, first.version)).timeline.positionS).toBe(10);
    const envelope = await guest.envelope(id);
    const command = { ...envelope, kind: 'seek', positionS: 20 } as const;
    const second = await guest.do('playback:command', command);
    await told(host, second.version);
    expect(second.version).toBeGreaterThan(first.version);

    const elsewhere = await (await instances[0].server.personWith(ben)).join(id);
    expect(await elsewhere.do('playback:command', command)).toEqual(second);
    const [here, there] = [await host.join(id), await guest.join(id)];
    expect(here.playback).toEqual(there.playback);
    expect(here.playback.timeline).toMatchObject({ version: second.version, positionS: 20 });
    expect((await instances[0].server.stored(id))?.playback).toEqual(here.playback);
  });

  it('[CMD1] whoever acts wherever at once, everybody is told of each change at most once, and never of an older one', async () => {
    const people = [ana, ben, await instances[0].server.person('Cleo'), await instances[1].server.person('Dev')];
    for (let round = 0; round < 4; round += 1) {
      const { id } = await ana.createSession();
      const clients = await Promise.all(
        people.map(async (person, i) => (await instances[i % 2 === 0 ? 0 : 1].server.personWith(person)).join(id)),
      );
      const acting = clients.map(async (client, i) => {
        const made: number[] = [];
        for (let n = 0; n < 8; n += 1) {
          made.push((await client.playback(id, { kind: 'seek', positionS: 10 * n + i })).version);
        }
        return made;
      });
      const made = (await Promise.all(acting)).flat().sort((x, y) => x - y);
      const last = made.at(-1) ?? 0;
      const versionsAt = ({ received }: RawClient) =>
        received.flatMap(({ event, message }) => (event === 'playback:changed' ? [(message as Playback).timeline.version] : []));
      for (const client of clients) await expect.poll(() => versionsAt(client).at(-1)).toBe(last);
      for (const client of clients) {
        const versions = versionsAt(client);
        expect(versions).toEqual([...new Set(versions)].sort((x, y) => x - y));
        expect(made).toEqual(expect.arrayContaining(versions));
      }
      for (const client of clients) client.socket.disconnect();
    }
  });

  it('[CLU1] what is opened by link on one was made on the other', async () => {
    const { id } = await ana.createSession();
    expect(await ben.http('GET', `/sessions/${id}`)).toMatchObject({ status: 200, body: { id, owner: false } });
    const { body } = await (await instances[1].server.personWith(ana)).http('GET', `/sessions/${id}`);
    expect(body).toMatchObject({ id, owner: true });
  });

  it('[CLU3] news that never came are told within two seconds, unasked', async () => {
    const { id, host, guest } = await party();
    await world.redisServer.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    const { version } = await host.playback(id, { kind: 'seek', positionS: 33 });
    expect((await told(guest, version)).timeline.positionS).toBe(33);
  });

  it('[CLU2] [CLU5] Redis killed: people stay and see where they are, commands wait, and nothing is undone', async () => {
    const { id, host, guest } = await party();
    const { version } = await host.playback(id, { kind: 'seek', positionS: 44 });
    await told(guest, version);
    const report = { sessionId: id, version: 0, accessVersion: 0, state: 'paused', positionS: 44, driftMs: 0 } as const;
    const known = async () => (await guest.do('member:report', report)).version;
    await expect.poll(known, { timeout: 5000, interval: 500 }).toBe(version);
    await world.redisServer.kill();
    try {
      const envelope = await host.envelope(id);
      const refused = await host.ask('playback:command', { ...envelope, kind: 'seek', positionS: 55 });
      expect(refused).toMatchObject({ ok: false, error: { code: 'unavailable', retryAfterMs: expect.any(Number) } });
      expect(await known()).toBe(version);
      expect((await host.join(id)).playback.timeline).toMatchObject({ version, positionS: 44 });
      expect((await ana.http('POST', '/sessions', { media: { titleId: 'sample' } })).status).toBe(503);
    } finally {
      await world.redisServer.start();
      await allReachable();
    }
    const envelope = await guest.envelope(id);
    const next = await guest.do('playback:command', { ...envelope, kind: 'play' });
    expect(next.version).toBeGreaterThan(version);
    expect((await told(host, next.version)).timeline).toMatchObject({ positionS: 44, playing: true });
  });

  it('[CLU2] FLUSHALL in the middle of a party undoes nothing', async () => {
    const { id, host, guest } = await party();
    const { version } = await host.playback(id, { kind: 'seek', positionS: 66 });
    await world.redisServer.flushAll();
    const next = await guest.playback(id, { kind: 'play' });
    expect(next.version).toBeGreaterThan(version);
    expect((await told(host, next.version)).timeline).toMatchObject({ positionS: 66, playing: true });
    expect((await host.join(id)).playback).toEqual((await guest.join(id)).playback);
  });

  it('[CLU2] an instance that ends takes nothing with it', async () => {
    const { id, host } = await party();
    const { version } = await host.playback(id, { kind: 'seek', positionS: 77 });
    const third = await world.start();
    const cleo = await third.server.person('Cleo');
    const client = await cleo.join(id);
    const last = await client.playback(id, { kind: 'seek', positionS: 88 });
    await third.stop();
    expect(last.version).toBeGreaterThan(version);
    expect((await host.join(id)).playback.timeline).toMatchObject({ version: last.version, positionS: 88 });
  });
});
