import { LIVE_ROSTER_MAX, type Playback, type PresenceChange, ROSTER_PAGE_SIZE } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../platform/clock/manual-clock.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from '../../protocol.testing.ts';
import { LIVE_ROSTER_AGAIN, PRESENCE_INTERVAL_MAX_MS } from '../session.limits.ts';

const CROWD = LIVE_ROSTER_MAX + 5;

let clock: ManualClock;
let server: TestServer;
let ana: Person;
let id: string;
let host: RawClient;
let crowd: RawClient[];
beforeAll(async () => {
  clock = new ManualClock();
  server = await startTestServer({ clock });
  ana = await server.person('Ana');
  ({ id } = await ana.createSession());
  host = await ana.join(id);
  crowd = [];
  for (let i = 0; i < CROWD; i += 1) crowd.push(await (await server.person(`Guest ${i}`)).join(id));
});
afterAll(() => server.stop());

const next = (isWanted: (change: PresenceChange) => boolean) => {
  clock.advance(PRESENCE_INTERVAL_MAX_MS);
  return host.next<PresenceChange>('session:presence', isWanted);
};
const report = (client: RawClient, state: 'playing' | 'paused' | 'buffering') =>
  client.do('member:report', { sessionId: id, version: 0, accessVersion: 0, state, positionS: 0, driftMs: 3 });

describe('a large party', () => {
  it('[PRES5] has everybody on the pages of its roster once, owner first', async () => {
    const { roster } = await (crowd[0] ?? host).join(id);
    expect(roster).toMatchObject({ count: CROWD + 1, nextOffset: ROSTER_PAGE_SIZE });
    const rest = await host.do('session:roster', { sessionId: id, offset: ROSTER_PAGE_SIZE });
    expect(rest.nextOffset).toBeNull();
    const everybody = [...roster.members, ...rest.members].map(({ name }) => name);
    expect(everybody[0]).toBe('Ana');
    expect(new Set(everybody).size).toBe(CROWD + 1);
    expect(everybody).toHaveLength(CROWD + 1);
  });

  it('[REP3] asks for reports less often', async () => {
    expect((await report(host, 'paused')).reportIntervalMs).toBe((CROWD + 1) * 20);
  });

  it('[PRES4] tells the count, and of owner and hosts alone', async () => {
    await next(({ count }) => count === CROWD + 1);
    host.forget();
    for (const client of crowd.slice(0, 3)) await report(client, 'playing');
    await report(host, 'playing');
    for (const client of crowd.slice(0, 3)) await client.session(id, { kind: 'own-name', name: 'One of many' });
    await host.session(id, { kind: 'own-name', name: 'Ana the host' });
    const change = await next(({ changed }) => changed.length > 0);
    expect(change).toMatchObject({ count: CROWD + 1, changed: [{ name: 'Ana the host', state: 'playing' }], left: [] });
    expect(change.changed).toHaveLength(1);
  });

  it('[CMD1] reaches everybody with one change', async () => {
    const { version } = await host.playback(id, { kind: 'play' });
    for (const client of crowd) {
      await client.next<Playback>('playback:changed', ({ timeline }) => timeline.version === version);
    }
    const each = await Promise.all(crowd.map((client) => client.caughtUp()));
    expect(each.map((client) => client.all('playback:changed').length)).toEqual(crowd.map(() => 1));
  });

  it('[PRES4] [PRES1] goes back to telling everything, after a gap that makes everybody ask', async () => {
    const { revision } = await host.do('session:roster', { sessionId: id, offset: 0 });
    const leaving = crowd.splice(0, CROWD + 1 - LIVE_ROSTER_AGAIN);
    for (const client of leaving) await client.do('session:leave', { sessionId: id });
    const change = await next(({ count }) => count === LIVE_ROSTER_AGAIN);
    expect(change.revision).toBeGreaterThan(revision + 1);
    const page = await host.do('session:roster', { sessionId: id, offset: 0 });
    expect(page).toMatchObject({ revision: change.revision, count: LIVE_ROSTER_AGAIN, nextOffset: null });
    expect(page.members).toHaveLength(LIVE_ROSTER_AGAIN);
    await report(crowd[0] ?? host, 'buffering');
    const after = await next((one) => one.revision === change.revision + 1);
    expect(after.changed).toMatchObject([{ state: 'buffering' }]);
  });
});
