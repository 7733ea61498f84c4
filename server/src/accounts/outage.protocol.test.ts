import type { SignedInDevice } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../platform/database/database.ts';
import { openDatabase } from '../platform/database/open-database.ts';
import { startTestPostgres, type TestPostgres } from '../platform/database/postgres.testing.ts';
import { createLogger } from '../platform/log/log.ts';
import { startTestServer, type TestServer } from '../protocol.testing.ts';
import { TestBrowser } from './accounts.testing.ts';

let postgres: TestPostgres;
let database: Database;
let server: TestServer;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log: createLogger({ level: 'silent' }) });
  server = await startTestServer({ database });
});
afterAll(async () => {
  await server.stop();
  await database.stop();
  await postgres.remove();
});

describe('[KEPT3] while the database is away', () => {
  it('nothing is taken from anybody by saying so: not a device, a password, a passkey, an account, a guest', async () => {
    const [laptop, phone, guest] = ['Laptop', 'Phone', 'Guest'].map((name) => new TestBrowser(server.url, name)) as [
      TestBrowser,
      TestBrowser,
      TestBrowser,
    ];
    await laptop.signUp('ana');
    expect((await phone.signIn('ana')).status).toBe(200);
    const { viewerId } = await guest.me();
    const devices = async (browser: TestBrowser) => ((await browser.http('GET', '/devices')).body as { devices: SignedInDevice[] }).devices;
    const [{ id: other = '' } = {}] = (await devices(laptop)).filter(({ name }) => name === 'Phone');

    await postgres.stop();
    await expect.poll(() => database.health().ok).toBe(false);
    const password = { password: 'correct horse', newPassword: 'another horse' };
    const asked: readonly (readonly [TestBrowser, string, string, object?])[] = [
      [laptop, 'DELETE', `/devices/${other}`],
      [laptop, 'DELETE', '/devices'],
      [laptop, 'POST', '/account/password', password],
      [laptop, 'DELETE', '/account/passkeys/some'],
      [laptop, 'DELETE', '/me', { password: 'correct horse' }],
      [phone, 'POST', '/account/sign-out'],
      [guest, 'DELETE', '/me'],
    ];
    for (const [browser, method, path, body] of asked) {
      const answer = await browser.http(method, path, body);
      expect([path, answer.status]).toEqual([path, 503]);
      expect(answer.body).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
    }

    await postgres.start();
    await expect.poll(() => database.health().ok, { timeout: 20_000 }).toBe(true);
    expect((await devices(phone)).map(({ name }) => name).sort()).toEqual(['Laptop', 'Phone']);
    expect((await devices(laptop)).length).toBe(2);
    expect((await guest.me()).viewerId).toBe(viewerId);
    const again = new TestBrowser(server.url, 'Again');
    expect((await again.signIn('ana')).status).toBe(200);
  });
});
