import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../config.ts';
import { HealthRegistry, type PartHealth } from '../health/health.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { HttpApp } from './http.types.ts';
import { createHttpApp } from './http-app.ts';
import { createPublicOrigin } from './origins.ts';
import { pageMatcher } from './pages.ts';
import { problems } from './problem.ts';

const root = mkdtempSync(join(tmpdir(), 'cwhttp-'));
const roots = { webRoot: join(root, 'web'), mediaRoot: join(root, 'media') };
const lines: Record<string, unknown>[] = [];
let databaseHealth: PartHealth = { state: 'ok' };
let health: HealthRegistry;

async function start(env: Record<string, string> = {}): Promise<HttpApp> {
  const config = loadConfig({ DATA_DIR: root, ...env });
  health = new HealthRegistry();
  health.register({ name: 'database', check: () => databaseHealth });
  const publicOrigin = createPublicOrigin(config);
  return createHttpApp({
    config,
    health,
    roots,
    pages: ['/things', '/things/:id', '/things/own/rest'],
    embeds: { scripts: ['https://scripts.example'], frames: ['https://frames.example'] },
    log: createLogger({ level: 'info', destination: { write: (line: string) => lines.push(JSON.parse(line)) } }),
    metrics: createMetrics({ processMetrics: false }),
    registerApi(api) {
      const schema = {
        body: z.strictObject({ media: z.object({ url: z.string() }), name: z.string().max(3).optional() }),
        response: { 201: z.object({ url: z.string() }), ...problems('not_found') },
      };
      api.post('/things', { schema }, (request, reply) => {
        reply.code(201);
        return { url: publicOrigin(request) };
      });
      api.get('/fails', () => {
        throw new Error('the inner life of the server');
      });
      api.get('/opens', () => {
        throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
      });
      api.get('/refuses', () => {
        throw new CodedError('unavailable', 'Not now.', 1500);
      });
    },
  });
}

let app: HttpApp;
beforeAll(async () => {
  mkdirSync(join(roots.webRoot, 'assets'), { recursive: true });
  mkdirSync(roots.mediaRoot);
  writeFileSync(join(roots.webRoot, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(roots.webRoot, 'theme.js'), 'theme');
  writeFileSync(join(roots.webRoot, 'assets', 'main-abc.js'), 'plain');
  writeFileSync(join(roots.webRoot, 'assets', 'main-abc.js.br'), 'brotli');
  writeFileSync(join(roots.mediaRoot, 'sample.mp4'), '0123456789');
  app = await start();
});
afterAll(async () => {
  await app.close();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  lines.length = 0;
  databaseHealth = { state: 'ok' };
});

const thing = { media: { url: 'https://a.example/b.mp4' } };

describe('refusals', () => {
  it('are problem details with a code, a request id and when to come back', async () => {
    const answer = await app.inject('/api/v1/refuses');
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toEqual({
      type: 'urn:cowatch:error:unavailable',
      title: 'Not available right now',
      status: 503,
      detail: 'Not now.',
      code: 'unavailable',
      retryAfterMs: 1500,
      requestId: answer.headers['x-request-id'],
    });
  });

  it('name the field that is wrong', async () => {
    const post = (body: unknown) => app.inject({ method: 'POST', url: '/api/v1/things', payload: body as object });
    const answer = await post({ media: {}, name: 'long' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'bad_request' });
    expect(answer.json().detail).toContain('body.media.url');
    expect(answer.json().detail).toContain('body.name');
    expect((await post({ ...thing, extra: 1 })).json().detail).toContain('extra');
  });

  it.each([
    ['not JSON', '{', 'application/json', 400, 'bad_request'],
    ['plain text', 'a=b', 'text/plain', 415, 'unsupported_media_type'],
    ['of a kind nobody reads', '<a/>', 'application/xml', 415, 'unsupported_media_type'],
    ['not UTF-8', Buffer.from('{"media":{"url":"\xff"}}', 'latin1'), 'application/json', 400, 'bad_request'],
    ['cut off within a character', Buffer.from('"€').subarray(0, 3), 'application/json', 400, 'bad_request'],
    ['too large', JSON.stringify({ media: { url: 'x'.repeat(70_000) } }), 'application/json', 413, 'too_large'],
    ['poisoned', '{"__proto__":{"a":1},"media":{"url":"x"}}', 'application/json', 400, 'bad_request'],
  ])('%s', async (_name, payload, type, status, code) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/things',
      payload,
      headers: { 'content-type': type },
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, status });
  });

  it('are for later where there is no descriptor left to open a file with', async () => {
    expect((await app.inject('/api/v1/opens')).json()).toMatchObject({ code: 'unavailable', retryAfterMs: 5000 });
  });

  it('say nothing about what nobody expected, and log it whole', async () => {
    const answer = await app.inject('/api/v1/fails');
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'internal' });
    expect(answer.payload).not.toContain('inner life');
    const logged = lines.find((line) => line.msg === 'a request failed');
    expect(logged).toMatchObject({ level: 50, reqId: answer.json().requestId, err: { stack: expect.any(String) } });
    expect(JSON.stringify(logged)).toContain('inner life');
  });

  it('answer unknown API paths and paths that cannot be read to programs', async () => {
    for (const url of ['/api/v1/nothing', '/api', '/media/nothing.mp4', '/assets/gone-123.js']) {
      const answer = await app.inject(url);
      expect(answer.statusCode, url).toBe(404);
      expect(answer.json()).toMatchObject({ code: 'not_found' });
    }
    const unreadable = await app.inject('/api/v1/%E0%A4%A');
    expect(unreadable.statusCode).toBe(400);
    expect(unreadable.json()).toMatchObject({ code: 'bad_request' });
  });
});

describe('pages and files', () => {
  it.each(['/', '/things', '/things?url=x', '/things/', '/things/AbCdEfGhIjKlMnOpQrStUv', '/things/own/rest?to=%2Fhistory'])(
    'shows the application at %s',
    async (url) => {
      const answer = await app.inject(url);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toContain('text/html');
      expect(answer.headers['cache-control']).toBe('no-cache');
      expect(answer.payload).toContain('<title>page</title>');
    },
  );

  it('takes no page whose path is none', () => {
    for (const path of ['things', '/things/', '/(x)', '/:id?']) expect(() => pageMatcher([path])).toThrow('is no path of a page');
  });

  it('shows the application with status 404 where there is no page', async () => {
    for (const url of ['/nowhere', '/things/a/b', '/own', '/wp-admin.php']) {
      const answer = await app.inject(url);
      expect(answer.statusCode, url).toBe(404);
      expect(answer.headers['content-type']).toContain('text/html');
    }
    expect((await app.inject({ method: 'POST', url: '/nowhere' })).json()).toMatchObject({ code: 'not_found' });
  });

  it('lets browsers keep what has its content in its name, compressed where they can', async () => {
    const plain = await app.inject('/assets/main-abc.js');
    expect(plain.payload).toBe('plain');
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const small = await app.inject({ url: '/assets/main-abc.js', headers: { 'accept-encoding': 'gzip, br' } });
    expect(small.payload).toBe('brotli');
    expect(small.headers['content-encoding']).toBe('br');
    expect(small.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await app.inject('/theme.js')).headers['cache-control']).toBe('no-cache');
  });

  it('serves media by byte range', async () => {
    const whole = await app.inject('/media/sample.mp4');
    expect(whole.statusCode).toBe(200);
    expect(whole.headers['accept-ranges']).toBe('bytes');
    const part = await app.inject({ url: '/media/sample.mp4', headers: { range: 'bytes=2-5' } });
    expect(part.statusCode).toBe(206);
    expect(part.headers['content-range']).toBe('bytes 2-5/10');
    expect(part.payload).toBe('2345');
    expect((await app.inject({ url: '/media/sample.mp4', headers: { range: 'bytes=20-' } })).statusCode).toBe(416);
  });

  it('never leaves its folders', async () => {
    writeFileSync(join(root, 'secret.txt'), 'secret');
    for (const url of ['/media/../secret.txt', '/media/..%2fsecret.txt', '/assets/..%2f..%2fsecret.txt', '/..%2fsecret.txt']) {
      const answer = await app.inject(url);
      expect(answer.payload, url).not.toContain('secret\n');
      expect(answer.payload, url).not.toBe('secret');
    }
  });
});

describe('who may do what', () => {
  const post = (headers: Record<string, string>, from: HttpApp = app) =>
    from.inject({
      method: 'POST',
      url: '/api/v1/things',
      payload: thing,
      headers: { host: 'party.example', ...headers },
    });

  it('lets its own pages, allowed origins and programs change things', async () => {
    const open = await start({ PUBLIC_URL: 'https://outside.example', ALLOWED_ORIGINS: 'https://tv.example' });
    expect((await post({})).statusCode).toBe(201);
    expect((await post({ origin: 'http://party.example' })).statusCode).toBe(201);
    expect((await post({ origin: 'https://outside.example' }, open)).statusCode).toBe(201);
    const foreign = await post({ origin: 'https://tv.example' }, open);
    expect(foreign.statusCode).toBe(201);
    expect(foreign.headers['access-control-allow-origin']).toBe('https://tv.example');
    const preflight = await open.inject({
      method: 'OPTIONS',
      url: '/api/v1/things',
      headers: { origin: 'https://tv.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.statusCode).toBe(204);
    await open.close();
  });

  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://party.example.evil' }],
    [{ origin: 'http://party.example:8080' }],
    [{ origin: 'file://party.example' }],
    [{ 'sec-fetch-site': 'cross-site' }],
  ])('refuses %j', async (headers) => {
    const answer = await post(headers as unknown as Record<string, string>);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'forbidden' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('builds links on what the caller reached it as, on PUBLIC_URL where that is set, and on a trusted proxy', async () => {
    expect((await post({})).json()).toEqual({ url: 'http://party.example' });
    expect((await post({ 'x-forwarded-host': 'a.example', 'x-forwarded-proto': 'https' })).json()).toEqual({
      url: 'http://party.example',
    });
    const proxied = await start({ TRUST_PROXY: 'loopback' });
    const forwarded = { 'x-forwarded-host': 'a.example', 'x-forwarded-proto': 'https' };
    expect((await post(forwarded, proxied)).json()).toEqual({ url: 'https://a.example' });
    await proxied.close();
    const fixed = await start({ PUBLIC_URL: 'https://outside.example' });
    expect((await post({}, fixed)).json()).toEqual({ url: 'https://outside.example' });
    await fixed.close();
  });

  it('sends security headers that let embedded players work', async () => {
    const { headers } = await app.inject('/things/x');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self' https://scripts.example;");
    expect(policy).toContain("frame-src 'self' https://frames.example;");
    expect(policy).toContain("media-src 'self' data: blob: https: http:");
    expect(policy).toContain("connect-src 'self' https: http:");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).not.toContain('upgrade-insecure-requests');
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers['referrer-policy']).toBe('strict-origin-when-cross-origin');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['strict-transport-security']).toBeUndefined();
  });
});

describe('operations', () => {
  it('tells life from readiness, and names each part', async () => {
    const ready = async () => {
      const answer = await app.inject('/readyz');
      return [answer.statusCode, answer.json()];
    };
    expect((await app.inject('/healthz')).json()).toEqual({ status: 'alive' });
    expect(await ready()).toEqual([503, { status: 'starting', parts: { database: { state: 'ok' } } }]);
    health.serving();
    // `app` was made first; `start` of other tests made later registries, so ask the newest one's own app.
    const own = await start();
    health.serving();
    expect((await own.inject('/readyz')).json()).toEqual({ status: 'ok', parts: { database: { state: 'ok' } } });
    expect((await own.inject('/metrics')).body).toContain('cowatch_part_state{part="database"} 0');
    databaseHealth = { state: 'down', detail: 'ECONNREFUSED' };
    const degraded = await own.inject('/readyz');
    expect(degraded.statusCode).toBe(200);
    expect(degraded.json()).toEqual({
      status: 'degraded',
      parts: { database: { state: 'down', detail: 'ECONNREFUSED' } },
    });
    health.draining();
    expect((await own.inject('/readyz')).statusCode).toBe(503);
    expect((await own.inject('/readyz')).json()).toMatchObject({ status: 'draining' });
    expect((await own.inject('/healthz')).statusCode).toBe(200);
    await own.close();
  });

  it('counts requests by route', async () => {
    await app.inject('/api/v1/refuses');
    const metrics = await app.inject('/metrics');
    expect(metrics.headers['content-type']).toContain('text/plain');
    expect(metrics.payload).toMatch(
      /cowatch_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/refuses",status="503"\} \d/,
    );
  });

  it('describes its API, for programs and for people', async () => {
    const document = (await app.inject('/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/v1/things']));
    expect(Object.keys(document.paths)).not.toContain('/metrics');
    expect(document.components.schemas).toHaveProperty('Problem');
    const page = await app.inject('/docs/');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
  });

  it('does not wait for a request that never ends', async () => {
    const other = await start();
    const address = await other.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect(Number(new URL(address).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write('POST /api/v1/things HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
    await new Promise((resolve) => socket.once('connect', resolve));
    expect(other.server.requestTimeout).toBeLessThanOrEqual(30_000);
    socket.destroy();
    await other.close();
  });
});
