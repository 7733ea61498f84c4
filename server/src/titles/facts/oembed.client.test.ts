import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOutbound } from '../../platform/outbound/outbound.ts';
import { FAILURES_MAX, REST_MS } from '../titles.limits.ts';
import { createOembedClient, type OembedClient } from './oembed.client.ts';
import { OEMBED_SERVICES, throughEndpoint } from './oembed.services.ts';
import { OembedStub } from './oembed.testing.ts';

const NOW_MS = 1_700_000_000_000;
const VIDEO = { id: 'yt:aqz-KE-bpKQ', url: 'https://www.youtube.com/watch?v=aqz-KE-bpKQ', kind: 'youtube' } as const;

const stub = new OembedStub();
let client: OembedClient;
beforeAll(() => stub.start());
afterAll(() => stub.stop());
const anywhere = createOutbound({ reachesPrivate: true });
const guarded = createOutbound({ reachesPrivate: false });
beforeEach(() => {
  stub.instead = null;
  stub.videos.clear();
  stub.asked.length = 0;
  client = createOembedClient({ services: throughEndpoint(stub.endpoint), ask: anywhere, fetch: anywhere, timeoutMs: 300 });
});

const says = (answer: (response: ServerResponse, request: IncomingMessage) => void) => {
  stub.instead = (request, response) => answer(response, request);
};
const json = (value: unknown) =>
  says((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value)));
const said = async () => {
  const outcome = await client.ask(VIDEO, NOW_MS);
  return outcome.kind === 'found' ? outcome.said : outcome.kind;
};

describe('[TITLE1] a question to a service', () => {
  it('is asked as oEmbed has it, and answered with title, length and picture', async () => {
    stub.videos.set(VIDEO.url, { title: 'Big Buck Bunny', duration: 634.5, picture: '/picture/480x360.jpg' });
    expect(await said()).toEqual({ title: 'Big Buck Bunny', durationS: 634.5, pictureUrl: `${stub.origin}/picture/480x360.jpg` });
    expect(stub.asked).toEqual([VIDEO.url]);
    expect(await client.picture(`${stub.origin}/picture/480x360.jpg`)).toBeInstanceOf(Buffer);
  });

  it('that it does not know is none, and one that it cannot answer has failed', async () => {
    expect(await said()).toBe('none');
    for (const status of [400, 401, 403, 410]) {
      says((response) => response.writeHead(status).end());
      expect(await said()).toBe('none');
    }
    for (const status of [204, 302, 429, 500, 503]) {
      client = createOembedClient({ services: throughEndpoint(stub.endpoint), ask: anywhere, fetch: anywhere, timeoutMs: 300 });
      says((response) => response.writeHead(status).end());
      expect([status, await said()]).toEqual([status, 'failed']);
    }
  });

  it('believes no more of an answer than it should be', async () => {
    json({ title: { a: 1 }, duration: '634', thumbnail_url: ['x'] });
    expect(await said()).toEqual({ title: null, durationS: null, pictureUrl: null });
    json({ title: '\u202e\u200b', duration: -5, thumbnail_url: 'javascript:alert(1)' });
    expect(await said()).toEqual({ title: null, durationS: null, pictureUrl: null });
    json({ title: `\u202e${'very long '.repeat(1000)}`, duration: 1e300, thumbnail_url: 'file:///etc/passwd' });
    expect(await said()).toMatchObject({ title: expect.stringMatching(/^very long very/), durationS: null, pictureUrl: null });
    expect(((await said()) as { title: string }).title.length).toBeLessThanOrEqual(200);
    for (const other of [[], 'text', 7, null]) {
      json(other);
      expect(await said()).toBe('failed');
      client = createOembedClient({ services: throughEndpoint(stub.endpoint), ask: anywhere, fetch: anywhere, timeoutMs: 300 });
    }
  });

  it.each<[string, (response: ServerResponse) => void]>([
    [
      'a page that says 200',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>hello</title>'),
    ],
    ['half an answer', (response) => response.writeHead(200, { 'content-length': '500' }).end('{"title":"a"', () => response.destroy())],
    ['what was compressed unasked', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('\x1f\x8b')],
    ['nothing', () => {}],
    [
      'a beginning, and then a letter now and then',
      (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('has an end at %s', async (_, answer) => {
    says(answer);
    expect(await said()).toBe('failed');
  });

  it('reads no more than an answer may have', async () => {
    let sent = 0;
    let closed = () => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    says((response) => {
      response.writeHead(200);
      const more = () => {
        while (response.write('x'.repeat(16_384))) sent += 16_384;
      };
      response.on('drain', more).on('close', closed);
      more();
    });
    expect(await said()).toBe('failed');
    await gone;
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  it('leaves a service alone that says so, or that fails and fails', async () => {
    says((response) => response.writeHead(429).end());
    expect([await said(), await said()]).toEqual(['failed', 'failed']);
    expect(stub.asked).toHaveLength(1);
    json({ title: 'a' });
    expect(await client.ask(VIDEO, NOW_MS + REST_MS)).toMatchObject({ kind: 'found' });
    says((response) => response.writeHead(500).end());
    for (let i = 0; i < FAILURES_MAX + 3; i += 1) await client.ask(VIDEO, NOW_MS + REST_MS);
    expect(stub.asked).toHaveLength(2 + FAILURES_MAX);
    // Others are asked all the same.
    json({ title: 'b' });
    expect(await client.ask({ ...VIDEO, kind: 'vimeo' }, NOW_MS + REST_MS)).toMatchObject({ kind: 'found' });
  });

  it('goes to the closed list of services, each at its own endpoint', async () => {
    const hosts = Object.fromEntries(
      Object.entries(OEMBED_SERVICES).map(([kind, { endpoint }]) => [kind, endpoint && new URL(endpoint).host]),
    );
    expect(hosts).toEqual({
      youtube: 'www.youtube.com',
      vimeo: 'vimeo.com',
      wistia: 'fast.wistia.com',
      spotify: 'open.spotify.com',
      tiktok: 'www.tiktok.com',
      mux: null,
    });
    for (const kind of ['file', 'hls', 'dash', 'twitch'] as const) expect(client.canAsk(kind)).toBe(false);
    expect(
      await createOembedClient({ services: OEMBED_SERVICES, ask: guarded, fetch: guarded }).ask(
        { id: 'mux:abc', url: 'x', kind: 'mux' },
        0,
      ),
    ).toEqual({
      kind: 'found',
      said: { title: null, durationS: null, pictureUrl: 'https://image.mux.com/abc/thumbnail.jpg?width=640' },
    });
  });
});

describe('[TITLE2] a server that keeps out of private networks', () => {
  it('asks nobody there, neither for an answer nor for a picture, nor after a redirect', async () => {
    const strict = createOembedClient({ services: throughEndpoint(stub.endpoint), ask: guarded, fetch: guarded });
    expect(await strict.ask(VIDEO, NOW_MS)).toEqual({ kind: 'failed' });
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '[::ffff:127.0.0.1]']) {
      expect(await strict.picture(`http://${host}:${new URL(stub.origin).port}/picture/64x64.jpg`)).toBeNull();
    }
    for (const address of [
      'http://169.254.169.254/latest/meta-data',
      'http://10.0.0.1/a.jpg',
      'ftp://a.example/a.jpg',
      'http://127.0.0.1:22/',
    ])
      expect(await strict.picture(address)).toBeNull();
    expect([stub.asked, stub.picturesAsked.filter((path) => path.includes('64x64'))]).toEqual([[], []]);
  });

  it('asks the operator’s own endpoint wherever it is, and follows it to no port of another kind', async () => {
    const mail: Socket[] = [];
    const other = createServer((socket) => mail.push(socket));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    says((response) => response.writeHead(302, { location: 'http://127.0.0.1:25/' }).end());
    expect(await said()).toBe('failed');
    says((response) => response.writeHead(302, { location: `gopher://127.0.0.1:${(other.address() as AddressInfo).port}/` }).end());
    expect(await said()).toBe('failed');
    expect(mail).toEqual([]);
    other.close();
  });
});
