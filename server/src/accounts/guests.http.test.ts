import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { createMachineClock } from '../platform/clock/cluster-clock.ts';
import { openPostgresTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { createEventBus } from '../platform/events/event-bus.ts';
import type { PlatformDeps } from '../platform/feature.ts';
import { HealthRegistry } from '../platform/health/health.ts';
import type { HttpApp } from '../platform/http/http.types.ts';
import { createHttpApp } from '../platform/http/http-app.ts';
import { createPublicOrigin } from '../platform/http/origins.ts';
import { createLogger } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { deriveKey } from '../platform/secrets.ts';
import { createSocketServer } from '../platform/socket/socket-server.ts';
import { createAccountsFeature, createIdentity } from './index.ts';

let own: TestDatabase;
let app: HttpApp;

async function start(env: Record<string, string> = {}): Promise<HttpApp> {
  const config = loadConfig({ DATA_DIR: '/nonexistent', ...env });
  const log = createLogger({ level: 'silent' });
  const metrics = createMetrics({ processMetrics: false });
  const platform: PlatformDeps = {
    config,
    log,
    metrics,
    redis: null,
    database: own.database,
    clock: createMachineClock(),
    publicOrigin: createPublicOrigin(config),
    events: createEventBus(log),
    deriveKey: (purpose) => deriveKey(Buffer.alloc(32), purpose),
  };
  const known = createIdentity(platform);
  const { identity } = known;
  const sockets = createSocketServer({ ...platform, identify: identity.identify });
  const offered = () => {
    throw new Error('nothing is offered');
  };
  const accounts = createAccountsFeature({ ...platform, identity, sockets, offered }, known, []);
  return createHttpApp({
    config,
    log,
    metrics,
    health: new HealthRegistry(),
    registerApi: (api) => accounts.routes?.(api),
  });
}

beforeAll(async () => {
  own = await openPostgresTestDatabase();
  app = await start();
});
afterAll(async () => {
  await app.close();
  await own.remove();
});

describe('guests', () => {
  const cookieOf = (answer: { cookies: { name: string; value: string }[] }) =>
    answer.cookies.find((cookie) => cookie.name === 'cowatch_viewer');

  it('get an identity once and keep it', async () => {
    const first = await app.inject('/api/v1/me');
    const cookie = cookieOf(first);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 34_560_000 });
    expect(cookie).not.toHaveProperty('secure');
    const again = await app.inject({ url: '/api/v1/me', cookies: { cowatch_viewer: cookie?.value ?? '' } });
    expect(again.json()).toEqual(first.json());
    expect(cookieOf(again)?.value).toBe(cookie?.value);
    const program = await app.inject({ url: '/api/v1/me', headers: { authorization: `Bearer ${cookie?.value}` } });
    expect(program.json()).toEqual(first.json());
    expect(cookieOf(program)).toBeUndefined();
    expect(first.headers['cache-control']).toBe('no-store');
  });

  it('become somebody new with a wrong cookie, and are told of a wrong token', async () => {
    const cookie = await app.inject({ url: '/api/v1/me', cookies: { cowatch_viewer: 'v1.AAAAAAAAAAAAAAAAAAAAAA.x' } });
    expect(cookie.statusCode).toBe(200);
    expect(cookie.json().viewerId).not.toBe('AAAAAAAAAAAAAAAAAAAAAA');
    expect(cookieOf(cookie)).toBeDefined();
    const token = await app.inject({ url: '/api/v1/me', headers: { authorization: 'Bearer nonsense' } });
    expect(token.statusCode).toBe(401);
    expect(token.json()).toMatchObject({ code: 'unauthenticated' });
  });

  it('get a secure cookie over TLS', async () => {
    const secured = await start({ TRUST_PROXY: 'true' });
    const answer = await secured.inject({ url: '/api/v1/me', headers: { 'x-forwarded-proto': 'https' } });
    expect(cookieOf(answer)).toMatchObject({ secure: true });
    await secured.close();
  });

  it.each([
    ['GET', '/devices', undefined],
    ['PATCH', '/devices/x', { name: 'x' }],
    ['DELETE', '/devices/x', undefined],
    ['DELETE', '/devices', undefined],
    ['POST', '/account/password', { password: 'x', newPassword: 'correct horse' }],
    ['GET', '/account/passkeys', undefined],
    ['POST', '/account/passkeys/options', { password: 'x' }],
    ['DELETE', '/account/passkeys/x', undefined],
    ['GET', '/link?userCode=ABCDEFGH', undefined],
    ['POST', '/link/approve', { userCode: 'ABCDEFGH' }],
    ['POST', '/link/deny', { userCode: 'ABCDEFGH' }],
  ] as const)('[ERR7] %s %s takes an account: a guest is told so, and told from nobody', async (method, path, payload) => {
    const { value: token = '' } = cookieOf(await app.inject('/api/v1/me')) ?? {};
    const ask = (headers: Record<string, string>) =>
      app.inject({ method, url: `/api/v1${path}`, headers, ...(payload === undefined ? {} : { payload }) });
    for (const guest of [{ authorization: `Bearer ${token}` }, { cookie: `cowatch_viewer=${token}` }]) {
      const answer = await ask(guest);
      expect(answer.json()).toMatchObject({ status: 403, code: 'forbidden', detail: 'Sign in first.' });
      expect(answer.headers).not.toHaveProperty('www-authenticate');
    }
    for (const nobody of [{}, { authorization: 'Bearer nonsense' }]) {
      const answer = await ask(nobody);
      expect(answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });
});
