import type { Playback, PresenceChange, SessionInfo } from '@cowatch/shared/protocol';
import { LEAD_MARGIN_MS } from '@cowatch/shared/timeline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../platform/clock/manual-clock.testing.ts';
import { openPostgresTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from '../protocol.testing.ts';
import { createPostgresSessionSnapshots } from './recovery/snapshots.postgres.ts';
import { CLOCK_PACE, EMPTY_AFTER_MS, MARK_INTERVAL_MS } from './session.limits.ts';

// What time brings, with a clock turned by hand: sockets, database and server are real, and nothing is waited for but
// what must come.

/** The shortest lead: on a clock that stands still every link takes no time. */
const LEAD_MS = LEAD_MARGIN_MS;
const DAY_MS = 24 * 3600 * 1000;

let clock: ManualClock;
let home: TestDatabase;
let server: TestServer;
let ana: Person;
let ben: Person;
beforeAll(async () => {
  clock = new ManualClock();
  home = await openPostgresTestDatabase();
  await boot();
});
afterAll(async () => {
  await server.stop();
  await home.remove();
});

/** A server on the same database: the first, or the one after a crash. */
async function boot(): Promise<void> {
  server = await startTestServer({ clock, database: home.database });
  ana = await server.person('Ana');
  ben = await server.person('Ben');
}

let party: SessionInfo;
let id: string;
beforeEach(async () => {
  party = await ana.createSession();
  id = party.id;
  // Buckets are full again.
  clock.advance(60_000);
});

const timeline = async (sessionId = id) => (await server.stored(sessionId))?.playback.timeline;
const told = (client: RawClient, version: number) => client.next<Playback>('playback:changed', (p) => p.timeline.version === version);
const marks = async () => (await createPostgresSessionSnapshots(home.database).load(id))?.seenAtMs ?? null;

/** Waits for something that the server does by itself; the beat of its timer is real. */
async function until<T>(look: () => Promise<T>, isIt: (value: T) => boolean): Promise<T> {
  for (let i = 0; ; i += 1) {
    const value = await look();
    if (isIt(value)) return value;
    if (i > 500) throw new Error(`it did not come: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('the clock', () => {
  it('[CLK1] [CLK3] is told with every exchange, and by whom', async () => {
    const client = await ana.connect();
    const first = await client.do('clock:ping', {});
    expect(first).toEqual({ receivedAtMs: clock.nowMs(), sentAtMs: clock.nowMs(), instanceId: clock.instanceId });
    clock.advance(1234);
    expect((await client.do('clock:ping', {})).receivedAtMs).toBe(first.receivedAtMs + 1234);
  });

  it('[CLK8] asks for rest where very many ask, each for another time, and for none when they are gone', async () => {
    const crowd = await Promise.all(Array.from({ length: 12 }, () => ana.connect()));
    const rests: number[] = [];
    for (const client of crowd) {
      for (let i = 0; i < 50; i += 1) rests.push((await client.do('clock:ping', {})).restMs ?? 0);
    }
    const asked = rests.filter((restMs) => restMs > 0);
    expect(rests.slice(0, CLOCK_PACE.burst - 50).every((restMs) => restMs === 0)).toBe(true);
    expect(asked.length).toBeGreaterThan(50);
    expect(new Set(asked).size).toBe(asked.length);
    clock.advance(CLOCK_PACE.restMaxMs + 1000);
    expect((await crowd[0]?.do('clock:ping', {}))?.restMs).toBeUndefined();
  });
});

describe('what acts when', () => {
  it('[TL3] a start is scheduled one lead ahead, and held until then', async () => {
    const host = await ana.join(id);
    await host.playback(id, { kind: 'seek', positionS: 50 });
    await host.playback(id, { kind: 'play' });
    expect(await timeline()).toMatchObject({ positionS: 50, atMs: clock.nowMs() + LEAD_MS, playing: true });
    clock.advance(LEAD_MS + 10_000);
    await host.playback(id, { kind: 'seek', positionS: 200 });
    expect(await timeline()).toMatchObject({
      positionS: 200,
      atMs: clock.nowMs() + LEAD_MS,
      cause: { kind: 'seek', fromPositionS: 60 },
    });
  });

  it('[TL5] pause and rate act at once; before a scheduled start they keep it', async () => {
    const host = await ana.join(id);
    await host.playback(id, { kind: 'play' });
    const start = await timeline();
    clock.advance(20);
    await host.playback(id, { kind: 'rate', rate: 2 });
    expect(await timeline()).toMatchObject({ rate: 2, positionS: 0, atMs: start?.atMs });
    clock.advance(LEAD_MS - 20 + 5000);
    await host.playback(id, { kind: 'rate', rate: 0.5 });
    expect(await timeline()).toMatchObject({ rate: 0.5, positionS: 10, atMs: clock.nowMs() });
    clock.advance(4000);
    await host.playback(id, { kind: 'pause' });
    expect(await timeline()).toMatchObject({ playing: false, positionS: 12, atMs: clock.nowMs() });
    await host.playback(id, { kind: 'play' });
    clock.advance(LEAD_MS - 1);
    await host.playback(id, { kind: 'pause' });
    expect(await timeline()).toMatchObject({ playing: false, positionS: 12, atMs: clock.nowMs() });
  });

  it('[CMD6] a pause takes the frame its sender saw, if that is near', async () => {
    const [host, guest] = [await ana.join(id), await ben.join(id)];
    const pauseAt = async (seenPositionS: number) => {
      await host.playback(id, { kind: 'seek', positionS: 0 });
      await host.playback(id, { kind: 'play' });
      clock.advance(LEAD_MS + 100_000);
      await guest.playback(id, { kind: 'pause', seenPositionS });
      return (await timeline())?.positionS;
    };
    expect(await pauseAt(100.2)).toBe(100.2);
    expect(await pauseAt(99.8)).toBe(99.8);
    expect(await pauseAt(99.7)).toBe(100);
    expect(await pauseAt(3)).toBe(100);
  });

  it('[CMD4] play at the end begins anew; [CMD7] a seek beyond it goes to it', async () => {
    const host = await ana.join(id);
    await host.playback(id, { kind: 'seek', positionS: 299 });
    await host.playback(id, { kind: 'play' });
    clock.advance(60_000);
    await host.playback(id, { kind: 'pause' });
    expect((await timeline())?.positionS).toBe(300);
    await host.playback(id, { kind: 'play' });
    expect((await timeline())?.positionS).toBe(0);
    await host.playback(id, { kind: 'seek', positionS: 5000 });
    expect((await timeline())?.positionS).toBe(300);
  });
});

describe('people in time', () => {
  const report = (client: RawClient, driftMs: number | null, state: 'playing' | 'buffering' = 'playing') =>
    client.do('member:report', { sessionId: id, version: 0, accessVersion: 0, state, positionS: 1, driftMs });
  const nextChange = (client: RawClient, isWanted: (change: PresenceChange) => boolean) =>
    client.next<PresenceChange>('session:presence', isWanted);

  it('[REP4] who misses three reports is away until the next', async () => {
    const [host, guest] = [await ana.join(id), await ben.join(id)];
    const { memberId } = (await guest.join(id)).you;
    const isBen = (state: string) => (change: PresenceChange) => change.changed.some((m) => m.memberId === memberId && m.state === state);
    await report(guest, 3);
    clock.advance(1000);
    await nextChange(host, isBen('playing'));
    clock.advance(5001);
    await report(host, 1);
    await nextChange(host, isBen('away'));
    host.forget();
    await report(guest, 4);
    clock.advance(1000);
    expect((await nextChange(host, isBen('playing'))).changed).toMatchObject([{ driftMs: 4 }]);
  });

  it('[PRES1] [PRES2] changes come gathered, with one revision after the other', async () => {
    const host = await ana.join(id);
    // Told with the next beat, before or after the answer to the join.
    const first = await nextChange(host, ({ changed }) => changed.some(({ name }) => name === 'Ana'));
    // The clock stands still: whatever comes now waits for the rest.
    const guests = [await ben.join(id), await (await server.person('Cleo')).join(id)];
    for (const guest of guests) await report(guest, 2);
    await host.caughtUp();
    expect(host.all('session:presence')).toHaveLength(1);
    clock.advance(250);
    const change = await nextChange(host, ({ revision }) => revision === first.revision + 1);
    expect(change).toMatchObject({ sessionId: id, count: 3, left: [] });
    expect(change.changed.map(({ name, state, driftMs }) => [name, state, driftMs])).toEqual([
      ['Ben', 'playing', 2],
      ['Cleo', 'playing', 2],
    ]);
    const answer = await report(host, 0);
    expect(answer.presenceRevision).toBe(change.revision);
  });

  it('[PRES6] revisions count within one connection', async () => {
    const [host, guest] = [await ana.join(id), await ben.join(id)];
    for (const name of ['Benno', 'Benny', 'Benjamin']) {
      await guest.session(id, { kind: 'own-name', name });
      clock.advance(250);
      await nextChange(host, ({ changed }) => changed.some((m) => m.name === name));
    }
    const { presenceRevision } = await report(host, 0);
    for (const client of [host, guest]) await client.do('session:leave', { sessionId: id });
    const { roster } = await host.join(id);
    expect(roster.revision).toBeLessThan(presenceRevision);
    // Likewise: it is the first one again.
    const firsts = () => host.all<PresenceChange>('session:presence').filter(({ revision }) => revision === 1).length;
    await expect.poll(firsts).toBe(2);
  });

  it('[PRES3] drift alone is told where it matters, and seldom', async () => {
    const [host, guest] = [await ana.join(id), await ben.join(id)];
    await report(guest, 10);
    clock.advance(1000);
    await nextChange(host, ({ changed }) => changed.some((m) => m.driftMs === 10));
    const revision = (await report(guest, 14.9)).presenceRevision;
    clock.advance(5000);
    await report(host, 0, 'buffering');
    const other = await nextChange(host, (change) => change.revision === revision + 1);
    expect(other.changed.map(({ name }) => name)).toEqual(['Ana']);
    await report(guest, 15.1);
    clock.advance(250);
    await nextChange(host, ({ changed }) => changed.some((m) => m.driftMs === 15.1));
    const seen = (await report(guest, 40)).presenceRevision;
    clock.advance(1999);
    await report(host, 0, 'playing');
    const soon = await nextChange(host, (change) => change.revision === seen + 1);
    expect(soon.changed.map(({ name }) => name)).toEqual(['Ana']);
    clock.advance(250);
    const late = await nextChange(host, (change) => change.revision === seen + 2);
    expect(late.changed).toMatchObject([{ name: 'Ben', driftMs: 40 }]);
  });
});

describe('[LIFE7] a party nobody is in', () => {
  it('stops after 30 s where the last one was seen', async () => {
    const host = await ana.join(id);
    await host.playback(id, { kind: 'play' });
    clock.advance(LEAD_MS + 42_000);
    await host.do('session:leave', { sessionId: id });
    clock.advance(EMPTY_AFTER_MS - 1000);
    const guest = await ben.join(id);
    expect((await guest.join(id)).playback.timeline.playing).toBe(true);
    clock.advance(EMPTY_AFTER_MS);
    await guest.do('session:leave', { sessionId: id });
    clock.advance(EMPTY_AFTER_MS);
    const stopped = await until(
      () => timeline(),
      (t) => t?.playing === false,
    );
    const seenS = (42_000 + EMPTY_AFTER_MS - 1000 + EMPTY_AFTER_MS) / 1000;
    expect(stopped).toMatchObject({ positionS: seenS, cause: { kind: 'empty', memberId: null, name: null } });
    clock.advance(3_600_000);
    expect((await guest.join(id)).playback.timeline).toEqual(stopped);
  });

  it('tells whoever comes just then', async () => {
    const host = await ana.join(id);
    const { version } = await host.playback(id, { kind: 'play' });
    await told(host, version);
    host.socket.close();
    await until(
      async () => (await ben.http('GET', `/sessions/${id}`)).body as SessionInfo,
      ({ memberCount }) => memberCount === 0,
    );
    clock.advance(EMPTY_AFTER_MS);
    await until(
      () => timeline(),
      (t) => t?.playing === false,
    );
    expect((await ben.http('GET', `/sessions/${id}`)).body).toMatchObject({ playing: false, memberCount: 0 });
  });
});

describe('[LIFE8] after a restart', () => {
  const crash = async () => {
    await server.stop();
    clock.advance(5000);
    await boot();
  };

  it('every party is as it was; one that ran goes on', async () => {
    const host = await ana.join(id);
    await host.playback(id, { kind: 'seek', positionS: 20 });
    const paused = (await ana.createSession()).id;
    await host.playback(id, { kind: 'play' });
    const before = [await server.stored(id), await server.stored(paused)];
    await crash();
    for (const record of before) {
      const { playback, access } = await (await ben.connect()).join(record?.id ?? '');
      expect({ playback, access }).toEqual({ playback: record?.playback, access: record?.access });
    }
    expect([await server.stored(id), await server.stored(paused)]).toEqual(before);
  });

  it('a command that was answered before is answered the same after it', async () => {
    const host = await ana.join(id);
    const command = { ...(await host.envelope(id)), kind: 'seek', positionS: 77 } as const;
    const first = await host.do('playback:command', command);
    const owner = ana;
    await crash();
    const again = await (await server.personWith(owner)).join(id);
    expect(await again.do('playback:command', command)).toEqual(first);
  });

  it('one nobody comes back to opens where people were last seen', async () => {
    const host = await ana.join(id);
    await host.playback(id, { kind: 'play' });
    clock.advance(LEAD_MS + MARK_INTERVAL_MS);
    await until(marks, (seenAtMs) => seenAtMs === clock.nowMs());
    clock.advance(MARK_INTERVAL_MS - 1);
    await server.stop();
    clock.advance(3_600_000);
    await boot();
    clock.advance(EMPTY_AFTER_MS);
    const { playback } = await (await ben.connect()).join(id);
    expect(playback.timeline).toMatchObject({ playing: false, positionS: 10, cause: { kind: 'empty' } });
    // Stopping it was nobody's command: the answer does not wait until that is durable.
    const stored = await until(
      () => timeline(),
      (t) => t?.playing === false,
    );
    expect(stored).toEqual(playback.timeline);
  });

  it('[LIFE9] what nobody used for long is forgotten', async () => {
    const kept = await ana.join(id);
    await kept.playback(id, { kind: 'seek', positionS: 1 });
    const unused = (await ana.createSession()).id;
    clock.advance(29 * DAY_MS);
    await until(marks, (seenAtMs) => seenAtMs === clock.nowMs());
    expect(await server.stored(unused)).not.toBeNull();
    clock.advance(2 * DAY_MS);
    await until(
      () => server.stored(unused),
      (record) => record === null,
    );
    expect(await server.stored(id)).not.toBeNull();
    expect((await ben.http('GET', `/sessions/${unused}`)).status).toBe(404);
    expect((await ben.http('GET', `/sessions/${id}`)).status).toBe(200);
  });
});
