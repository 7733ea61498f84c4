import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../config.ts';
import { HealthRegistry } from '../health/health.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { HttpApp } from './http.types.ts';
import { createHttpApp } from './http-app.ts';
import { createPublicOrigin } from './origins.ts';
import { open, readAnswer, sayRaw } from './raw-http.testing.ts';
import { parseRequestOrigin } from './request-origin.ts';

const root = mkdtempSync(join(tmpdir(), 'cwentry-'));
const roots = { webRoot: join(root, 'web'), mediaRoot: join(root, 'media') };
const ends: (() => unknown)[] = [];

async function start(env: Record<string, string> = {}): Promise<{ app: HttpApp; url: string }> {
  const config = loadConfig({ DATA_DIR: root, ...env });
  const publicOrigin = createPublicOrigin(config);
  const app = await createHttpApp({
    config,
    roots,
    pages: ['/s/:id'],
    health: new HealthRegistry(),
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics({ processMetrics: false }),
    registerApi(api) {
      api.get('/where', (request) => ({ origin: publicOrigin(request) }));
      api.post('/things', { schema: { body: z.strictObject({ a: z.string() }) } }, () => ({ kept: true }));
      api.post('/acts', { schema: { body: z.strictObject({ a: z.string() }).nullish() } }, () => ({ done: true }));
      api.delete('/things/:id', (_request, reply) => reply.code(204).send());
      api.put('/things/:id', () => ({}));
    },
  });
  ends.push(() => app.close());
  return { app, url: await app.listen({ port: 0, host: '127.0.0.1' }) };
}

let app: HttpApp;
let url: string;
let proxied: HttpApp;
beforeAll(async () => {
  mkdirSync(join(roots.webRoot, 'assets'), { recursive: true });
  mkdirSync(roots.mediaRoot);
  writeFileSync(join(roots.webRoot, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(roots.webRoot, 'assets', 'main-abc.js'), 'plain');
  writeFileSync(join(roots.mediaRoot, 'sample.mp4'), '0123456789');
  ({ app, url } = await start());
  ({ app: proxied } = await start({ TRUST_PROXY: 'true' }));
});
afterAll(async () => {
  for (const end of ends) await end();
  rmSync(root, { recursive: true, force: true });
});

const WRONG_HOSTS = [
  '999.999.999.999',
  'localhost:99999',
  'localhost:0',
  '[1]',
  'xn--',
  'a b',
  'a/b',
  'user@a.example',
  'a.example:',
  'a.example:80:80',
  'ä.example',
  '::1',
  'a.example?x',
  '<script>',
  '',
];

describe('[HTTP1] by what a request reached the server', () => {
  it.each(WRONG_HOSTS)('Host %j is refused, on every path', async (host) => {
    for (const path of ['/api/v1/where', '/', '/healthz', '/nothing', '/media/sample.mp4', '/openapi.json']) {
      const answer = await sayRaw(url, Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`, 'latin1'));
      expect([answer.status, JSON.parse(answer.body)], path).toEqual([400, expect.objectContaining({ code: 'bad_request' })]);
    }
  });

  it.each(WRONG_HOSTS.filter((host) => host !== ''))('X-Forwarded-Host %j of a trusted proxy is refused', async (host) => {
    const headers = { host: 'a.example', 'x-forwarded-host': host };
    expect((await proxied.inject({ url: '/api/v1/where', headers })).statusCode).toBe(400);
    expect((await app.inject({ url: '/api/v1/where', headers })).json()).toEqual({ origin: 'http://a.example' });
  });

  it.each([
    ['x', null],
    ['javascript', null],
    ['__proto__', null],
    ['https://', null],
    ['https', 'https://a.example'],
    ['HTTPS', 'https://a.example'],
    ['wss', 'https://a.example'],
    ['ws', 'http://a.example'],
    ['x, https', 'https://a.example'],
    ['https, x', null],
    ['', 'http://a.example'],
  ])('X-Forwarded-Proto %j of a trusted proxy: %j', async (proto, origin) => {
    const headers = { host: 'a.example', 'x-forwarded-proto': proto };
    const answer = await proxied.inject({ url: '/api/v1/where', headers });
    expect(answer.json()).toMatchObject(origin === null ? { status: 400, code: 'bad_request' } : { origin });
  });

  it('two hosts, and none from HTTP/1.1 on, are refused; HTTP/1.0 need name none', async () => {
    const two = await sayRaw(url, 'GET /healthz HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n');
    expect([two.status, JSON.parse(two.body)]).toEqual([400, expect.objectContaining({ code: 'bad_request' })]);
    const none = await sayRaw(url, 'GET /healthz HTTP/1.1\r\n\r\n');
    expect([none.status, JSON.parse(none.body)]).toEqual([400, expect.objectContaining({ code: 'bad_request' })]);
    expect((await sayRaw(url, 'GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(200);
    expect(JSON.parse((await sayRaw(url, 'GET /api/v1/where HTTP/1.0\r\n\r\n')).body)).toEqual({
      origin: 'http://localhost:3000',
    });
  });

  it('is an origin that URL parsers agree with, or refused, whatever is said', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.webAuthority(), fc.constantFrom(...WRONG_HOSTS), fc.ipV6());
    fc.assert(
      fc.property(text, fc.option(text), fc.option(fc.oneof(text, fc.constantFrom('http', 'https'))), (host, fh, fp) => {
        const headers = {
          host,
          ...(fh === null ? {} : { 'x-forwarded-host': fh }),
          ...(fp === null ? {} : { 'x-forwarded-proto': fp }),
        };
        const request = { headers, rawHeaders: ['Host', host], httpVersion: '1.1', socket: { remoteAddress: '::1' } };
        try {
          const reached = parseRequestOrigin(request as unknown as IncomingMessage, () => true);
          expect(reached?.origin).toMatch(/^https?:\/\/[^/?#@\s]+$/);
          expect(new URL(reached?.origin ?? '').origin).toBe(reached?.origin);
          expect(new URL(reached?.origin ?? '').host).toBe(reached?.host);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_request' });
        }
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('is read from headers in one place only', () => {
    const sources = fileURLToPath(new URL('../../', import.meta.url));
    const readers = readdirSync(sources, { recursive: true })
      .map(String)
      .filter((path) => path.endsWith('.ts') && !/\.(test|testing|contract)\.ts$/.test(path))
      .filter((path) =>
        /request\.(host|hostname|protocol|port)\b|x-forwarded-(host|proto)|headers\.host\b/.test(readFileSync(join(sources, path), 'utf8')),
      );
    expect(readers).toEqual([join('platform', 'http', 'request-origin.ts')]);
  });
});

describe('[HTTP2] what is no request the server can take', () => {
  it.each([
    ['a line that is none', 'HELLO\r\n\r\n', 400, 'bad_request'],
    ['a TLS handshake', Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]), 400, 'bad_request'],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400, 'bad_request'],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'bad_request',
    ],
    ['a length that is no number', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', 400, 'bad_request'],
    ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}`, 431, 'too_large'],
    ['an address without end', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'too_large'],
  ])('%s is answered with a problem', async (_name, text, status, code) => {
    const answer = await sayRaw(url, text);
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      connection: 'close',
    });
    const problem = JSON.parse(answer.body);
    expect(problem).toMatchObject({ status, code, type: `urn:cowatch:error:${code}`, detail: expect.any(String) });
    expect(problem.requestId).toBe(answer.headers['x-request-id']);
  });

  it.each(['h2c', 'websocket', 'TLS/1.0, h2c'])('what asks for %s where there is none is served without', async (what) => {
    const upgrade = `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${what}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n`;
    const got = await sayRaw(url, `GET /api/v1/where HTTP/1.1\r\nHost: a.example\r\n${upgrade}\r\n`);
    expect([got.status, JSON.parse(got.body)]).toEqual([200, { origin: 'http://a.example' }]);
    const body = '{"a":"é"}';
    const posted = await sayRaw(
      url,
      `POST /api/v1/things HTTP/1.1\r\nHost: a.example\r\n${upgrade}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    expect([posted.status, JSON.parse(posted.body)]).toEqual([200, { kept: true }]);
    const wrong = await sayRaw(url, `GET /api/v1/where HTTP/1.1\r\nHost: 999.1.1.1\r\n${upgrade}\r\n`);
    expect(wrong.status).toBe(400);
  });

  it('a tunnel is refused with a problem', async () => {
    const answer = await sayRaw(url, 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n');
    expect([answer.status, answer.headers['content-type']]).toEqual([405, 'application/problem+json; charset=utf-8']);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  it('a body that ends early is answered with a problem', async () => {
    const head = 'POST /api/v1/things HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n';
    const answer = await sayRaw(url, `${head}{`, true);
    expect(JSON.parse(answer.body)).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it.each(['gzip', 'br', 'deflate', 'x-unknown', 'identity, gzip'])('a body in %s is 415', async (encoding) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/things', headers, payload: '{"a":"b"}' });
    expect(answer.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    expect(answer.headers['accept-encoding']).toBe('identity');
    headers['content-encoding'] = 'identity';
    expect((await app.inject({ method: 'POST', url: '/api/v1/things', headers, payload: '{"a":"b"}' })).statusCode).toBe(200);
  });

  it.each([
    ['/api/v1/things', 'GET', ['POST']],
    ['/api/v1/things', 'DELETE', ['POST']],
    ['/api/v1/things/x%2Fy', 'POST', ['DELETE', 'PUT']],
    ['/api/v1/where', 'POST', ['GET', 'HEAD']],
    ['/healthz', 'PUT', ['GET', 'HEAD']],
    ['/openapi.json', 'POST', ['GET', 'HEAD']],
    ['/', 'POST', ['GET', 'HEAD']],
    ['/s/AbCdEfGhIjKlMnOpQrStUv', 'DELETE', ['GET', 'HEAD']],
    ['/media/sample.mp4', 'PUT', ['GET', 'HEAD']],
    ['/assets/main-abc.js', 'POST', ['GET', 'HEAD']],
  ])('%s does not take %s: 405, and which it takes', async (path, method, allowed) => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await app.inject({
      method: method as 'GET',
      url: path,
      headers,
      ...(method === 'GET' ? {} : { payload: 'x' }),
    });
    expect(answer.json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
    expect(String(answer.headers.allow).split(', ').sort()).toEqual(allowed);
  });

  it.each(['/api/v1/nothing', '/nothing', '/media/nothing.mp4', '/media', '/assets/', '/media/%00', '/%2e%2e/x'])(
    '%s is nothing for any method: 404',
    async (path) => {
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'] as const) {
        const answer = await app.inject({ method, url: path, headers: { 'content-type': 'a/b' }, payload: '{' });
        expect([method, answer.statusCode]).toEqual([method, 404]);
      }
    },
  );

  it('a body that need not be there may be empty, whatever it is called', async () => {
    const headers = { 'content-type': 'application/json' };
    const send = (method: 'POST' | 'DELETE', path: string) => app.inject({ method, url: `/api/v1${path}`, headers });
    expect((await send('DELETE', '/things/x')).statusCode).toBe(204);
    expect((await send('POST', '/acts')).json()).toEqual({ done: true });
    expect((await send('POST', '/things')).json()).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it('a connection that says nothing, or says it too slowly, is closed within 10 s', async () => {
    const { headersTimeout } = app.server;
    expect(headersTimeout).toBeLessThanOrEqual(8000);
    // Node looks after connections every 30 s by itself: longer than this test waits.
    app.server.headersTimeout = 1;
    try {
      const silent = await open(url);
      const slow = await open(url);
      slow.write('GET / HTTP/1.1\r\nHost: a\r\n');
      for (const socket of [silent, slow]) {
        const { status, body } = await readAnswer(socket);
        expect([status, JSON.parse(body)]).toEqual([408, expect.objectContaining({ code: 'unavailable' })]);
      }
    } finally {
      app.server.headersTimeout = headersTimeout;
    }
  });
});
