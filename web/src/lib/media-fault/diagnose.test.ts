import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LinkLook, MediaKind } from '@cowatch/shared/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { diagnose } from './diagnose.ts';

// A real server on the other side. Node's `fetch` lets programs read everything; what a browser would not let its page
// read is taken away from it again here.

const PAGE = 'https://cowatch.example';
const nodeFetch = globalThis.fetch;
const servers: Server[] = [];
/** What our own server says of an address that the page may not read. */
let look: Partial<LinkLook> | null = null;
let ownServerAnswers = true;

const fetchLikeABrowser: typeof fetch = async (input, init) => {
  const url = String(input);
  if (url.startsWith('/')) {
    if (!ownServerAnswers) throw new TypeError('Failed to fetch');
    const unseen: LinkLook = { outcome: 'unseen', status: null, what: null, codecs: [], foreign: null, cors: null };
    return Response.json(look === null ? unseen : { ...unseen, outcome: 'answered', ...look });
  }
  const { mode, ...rest } = init ?? {};
  const response = await nodeFetch(url, { ...rest, headers: { ...rest.headers, origin: PAGE } });
  if (mode === 'no-cors') return response;
  const allowed = response.headers.get('access-control-allow-origin');
  if (allowed !== '*' && allowed !== PAGE) throw new TypeError('Failed to fetch');
  return response;
};

beforeEach(() => {
  look = null;
  ownServerAnswers = true;
  vi.stubGlobal('fetch', fetchLikeABrowser);
  vi.stubGlobal('window', { location: { href: `${PAGE}/` } });
  vi.stubGlobal('navigator', { onLine: true });
  const plays = (type: string) => /avc1|mp4a/.test(type);
  vi.stubGlobal('document', {
    createElement: () => ({ canPlayType: (type: string) => (plays(type) ? 'probably' : '') }),
  });
  vi.stubGlobal('MediaSource', { isTypeSupported: plays });
});
afterEach(() => {
  vi.unstubAllGlobals();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const CORS = { 'access-control-allow-origin': '*' };

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A site with these files, by path. */
const site = (files: Readonly<Record<string, string | Buffer>>, headers: Readonly<Record<string, string>> = CORS) =>
  serve((request, response) => {
    const file = files[(request.url ?? '').split('?')[0] ?? ''];
    response.writeHead(file === undefined ? 404 : 200, headers).end(file);
  });

const ask = async (url: string, kind: MediaKind = 'file') => diagnose(url, kind);
const mp4 = (...codecs: string[]) =>
  Buffer.from(`\0\0\0\x10ftypisom\0\0\0\0\0\0\x10\0moov${codecs.map((c) => `stsd\0\0\0\0\0\0\0\x01\0\0\0\x50${c}`).join('')}`, 'latin1');

describe('a link that a page may read', () => {
  it.each([
    [404, 'notFound'],
    [410, 'notFound'],
    [403, 'refused'],
    [401, 'refused'],
    [400, 'refused'],
    [451, 'refused'],
    [500, 'serverError'],
    [503, 'serverError'],
    [429, 'serverError'],
  ])('answered %i is %s, whatever kind it should be', async (status, cause) => {
    const origin = await serve((_, response) => response.writeHead(status, CORS).end());
    for (const kind of ['file', 'hls', 'dash'] as const) {
      expect(await ask(`${origin}/film.mp4?${kind}`, kind)).toEqual({ fault: { cause }, kind: null });
    }
  });

  it('is no video where it is a page or something else', async () => {
    const origin = await site({ '/a.mp4': '<!doctype html><title>Sign in', '/b.mp4': '{"error":"no"}' });
    for (const path of ['/a.mp4', '/b.mp4']) expect((await ask(origin + path)).fault).toEqual({ cause: 'notAVideo' });
  });

  it('names the codec that this browser lacks, the picture before the sound', async () => {
    const origin = await site({
      '/picture.mp4': mp4('hvc1', 'ac-3'),
      '/sound.mp4': mp4('avc1', 'ec-3'),
      '/fine.mp4': mp4('avc1', 'mp4a'),
      '/film.mkv': Buffer.from('\x1aE\xdf\xa3\x86\x87V_MPEG2\x86\x85A_DTS', 'latin1'),
      '/old.avi': Buffer.from('RIFF\0\0\0\0AVI LIST', 'latin1'),
    });
    const faultOf = async (path: string) => (await ask(origin + path)).fault;
    expect(await faultOf('/picture.mp4')).toEqual({ cause: 'codec', part: 'picture', codec: 'HEVC (H.265)' });
    expect(await faultOf('/sound.mp4')).toEqual({
      cause: 'codec',
      part: 'sound',
      codec: 'E-AC-3 (Dolby Digital Plus)',
    });
    expect(await faultOf('/film.mkv')).toEqual({ cause: 'codec', part: 'picture', codec: 'MPEG-2' });
    expect(await faultOf('/old.avi')).toEqual({ cause: 'codec', part: 'file', codec: 'AVI' });
    expect(await faultOf('/fine.mp4')).toBeNull();
  });

  it('is a stream where it serves one, whatever it is called', async () => {
    const origin = await site({
      '/get.php': '#EXTM3U\n#EXTINF:2,\n1.ts\n',
      '/1.ts': 'G',
      '/play': '<?xml version="1.0"?><MPD><AdaptationSet codecs="avc1.64001f"/></MPD>',
      '/film.m3u8': mp4('avc1'),
    });
    expect(await ask(`${origin}/get.php?id=7`)).toEqual({ fault: null, kind: 'hls' });
    expect(await ask(`${origin}/play`)).toEqual({ fault: null, kind: 'dash' });
    expect(await ask(`${origin}/film.m3u8`, 'hls')).toEqual({ fault: null, kind: 'file' });
  });
});

describe('a stream', () => {
  const master = (codecs: string) => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="${codecs}"\nlow.m3u8\n`;
  const low = '#EXTM3U\n#EXTINF:2,\n1.ts\n';

  it('is followed to its first piece', async () => {
    const whole = await site({ '/a.m3u8': master('avc1.64001f,mp4a.40.2'), '/low.m3u8': low, '/1.ts': 'G' });
    expect((await ask(`${whole}/a.m3u8`, 'hls')).fault).toBeNull();
    const gone = await site({ '/a.m3u8': master('avc1.64001f'), '/low.m3u8': low });
    expect((await ask(`${gone}/a.m3u8`, 'hls')).fault).toEqual({ cause: 'notFound' });
    const half = await site({ '/a.m3u8': master('avc1.64001f') });
    expect((await ask(`${half}/a.m3u8`, 'hls')).fault).toEqual({ cause: 'notFound' });
  });

  it('is gone where it is over and names no piece, and begins later where it names none yet', async () => {
    const origin = await site({
      '/over.m3u8': '#EXTM3U\r\n#EXT-X-TARGETDURATION:2\r\n#EXT-X-ENDLIST\r\n',
      '/soon.m3u8': '#EXTM3U\n#EXT-X-TARGETDURATION:2\n',
    });
    expect((await ask(`${origin}/over.m3u8`, 'hls')).fault).toEqual({ cause: 'notFound' });
    expect((await ask(`${origin}/soon.m3u8`, 'hls')).fault).toBeNull();
  });

  it('plays where one of its qualities does', async () => {
    const one = `${master('hvc1.1.6.L93.B0')}${master('avc1.64001f').replace('#EXTM3U\n', '')}`;
    const origin = await site({
      '/one.m3u8': one,
      '/none.m3u8': master('hvc1.1.6.L93.B0'),
      '/low.m3u8': low,
      '/1.ts': 'G',
    });
    expect((await ask(`${origin}/one.m3u8`, 'hls')).fault).toBeNull();
    expect((await ask(`${origin}/none.m3u8`, 'hls')).fault).toMatchObject({ cause: 'codec', codec: 'HEVC (H.265)' });
  });

  it('that is protected, or that other pages may not read, plays only on its own site', async () => {
    const origin = await site({
      '/a.m3u8': '#EXTM3U\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x"\n#EXTINF:2,\n1.ts\n',
      '/a.mpd': '<MPD><ContentProtection schemeIdUri="urn:uuid:x"/></MPD>',
    });
    expect((await ask(`${origin}/a.m3u8`, 'hls')).fault).toEqual({ cause: 'ownSite' });
    expect((await ask(`${origin}/a.mpd`, 'dash')).fault).toEqual({ cause: 'ownSite' });
    const closed = await site({ '/a.m3u8': low }, {});
    expect((await ask(`${closed}/a.m3u8`, 'hls')).fault).toEqual({ cause: 'ownSite' });
  });
});

describe('a link that a page may not read', () => {
  it('is what our server sees there', async () => {
    const url = `${await site({}, {})}/film.mp4`;
    look = { status: 404 };
    expect((await ask(url)).fault).toEqual({ cause: 'notFound' });
    look = { status: 403 };
    expect((await ask(url, 'hls')).fault).toEqual({ cause: 'refused' });
    look = { status: 200, what: 'page' };
    expect((await ask(url)).fault).toEqual({ cause: 'notAVideo' });
    look = { status: 206, what: 'file', codecs: ['hvc1'] };
    expect((await ask(url)).fault).toMatchObject({ cause: 'codec', codec: 'HEVC (H.265)' });
    look = { status: 200, what: 'hls' };
    expect((await ask(url)).fault).toEqual({ cause: 'ownSite' });
  });

  it('stays unexplained where our server sees nothing either: a machine at home is no dead link', async () => {
    expect((await ask(`${await site({}, {})}/film.mp4`)).fault).toBeNull();
  });
});

describe('an address where nobody answers', () => {
  it('is out of reach where our own server is there, and else it is the network', async () => {
    expect((await ask('http://127.0.0.1:9/film.mp4')).fault).toEqual({ cause: 'unreachable' });
    ownServerAnswers = false;
    expect((await ask('http://127.0.0.1:9/film.mp4')).fault).toEqual({ cause: 'offline' });
    vi.stubGlobal('navigator', { onLine: false });
    expect((await ask('http://127.0.0.1:9/film.mp4')).fault).toEqual({ cause: 'offline' });
  });
});
