import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startTestServer, type TestServer } from '../protocol.testing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const FILE = 'https://films.example/the-long-way-home.mp4';

const frame = (colour: string, width = 640, height = 360) =>
  sharp({ create: { width, height, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();

const ask = async (who: Person | null, method: string, query: string, body?: Buffer, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${server.url}/api/v1/titles/picture?${query}`, {
    method,
    headers: {
      ...(who === null ? {} : { authorization: `Bearer ${who.token}` }),
      ...(body === undefined ? {} : { 'content-type': 'image/jpeg' }),
      ...headers,
    },
    body: body === undefined ? null : new Uint8Array(body),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { status: answer.status, headers: answer.headers, bytes, body: bytes.toString() };
};
const get = (who: Person | null, query: string) => ask(who, 'GET', query);

describe('[TITLE4] the picture of a title', () => {
  it('of the bundled clip is everybody’s', async () => {
    const { status, headers, bytes } = await get(null, 'id=title:sample');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('image/webp');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toMatch(/^public/);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 640, height: 360 });
    const again = await ask(null, 'GET', 'id=title:sample', undefined, { 'if-none-match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    expect(again.bytes).toHaveLength(0);
  });
});
