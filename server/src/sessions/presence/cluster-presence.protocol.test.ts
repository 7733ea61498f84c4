import {
  LIVE_ROSTER_MAX,
  type Member,
  type Playback,
  type PresenceChange,
  type RosterPage,
  type SessionInfo,
} from '@cowatch/shared/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestInstances, type TestInstances } from '../../instances.testing.ts';
import { ManualClock } from '../../platform/clock/manual-clock.testing.ts';
import { reachable } from '../../platform/redis/redis.testing.ts';
import type { Redis } from '../../platform/redis/redis.ts';
import type { Person, RawClient, TestServer } from '../../protocol.testing.ts';
import {
  EMPTY_AFTER_MS,
  INSTANCE_GONE_AFTER_MS,
  PRESENCE_INTERVAL_MAX_MS,
  PRESENCE_RENEW_MS,
  SWEEP_INTERVAL_MS,
} from '../session.limits.ts';

const START_MS = 1_700_000_000_000;

/** An instance with connections of its own, as a process of its own has them; its time is in the test's hand. */
interface Instance {
  readonly server: TestServer;
  readonly clock: ManualClock;
  readonly redis: Redis;
  /** Without a goodbye: what it left in Redis stays. */
  kill(): Promise<void>;
}

describe('people on two instances of one Redis and one PostgreSQL', { timeout: 60_000 }, () => {
  let world: TestInstances;
  let nowMs = START_MS;
  let started = 0;
  const instances: Instance[] = [];
  let one: Instance;
  let two: Instance;

  async function start(): Promise<Instance> {
    started += 1;
    const clock = new ManualClock(nowMs, `instance-${started}`);
    const { server, redis, stop } = await world.start(clock);
    let running = true;
    const instance: Instance = {
      server,
      clock,
      redis,
      async kill() {
        if (!running) return;
        running = false;
        instances.splice(instances.indexOf(instance), 1);
        await stop();
      },
    };
    instances.push(instance);
    return instance;
  }

  beforeAll(async () => {
    world = await startTestInstances();
    one = await start();
    two = await start();
  });
  afterAll(async () => {
    for (const instance of [...instances]) await instance.kill();
    await world.remove();
  });

  /** Lets time pass on every instance, with a few beats of each. */
  async function pass(durationMs: number, stepMs = 1000): Promise<void> {
    for (let left = durationMs; left > 0; left -= stepMs) {
      const step = Math.min(stepMs, left);
      nowMs += step;
      for (const { clock } of instances) clock.advance(step);
      await new Promise((resolve) => setTimeout(resolve, 2 * SWEEP_INTERVAL_MS));
    }
  }
  /** Lets time pass until it is so. */
  async function until(isSo: () => Promise<boolean> | boolean, atMostMs = 10_000): Promise<void> {
    for (let passed = 0; !(await isSo()); passed += 250) {
      if (passed > atMostMs) throw new Error('it did not come to be so');
      await pass(250, 250);
    }
  }
  const roster = async (client: RawClient, id: string): Promise<readonly Member[]> => (await page(client, id, 0)).members;
  const page = (client: RawClient, id: string, offset: number): Promise<RosterPage> => {
    // The limit for one socket refills by the test's clock.
    for (const { clock } of instances) clock.advance(500);
    nowMs += 500;
    return client.do('session:roster', { sessionId: id, offset });
  };
  const names = async (client: RawClient, id: string) => (await roster(client, id)).map(({ name }) => name).sort();
  const sees = (client: RawClient, id: string, wanted: readonly string[]) => async () =>
    JSON.stringify(await names(client, id)) === JSON.stringify([...wanted].sort());
  const report = (client: RawClient, id: string, state: Member['state']) =>
    client.do('member:report', { sessionId: id, version: 0, accessVersion: 0, state, positionS: 0, driftMs: 1 });

  describe('in a small party', () => {
    let ana: Person;
    let ben: Person;
    let id: string;
    let host: RawClient;
    let guest: RawClient;
    beforeEach(async () => {
      [ana, ben] = [await one.server.person('Ana'), await two.server.person('Ben')];
      ({ id } = await ana.createSession());
      host = await ana.join(id);
      await pass(250);
      guest = await ben.join(id);
    });

    it('[PRES7] see each other, and how each is doing', async () => {
      // The answer to Ben's join had Ana already; Ana is told of Ben.
      expect(await names(guest, id)).toEqual(['Ana', 'Ben']);
      await until(() => host.all<PresenceChange>('session:presence').some(({ count }) => count === 2));
      expect(await names(host, id)).toEqual(['Ana', 'Ben']);
      await report(guest, id, 'buffering');
      await until(async () => (await roster(host, id)).some(({ name, state }) => name === 'Ben' && state === 'buffering'));
      const info = (await ana.http('GET', `/sessions/${id}`)).body as SessionInfo;
      expect(info.memberCount).toBe(2);
      const third = await start();
      const stranger = await third.server.person('Cleo');
      expect((await stranger.http('GET', `/sessions/${id}`)).body).toMatchObject({ memberCount: 2 });
      await third.kill();
      await guest.do('session:leave', { sessionId: id });
      await until(sees(host, id, ['Ana']));
    });

    it('[PRES8] are one member on both with their devices, until the last of them is gone', async () => {
      const phone = await (await one.server.personWith(ben)).connect();
      const { you, roster: people } = await phone.join(id, 'Benjamin');
      expect(people.count).toBe(2);
      await report(phone, id, 'playing');
      const isOne = (client: RawClient) => async () =>
        (await roster(client, id)).some(
          ({ memberId, devices, state, name }) => memberId === you.memberId && devices === 2 && state === 'playing' && name === 'Benjamin',
        );
      await until(isOne(host));
      await until(isOne(guest));
      phone.socket.close();
      await until(async () => (await roster(host, id)).find(({ name }) => name === 'Benjamin')?.devices === 1);
      expect(host.all<PresenceChange>('session:presence').flatMap(({ left }) => left)).toEqual([]);
      guest.socket.close();
      await until(sees(host, id, ['Ana']));
    });

    it('[ACC3] are shut out on every instance by a host on one', async () => {
      const memberId = (await guest.join(id)).you.memberId;
      const laptop = await (await one.server.personWith(ben)).join(id);
      await host.session(id, { kind: 'kick', memberId });
      for (const client of [guest, laptop]) {
        expect(await client.next('session:removed')).toEqual({ sessionId: id, reason: 'kicked' });
        expect(await client.ask('session:join', { sessionId: id, name: 'Ben' })).toMatchObject({
          ok: false,
          error: { code: 'forbidden' },
        });
      }
      await until(sees(host, id, ['Ana']));
      guest.forget();
      await host.playback(id, { kind: 'seek', positionS: 9 });
      await guest.caughtUp();
      expect(guest.commits()).toEqual([]);
    });

    it('[ACC9] are found on whatever instance they are, as soon as they are there', async () => {
      const { you } = await guest.join(id);
      // No news of people between instances has been told since.
      expect(await host.session(id, { kind: 'role', memberId: you.memberId, role: 'host' })).toMatchObject({
        changed: true,
      });
      const never = { ...(await host.envelope(id)), kind: 'kick', memberId: 'AAAAAAAAAAAA' } as const;
      expect(await host.ask('session:command', never)).toMatchObject({ error: { code: 'not_found' } });
    });

    it('[ACC5] see its end on every instance, once', async () => {
      const { media } = (await ana.http('GET', `/sessions/${id}`)).body as SessionInfo;
      await host.session(id, { kind: 'end' });
      for (const client of [host, guest]) {
        expect(await client.next('session:ended')).toEqual({ sessionId: id, media });
        await client.caughtUp();
        expect(client.all('session:ended')).toHaveLength(1);
        expect(await client.ask('session:roster', { sessionId: id, offset: 0 })).toMatchObject({ ok: false });
      }
    });

    it('[ACC1] [ACC2] have the roles that were given elsewhere, and are shown with them', async () => {
      const { you } = await guest.join(id);
      await host.session(id, { kind: 'control', control: 'hosts' });
      await guest.next('session:changed');
      const seek = { ...(await guest.envelope(id)), kind: 'seek', positionS: 5 } as const;
      expect(await guest.ask('playback:command', seek)).toMatchObject({ error: { code: 'forbidden' } });
      await host.session(id, { kind: 'role', memberId: you.memberId, role: 'host' });
      for (const client of [host, guest]) {
        await until(async () => (await roster(client, id)).some(({ name, role }) => name === 'Ben' && role === 'host'));
      }
      expect((await guest.playback(id, { kind: 'seek', positionS: 5 })).changed).toBe(true);
    });

    it('[PRES9] stay while Redis is away, although it comes back with nothing', async () => {
      await until(sees(host, id, ['Ana', 'Ben']));
      await world.redisServer.kill();
      await pass(3 * INSTANCE_GONE_AFTER_MS, 5000);
      expect(await names(host, id)).toEqual(['Ana', 'Ben']);
      await world.redisServer.start();
      for (const { redis } of instances) await reachable(redis);
      await pass(2 * INSTANCE_GONE_AFTER_MS);
      expect([await names(host, id), await names(guest, id)]).toEqual([
        ['Ana', 'Ben'],
        ['Ana', 'Ben'],
      ]);
      const left = [host, guest].flatMap((client) => client.all<PresenceChange>('session:presence'));
      expect(left.flatMap((change) => change.left)).toEqual([]);
      // And news flow again.
      await report(guest, id, 'background');
      await until(async () => (await roster(host, id)).some(({ state }) => state === 'background'));
    });

    it('[LIFE7] keep it running as long as anybody is there, wherever; then it stops where the last one was seen', async () => {
      await host.playback(id, { kind: 'play' });
      const { atMs: startedAtMs } = (await host.join(id)).playback.timeline;
      host.socket.close();
      await pass(2 * EMPTY_AFTER_MS, 2000);
      expect((await guest.join(id)).playback.timeline).toMatchObject({ playing: true, cause: { kind: 'play' } });
      const leftAtMs = nowMs;
      guest.socket.close();
      await pass(EMPTY_AFTER_MS + 8000, 2000);
      const { playback } = await (await ana.connect()).join(id);
      expect(playback.timeline).toMatchObject({ playing: false, cause: { kind: 'empty' } });
      const leftAtS = (leftAtMs - startedAtMs) / 1000;
      expect(playback.timeline.positionS).toBeGreaterThanOrEqual(leftAtS - 0.001);
      expect(playback.timeline.positionS).toBeLessThan(leftAtS + 2.5);
    });
  });

  it('[PRES9] [LIFE7] whoever was on an instance that is killed is gone; a party of theirs alone stops where they were seen', async () => {
    const victim = await start();
    const [ana, ben] = [await one.server.person('Ana'), await victim.server.person('Ben')];
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    await ben.join(id);
    await until(sees(host, id, ['Ana', 'Ben']));
    const alone = await (await victim.server.personWith(ben)).createSession();
    const there = await (await victim.server.personWith(ben)).join(alone.id);
    const { version } = await there.playback(alone.id, { kind: 'play' });
    const startedAtMs = (await there.join(alone.id)).playback.timeline.atMs;
    await pass(PRESENCE_RENEW_MS + 1000);
    await victim.kill();
    const killedAtMs = nowMs;

    // At once in again elsewhere: one of them, not two, and nothing stopped.
    const again = await (await two.server.personWith(ben)).join(id);
    expect(await names(again, id)).toEqual(['Ana', 'Ben']);
    again.socket.close();
    await pass(INSTANCE_GONE_AFTER_MS - 6000);
    expect(await names(host, id)).toContain('Ana');
    await pass(INSTANCE_GONE_AFTER_MS + PRESENCE_RENEW_MS);
    expect(await names(host, id)).toEqual(['Ana']);

    await pass(EMPTY_AFTER_MS, 5000);
    const { playback } = await (await (await two.server.personWith(ben)).connect()).join(alone.id);
    expect(playback.timeline).toMatchObject({ playing: false, cause: { kind: 'empty' } });
    expect(playback.timeline.version).toBeGreaterThan(version);
    const stoppedAfterS = playback.timeline.positionS;
    expect(stoppedAfterS).toBeLessThanOrEqual((killedAtMs - startedAtMs) / 1000 + 0.001);
    expect(stoppedAfterS).toBeGreaterThanOrEqual((killedAtMs - startedAtMs - PRESENCE_RENEW_MS - 1000) / 1000);
  });

  it('[PRES4] [PRES5] a large party counts all and pages through all, from either instance', async () => {
    const half = LIVE_ROSTER_MAX / 2 + 5;
    const ana = await one.server.person('Ana');
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const crowd: RawClient[] = [];
    for (let i = 0; i < half; i += 1) {
      crowd.push(await (await one.server.person(`One ${i}`)).join(id));
      crowd.push(await (await two.server.person(`Two ${i}`)).join(id));
    }
    const guest = crowd[1] ?? host;
    const count = 2 * half + 1;
    await until(async () => {
      const pages = [await page(host, id, 0), await page(guest, id, 0)];
      return pages.every((first) => first.count === count && first.nextOffset !== null);
    }, 30_000);
    await pass(2 * PRESENCE_INTERVAL_MAX_MS);
    for (const client of [host, guest]) {
      const seen: string[] = [];
      for (let offset: number | null = 0; offset !== null; ) {
        const { members, nextOffset } = await page(client, id, offset);
        seen.push(...members.map(({ name }) => name));
        offset = nextOffset;
      }
      expect(seen[0]).toBe('Ana');
      expect(new Set(seen).size).toBe(count);
      expect(seen).toHaveLength(count);
    }
    const { version } = await host.playback(id, { kind: 'play' });
    for (const client of crowd) {
      await client.next<Playback>('playback:changed', ({ timeline }) => timeline.version === version);
      // A beat that falls in between may tell it a second time ([CLU3]).
      const versions = client.all<Playback>('playback:changed').map(({ timeline }) => timeline.version);
      expect(new Set(versions)).toEqual(new Set([version]));
    }
  });

  it('[JOIN1] whoever joins on one while something happens on the other has it, in the answer or after it', async () => {
    const [ana, ben] = [await one.server.person('Ana'), await two.server.person('Ben')];
    for (let i = 0; i < 25; i += 1) {
      const { id } = await ana.createSession();
      const host = await ana.join(id);
      const guest = await ben.connect();
      // Time stands still: nothing heals, whatever is missed stays missed.
      const commands = (async () => {
        let version = 0;
        for (let k = 0; k < 6; k += 1) ({ version } = await host.playback(id, { kind: 'seek', positionS: 10 + k }));
        return version;
      })();
      await new Promise((resolve) => setTimeout(resolve, i));
      const { playback } = await guest.join(id);
      const last = await commands;
      if (playback.timeline.version < last) {
        await guest.next<Playback>('playback:changed', ({ timeline }) => timeline.version === last);
      }
      host.socket.close();
      guest.socket.close();
    }
  });
});
