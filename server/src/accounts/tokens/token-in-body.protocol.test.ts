import { fetchToken, openConnection } from '@cowatch/shared/client';
import { PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { RawClient } from '../../protocol.testing.ts';
import { useAccountsWorld } from '../accounts.testing.ts';
import { DEVICE_TOKEN_LIFE_S } from './viewer-tokens.ts';

const ORIGIN = 'https://tv.example';

interface Given {
  readonly viewerId: string;
  readonly token: string;
  readonly tokenExpiresAtMs: number;
}

const NOBODY: Given = { viewerId: '', token: '', tokenExpiresAtMs: 0 };

const world = useAccountsWorld({ ALLOWED_ORIGINS: ORIGIN });

/** As a page of another origin asks, which has no cookies here. */
async function ask(method: string, path: string, { token, body, headers = {} }: Asked = {}) {
  const answer = await fetch(`${world.server.url}/api/v1${path}`, {
    method,
    headers: {
      origin: ORIGIN,
      prefer: 'token',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (text === '' ? null : JSON.parse(text)) as Given };
}
interface Asked {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

describe('[TOK1] who prefers a token', () => {
  it('is given it in the body of whatever makes them somebody, with its end, and no cookie', {
    timeout: 60_000,
  }, async () => {
    const name = world.newName();
    const account = { username: name, password: 'correct horse', deviceName: 'TV' };
    const answers = [
      await ask('GET', '/me'),
      await ask('POST', '/sessions', { body: { media: { titleId: 'sample' } } }),
      await ask('PUT', '/resume/title:sample', { body: { positionMs: 1000, durationMs: 300_000 } }),
      await ask('POST', '/account', { body: account }),
      await ask('POST', '/account/sign-in', { body: account }),
    ];
    for (const { status, headers, body } of answers) {
      expect([200, 201]).toContain(status);
      expect(headers.get('preference-applied')).toBe('token');
      expect(headers.getSetCookie()).toEqual([]);
      expect(body.tokenExpiresAtMs).toBeGreaterThan(Date.now() + DEVICE_TOKEN_LIFE_S * 999);
      const me = await ask('GET', '/me', { token: body.token, headers: { prefer: 'x' } });
      expect(me.status).toBe(200);
      expect(me.body).not.toHaveProperty('token');
      expect(me.headers.getSetCookie()).toEqual([]);
    }
    const [{ token, viewerId } = NOBODY] = answers.map(({ body }) => body);
    expect((await ask('GET', '/me', { token })).body.viewerId).toBe(viewerId);
    expect((await ask('GET', '/me', { token: answers[4]?.body.token ?? '' })).body).toMatchObject({
      account: { username: name },
    });
  });

  it('is given nothing by an answer that makes nobody somebody, or that is a refusal', async () => {
    for (const path of ['/continue', '/devices', '/resume/x']) {
      const { headers, body } = await ask('GET', path);
      expect(headers.get('preference-applied')).toBeNull();
      expect(body).not.toHaveProperty('token');
    }
  });

  it('is a headless client that asks, and goes on as the same', async () => {
    const first = await fetchToken(world.server.url);
    const connection = openConnection({ serverUrl: world.server.url, token: first.token });
    await new Promise<void>((resolve) => void connection.onReady(resolve));
    const device = { id: 'a'.repeat(16), name: 'TV' };
    expect(await connection.ask('device:hello', { device })).toMatchObject({ data: { viewerId: first.viewerId } });
    connection.close();
    expect((await fetchToken(world.server.url, first.token)).viewerId).toBe(first.viewerId);
    await expect(fetchToken(world.server.url, 'nonsense')).rejects.toThrow('401');
  });

  it('connects with it', async () => {
    const { token } = (await ask('GET', '/me')).body;
    const client = new RawClient(world.server.url, 'TV', { protocol: PROTOCOL_VERSION, token }, { origin: ORIGIN });
    await client.connected();
    client.socket.close();
    const stranger = new RawClient(world.server.url, 'x', { protocol: PROTOCOL_VERSION, token }, { origin: 'https://x.example' });
    await expect(stranger.connected()).rejects.toThrow();
  });
});

it('[TOK2] who has a token is given a fresh one, and an old one runs out', async () => {
  const first = (await ask('GET', '/me')).body;
  const second = (await ask('GET', '/me', { token: first.token })).body;
  expect(second.viewerId).toBe(first.viewerId);
  expect(second.tokenExpiresAtMs).toBeGreaterThanOrEqual(first.tokenExpiresAtMs);
  expect((await ask('GET', '/me', { token: 'nonsense' })).status).toBe(401);
});

it('[TOK3] a cookie is never turned into a token: who prefers one is whom their token names', async () => {
  const browser = world.browser();
  const { viewerId } = await browser.me();
  const cookie = `cowatch_viewer=${browser.token}`;
  const taken = await ask('GET', '/me', { headers: { cookie } });
  expect(taken.body.viewerId).not.toBe(viewerId);
  const { token } = taken.body;
  expect((await ask('GET', '/me', { token, headers: { cookie } })).body.viewerId).toBe(taken.body.viewerId);
  const out = await ask('POST', '/account/sign-out', { token, headers: { cookie } });
  expect([out.status, out.headers.getSetCookie()]).toEqual([204, []]);
});

it('[TOK4] pages of allowed origins may use every method and header of the API, others none', async () => {
  const preflight = (origin: string, method: string) =>
    fetch(`${world.server.url}/api/v1/resume/x`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,idempotency-key,prefer',
      },
    });
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
    const { status, headers } = await preflight(ORIGIN, method);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('access-control-allow-methods')?.split(', ')).toContain(method);
    expect(headers.get('access-control-allow-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'prefer']),
    );
    expect((await preflight('https://x.example', method)).headers.get('access-control-allow-origin')).toBeNull();
  }
  const answer = await ask('GET', '/me');
  expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
    expect.arrayContaining(['retry-after', 'location', 'x-request-id', 'preference-applied', 'allow']),
  );
  const stranger = await ask('PUT', '/resume/x', { headers: { origin: 'https://x.example' }, body: { positionMs: 1 } });
  expect(stranger.status).toBe(403);
});
