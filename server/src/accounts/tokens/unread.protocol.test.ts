import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionInfo } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../platform/database/database.ts';
import { openDatabase } from '../../platform/database/open-database.ts';
import { startTestPostgres, type TestPostgres } from '../../platform/database/postgres.testing.ts';
import { createLogger } from '../../platform/log/log.ts';
import { openTestRedis, startTestRedis, type TestRedis } from '../../platform/redis/redis.testing.ts';
import type { Redis } from '../../platform/redis/redis.ts';
import { startTestServer, type TestServer } from '../../protocol.testing.ts';
import { devicesOf, TestBrowser } from '../accounts.testing.ts';

// Servers that start while the database is away, and with it the list of revoked tokens.

const log = createLogger({ level: 'silent' });

let postgres: TestPostgres;
let databaseUrl: string;
let redisServer: TestRedis;
let dataDir: string;
const undo: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  [postgres, redisServer] = await Promise.all([startTestPostgres(), startTestRedis()]);
  databaseUrl = await postgres.createDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'cw-'));
});
afterAll(async () => {
  for (const step of undo.reverse()) await step();
  await redisServer.remove();
  await postgres.remove();
  rmSync(dataDir, { recursive: true });
});

interface Started {
  readonly server: TestServer;
  readonly database: Database;
  stop(): Promise<void>;
}

async function start(redis: Redis | null, folder: string): Promise<Started> {
  const database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log, startWaitMs: 3000 });
  const env = { DATA_DIR: folder };
  const server = await startTestServer({ database, env, ...(redis === null ? {} : { redis }) });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    await server.stop();
    await database.stop();
  };
  undo.push(stop);
  return { server, database, stop };
}

const me = (server: TestServer, token: string) => fetch(`${server.url}/api/v1/me`, { headers: { cookie: `cowatch_viewer=${token}` } });

const connecting = async (server: TestServer, token: string) => {
  const person = await server.personWith({ name: 'Ana', token });
  return person.connect().then(
    (line) => ({ line, code: 'connected' }),
    (error: Error & { data?: { code: string } }) => ({ line: null, code: error.data?.code }),
  );
};

describe.each([
  ['with a data folder', 'folder', true],
  ['with Redis', 'redis', true],
  ['with neither', 'none', false],
] as const)('[ACT11] a start without the list of revoked tokens, %s', (_, mirror, isMirrored) => {
  it('lets in guests, and no device before it can be told whether it was signed out', { timeout: 60_000 }, async () => {
    const redis = mirror === 'redis' ? await openTestRedis(redisServer.url) : null;
    if (redis !== null) undo.push(() => redis.stop());
    const folder = mirror === 'folder' ? dataDir : '/nonexistent';
    const before = await start(redis, folder);
    const [laptop, phone, guest] = ['Laptop', 'Phone', 'Guest'].map((name) => new TestBrowser(before.server.url, name));
    if (!laptop || !phone || !guest) throw new Error('nobody');
    const name = `ana-${mirror}`;
    await laptop.me();
    // What somebody may have copied before there was an account.
    const copied = laptop.token;
    const { id: sessionId } = (await laptop.http('POST', '/sessions', { media: { titleId: 'sample' } })).body as SessionInfo;
    await laptop.signUp(name);
    await phone.signIn(name);
    await guest.me();
    const lost = phone.token;
    const device = (await devicesOf(laptop)).find(({ current }) => !current);
    await laptop.http('DELETE', `/devices/${device?.id}`);
    await before.stop();
    await postgres.stop();

    const { server, database } = await start(redis, folder);
    expect(server.health.report().parts.accounts).toMatchObject({ state: 'down' });
    const asBearer = async (token: string) =>
      (await fetch(`${server.url}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } })).status;
    const answer = await me(server, laptop.token);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'unavailable', retryAfterMs: 1000 });
    // Nobody becomes somebody else meanwhile.
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect((await connecting(server, laptop.token)).code).toBe('unavailable');
    expect(await asBearer(lost)).toBe(isMirrored ? 401 : 503);
    expect((await connecting(server, lost)).code).toBe(isMirrored ? 'unauthenticated' : 'unavailable');
    const startedMs = performance.now();
    expect((await me(server, guest.token)).status).toBe(200);
    expect((await me(server, '')).status).toBe(200);
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect((await connecting(server, guest.token)).code).toBe('connected');
    // Whoever holds what an account was before is told apart by the copy of the list, where there is one.
    expect(await asBearer(copied)).toBe(isMirrored ? 401 : 200);
    const former = await connecting(server, copied);
    expect(former.code).toBe(isMirrored ? 'unauthenticated' : 'connected');
    const closed = new Promise((resolve) => former.line?.socket.once('disconnect', resolve));

    await postgres.start();
    await expect.poll(() => database.health().ok, { timeout: 15_000 }).toBe(true);
    await expect.poll(async () => (await me(server, laptop.token)).status, { timeout: 15_000 }).toBe(200);
    if (former.line !== null) await closed;
    await expect.poll(() => server.health.report().parts.accounts).toEqual({ state: 'ok' });
    expect((await connecting(server, laptop.token)).code).toBe('connected');
    for (const token of [lost, copied]) {
      expect(await asBearer(token)).toBe(401);
      expect((await connecting(server, token)).code).toBe('unauthenticated');
    }
    const owner = (await connecting(server, laptop.token)).line;
    expect((await owner?.do('session:join', { sessionId, name: 'Ana' }))?.you.role).toBe('owner');
  });
});
