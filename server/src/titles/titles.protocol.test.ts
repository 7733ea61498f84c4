import { readFileSync } from 'node:fs';
import type { Media, ResolvedMedia } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startTestServer, type TestServer } from '../protocol.testing.ts';

type Vector = { readonly what: string; readonly input: string; readonly refused?: string };
const vectors: { readonly cases: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../../../docs/vectors/media-url.json', import.meta.url), 'utf8'),
);

let server: TestServer;
let ana: Person;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.person('Ana');
});
afterAll(() => server.stop());

const resolve = async (url: string) => {
  const answer = await fetch(`${server.url}/api/v1/media?url=${encodeURIComponent(url)}`);
  const body = (await answer.json()) as ResolvedMedia & { readonly code?: string };
  return { status: answer.status, cookies: answer.headers.getSetCookie(), body };
};

describe('an address', () => {
  it('[MEDIA1] [MEDIA2] is what the vectors say, to anybody, and makes nobody a guest', async () => {
    for (const { what, input, refused, ...wanted } of vectors.cases) {
      const { status, cookies, body } = await resolve(input);
      expect(cookies).toEqual([]);
      if (refused === undefined) {
        expect([what, status, body]).toEqual([what, 200, { ...wanted, title: null, durationS: null }]);
      } else expect([what, status, body.code]).toEqual([what, 400, refused]);
    }
  });

  it('[MEDIA2] is the same to a party', async () => {
    for (const { input, refused } of vectors.cases.filter((_, i) => i % 6 === 0)) {
      if (refused !== undefined) continue;
      const { media, positionS } = await ana.createSession({ media: { url: input } });
      const { startS, normalizedUrl: _, ...resolved } = (await resolve(input)).body;
      expect({ media, positionS }).toEqual({ media: resolved, positionS: startS });
    }
  });

  it('[MEDIA3] may be a title of this server, and is one of the two', async () => {
    const about = (query: string) => ana.http('GET', `/media${query}`);
    expect(await about('?titleId=sample')).toMatchObject({
      status: 200,
      body: { id: 'title:sample', url: '/media/sample.mp4', kind: 'file', startS: 0, normalizedUrl: null },
    });
    expect(await about('?titleId=nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    for (const query of ['', '?url=', '?url=https://a.example/a.mp4&titleId=sample', '?url=a.example&url=b.example', '?x=1'])
      expect(await about(query)).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  });

  it('[MEDIA4] serves what whoever looked says, and services say it themselves', async () => {
    const url = 'https://a.example/get.php?id=7';
    const start = (media: object) => ana.http('POST', '/sessions', { media });
    const plain = await start({ url });
    const stream = await start({ url, kind: 'hls' });
    expect([plain, stream]).toMatchObject([
      { status: 201, body: { media: { kind: 'file', url } } },
      { status: 201, body: { media: { kind: 'hls', url } } },
    ]);
    expect((stream.body as { media: Media }).media.id).toBe((plain.body as { media: Media }).media.id);
    for (const media of [
      { url, kind: 'youtube' },
      { url: 'https://youtu.be/aqz-KE-bpKQ', kind: 'file' },
      { titleId: 'sample', kind: 'file' },
    ])
      expect(await start(media)).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  });
});
