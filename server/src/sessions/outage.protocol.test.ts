import type { Playback, SessionInfo } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../platform/database/database.ts';
import { openDatabase } from '../platform/database/open-database.ts';
import { startTestPostgres, type TestPostgres } from '../platform/database/postgres.testing.ts';
import { createLogger } from '../platform/log/log.ts';
import { startLink } from '../platform/socket/socket.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from '../protocol.testing.ts';
import { SAVE_PATIENCE_MS } from './session.limits.ts';

let postgres: TestPostgres;
let database: Database;
let server: TestServer;
let ana: Person;
let ben: Person;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log: quiet });
  server = await startTestServer({ database });
  [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
});
afterAll(async () => {
  await server.stop();
  await database.stop();
  await postgres.remove();
});

const unsaved = async () => {
  const metric = await server.metrics.registry.getSingleMetric('cowatch_sessions_unsaved')?.get();
  return metric?.values[0]?.value;
};

async function until(isIt: () => Promise<boolean> | boolean): Promise<void> {
  for (let i = 0; !(await isIt()); i += 1) {
    if (i > 1000) throw new Error('it did not come');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** As long as a client waits for an answer, in milliseconds. */
const CLIENT_WAITS_MS = 4000;

const quiet = createLogger({ level: 'silent' });

const report = (sessionId: string) => ({
  sessionId,
  version: 0,
  accessVersion: 0,
  state: 'paused' as const,
  positionS: null,
  driftMs: null,
});

/** What takes something from somebody is refused, and changes nothing. */
async function takesNothing(host: RawClient, sessionId: string, other: Person): Promise<void> {
  await other.join(sessionId);
  const memberId = await memberIn(host, sessionId, other.name);
  const bodies = [{ kind: 'kick', memberId }, { kind: 'role', memberId, role: 'member' }, { kind: 'end' }] as const;
  for (const body of bodies) {
    const answer = await host.ask('session:command', { ...(await host.envelope(sessionId)), ...body });
    expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable', retryAfterMs: expect.any(Number) } });
  }
  const ended = await ana.http('DELETE', `/sessions/${sessionId}`);
  expect(ended).toMatchObject({ status: 503, body: { code: 'unavailable', retryAfterMs: expect.any(Number) } });
  expect((await other.join(sessionId)).socket.connected).toBe(true);
}

async function memberIn(client: RawClient, sessionId: string, name: string): Promise<string> {
  const { members } = await client.do('session:roster', { sessionId, offset: 0 });
  return members.find((member) => member.name === name)?.memberId ?? '';
}

describe('[LIFE5] [LIFE6] while PostgreSQL is away', () => {
  it('live parties go on, new ones begin, unknown ones are unavailable, and all is written when it is back', async () => {
    const live = await ana.createSession();
    const asleep = await ana.createSession();
    const [host, guest] = [await ana.join(live.id), await ben.join(live.id)];
    expect(await host.playback(live.id, { kind: 'seek', positionS: 1 })).not.toHaveProperty('kept');
    expect(await unsaved()).toBe(0);

    await postgres.stop();
    await until(() => !database.health().ok);
    const sought = await host.playback(live.id, { kind: 'seek', positionS: 2 });
    const { version } = sought;
    expect(sought).toMatchObject({ changed: true, kept: false });
    await guest.next<Playback>('playback:changed', ({ timeline }) => timeline.version === version);
    await guest.playback(live.id, { kind: 'play' });
    const born = (await ben.createSession()) as SessionInfo;
    expect(born).toMatchObject({ kept: false });
    const newHost = await ben.connect();
    expect(await newHost.join(born.id)).toMatchObject({ kept: false });
    await newHost.playback(born.id, { kind: 'seek', positionS: 33 });
    expect(await unsaved()).toBe(2);
    expect(server.health.report().parts.parties).toMatchObject({ state: 'degraded' });
    expect(await newHost.do('member:report', report(born.id))).toMatchObject({ kept: false });
    expect((await ben.http('GET', `/sessions/${born.id}`)).body).toMatchObject({ kept: false });
    await takesNothing(host, live.id, ben);
    // Not in memory here, so nobody can say whether it exists.
    const elsewhere = await startTestServer({ database });
    try {
      const stranger = await elsewhere.person('Cleo');
      expect((await stranger.http('GET', `/sessions/${asleep.id}`)).status).toBe(503);
      const join = await (await stranger.connect()).ask('session:join', { sessionId: asleep.id, name: 'Cleo' });
      expect(join).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    } finally {
      await elsewhere.stop();
    }

    await postgres.start();
    await until(async () => (await unsaved()) === 0);
    expect((await server.stored(live.id))?.playback.timeline).toMatchObject({ playing: true, positionS: 2 });
    expect((await server.stored(born.id))?.playback.timeline.positionS).toBe(33);
    expect(server.health.report().parts.parties).toEqual({ state: 'ok' });
    expect(await newHost.do('member:report', report(born.id))).not.toHaveProperty('kept');
    expect(await newHost.join(born.id)).not.toHaveProperty('kept');
    expect((await ben.http('GET', `/sessions/${born.id}`)).body).not.toHaveProperty('kept');
    expect((await ben.http('GET', `/sessions/${asleep.id}`)).status).toBe(200);
    const said = server.log.filter(({ msg }) => /being saved|saved again/.test(String(msg))).map(({ msg }) => msg);
    expect(said).toEqual(['the database is away: parties go on without being saved', 'every party is saved again']);
  });

  it('after it, what is acknowledged is durable again', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const { version } = await host.playback(id, { kind: 'seek', positionS: 5 });
    expect((await server.stored(id))?.version).toBe(version);
  });

  it('[KEPT1] one that is silent is waited for together, and no longer than clients wait for an answer', async () => {
    const url = new URL(await postgres.createDatabase());
    const link = await startLink(Number(url.port), 0);
    url.port = String(link.port);
    const silent = await openDatabase({ databaseUrl: url.href, dataDir: '/nonexistent', log: quiet });
    const party = await startTestServer({ database: silent });
    try {
      const host = await party.person('Ana');
      const { id } = await host.createSession();
      const client = await host.join(id);
      await client.playback(id, { kind: 'seek', positionS: 1 });
      const envelope = await client.envelope(id);
      link.cut();
      const startedMs = performance.now();
      const seeks = Array.from({ length: 5 }, (_, i) =>
        client.do('playback:command', { ...envelope, opId: `silent-${i}`, kind: 'seek', positionS: i + 2 }),
      );
      for (const answer of await Promise.all(seeks)) expect(answer).toMatchObject({ changed: true, kept: false });
      const waitedMs = performance.now() - startedMs;
      expect(waitedMs).toBeGreaterThanOrEqual(SAVE_PATIENCE_MS);
      expect(waitedMs).toBeLessThan(CLIENT_WAITS_MS);
      expect((await client.join(id)).playback.timeline.positionS).toBe(6);
    } finally {
      await link.close();
      await party.stop();
      await silent.stop();
    }
  });
});
