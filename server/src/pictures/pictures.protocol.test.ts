import { crc32, deflateSync } from 'node:zlib';
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

/** A picture of one bit a pixel, all black: few bytes, however large it is drawn. */
function pngOfNothing(side: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const lines = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', lines), chunk('IEND', Buffer.alloc(0))]);
}

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
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
  });

  it('that there is none of is not found, whoever asks', async () => {
    const ana = await server.person('Ana');
    for (const who of [ana, null]) {
      expect(await get(who, 'id=url:nothing')).toMatchObject({ status: 404, body: expect.stringContaining('"not_found"') });
      expect((await get(who, `id=url:nothing&session=${'x'.repeat(22)}`)).status).toBe(404);
    }
    for (const query of ['', 'id=', 'id=a&id=b', 'id=a&x=1', 'id=a&session=x', `id=${'x'.repeat(513)}`])
      expect((await get(ana, query)).status).toBe(400);
  });
});

describe('[TITLE5] a frame that a player gives', () => {
  it('is its viewer’s, redrawn, and nobody else’s', async () => {
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const query = 'id=url:own';
    expect((await ask(ana, 'PUT', query, await frame('red', 1920, 1080))).status).toBe(204);
    const own = await get(ana, query);
    expect(own.status).toBe(200);
    expect(own.headers.get('cache-control')).toBe('private, no-cache');
    expect(own.headers.get('vary')).toContain('cookie');
    expect(await sharp(own.bytes).metadata()).toMatchObject({ format: 'webp', width: 640, height: 360 });
    expect((await get(ben, query)).status).toBe(404);
    expect((await get(null, query)).status).toBe(404);
    expect((await ask(null, 'PUT', query, await frame('red'))).status).toBe(401);
    expect((await ask(ana, 'PUT', query, await frame('blue'))).status).toBe(204);
    expect((await get(ana, query)).headers.get('etag')).not.toBe(own.headers.get('etag'));
  });

  it('replaces no picture that everybody has', async () => {
    const ana = await server.person('Ana');
    expect(await ask(ana, 'PUT', 'id=title:sample', await frame('red'))).toMatchObject({ status: 409 });
  });

  it('is its party’s: the first one, until a host gives one; and for who is in it alone', async () => {
    const [ana, ben, cleo, dev] = await Promise.all(['Ana', 'Ben', 'Cleo', 'Dev'].map((name) => server.person(name)));
    if (!ana || !ben || !cleo || !dev) throw new Error('nobody');
    const { id, media } = await ana.createSession({ media: { url: FILE } });
    const query = `id=${encodeURIComponent(media.id)}&session=${id}`;
    await ben.join(id);
    await cleo.join(id);
    expect((await ask(ben, 'PUT', query, await frame('red'))).status).toBe(204);
    const first = (await get(ben, query)).headers.get('etag');
    expect((await get(cleo, query)).headers.get('etag')).toBe(first);
    expect((await ask(cleo, 'PUT', query, await frame('blue'))).status).toBe(409);
    expect((await get(cleo, query)).headers.get('etag')).toBe(first);
    // Somebody with the link who has not come in, and nobody at all.
    expect([(await get(dev, query)).status, (await get(null, query)).status]).toEqual([404, 404]);
    expect((await ask(dev, 'PUT', query, await frame('blue'))).status).toBe(403);
    await ana.join(id);
    expect((await ask(ana, 'PUT', query, await frame('green'))).status).toBe(204);
    const byHost = (await get(cleo, query)).headers.get('etag');
    expect(byHost).not.toBe(first);
    expect((await ask(ben, 'PUT', query, await frame('black'))).status).toBe(409);
    expect((await get(cleo, query)).headers.get('etag')).toBe(byHost);
    // Of what the party does not watch, nobody gives it a picture.
    expect((await ask(ana, 'PUT', `id=url:other&session=${id}`, await frame('red'))).status).toBe(409);
    expect((await ask(ana, 'PUT', `id=url:other&session=${'x'.repeat(22)}`, await frame('red'))).status).toBe(404);
    await ana.http('DELETE', `/sessions/${id}`);
    await expect.poll(async () => (await get(cleo, query)).headers.get('etag')).not.toBe(byHost);
  });

  it('goes with whoever is made to leave', async () => {
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const { id, media } = await ana.createSession({ media: { url: FILE } });
    const query = `id=${encodeURIComponent(media.id)}&session=${id}`;
    const host = await ana.join(id);
    const { you } = await (await ben.connect()).join(id);
    expect((await ask(ben, 'PUT', query, await frame('red'))).status).toBe(204);
    expect((await get(ana, query)).status).toBe(200);
    await host.session(id, { kind: 'kick', memberId: you.memberId });
    await expect.poll(async () => (await get(ana, query)).status).toBe(404);
    expect((await ask(ben, 'PUT', query, await frame('red'))).status).toBe(403);
  });

  it('of somebody whom a host has muted, or gave a time-out, is not the party’s', async () => {
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const { id, media } = await ana.createSession({ media: { url: FILE } });
    const query = `id=${encodeURIComponent(media.id)}&session=${id}`;
    const host = await ana.join(id);
    const { you } = await (await ben.connect()).join(id);
    const { memberId } = you;
    for (const restriction of [{ kind: 'mute', memberId, muted: true } as const, { kind: 'time-out', memberId, minutes: 1 } as const]) {
      await host.session(id, restriction);
      expect((await ask(ben, 'PUT', query, await frame('red'))).status).toBe(403);
      await host.session(id, { kind: 'mute', memberId, muted: false });
    }
    expect((await get(ana, query)).status).toBe(404);
  });

  it('is a picture, and neither a program nor a bomb', async () => {
    const ana = await server.person('Ana');
    const put = (body: Buffer, type = 'image/jpeg') => ask(ana, 'PUT', 'id=url:bomb', body, { 'content-type': type });
    const bomb = pngOfNothing(20_000);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="9" height="9"/></svg>');
    const cut = (await frame('red')).subarray(0, 400);
    const gif = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .gif()
      .toBuffer();
    const refused = [
      [bomb, 'image/png', 413],
      [svg, 'image/png', 400],
      [gif, 'image/webp', 400],
      [cut, 'image/jpeg', 400],
      [await frame('red', 8, 8), 'image/jpeg', 400],
      [Buffer.from('hello'), 'image/jpeg', 400],
      [Buffer.alloc(300 * 1024, 0xff), 'image/jpeg', 413],
      [svg, 'image/svg+xml', 415],
      [Buffer.from('{}'), 'application/json', 415],
      [Buffer.alloc(0), 'image/jpeg', 400],
    ] as const;
    for (const [body, type, status] of refused)
      expect([type, body.length, (await put(body, type)).status]).toEqual([type, body.length, status]);
    expect((await get(ana, 'id=url:bomb')).status).toBe(404);
  });

  it('says nothing of where it was made', async () => {
    const ana = await server.person('Ana');
    const told = await sharp(await frame('red'))
      .withExif({ IFD0: { Copyright: 'a secret of mine' } })
      .jpeg()
      .toBuffer();
    expect(told.toString('latin1')).toContain('a secret of mine');
    expect((await ask(ana, 'PUT', 'id=url:told', told)).status).toBe(204);
    expect((await get(ana, 'id=url:told')).bytes.toString('latin1')).not.toContain('a secret of mine');
  });

  it('goes with the title that its viewer forgets, and all of them with the history', async () => {
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const ids = ['url:one', 'url:two', 'url:three'];
    for (const id of ids) {
      for (const who of [ana, ben]) expect((await ask(who, 'PUT', `id=${id}`, await frame('red'))).status).toBe(204);
      await ana.http('PUT', `/resume/${encodeURIComponent(id)}`, { positionMs: 600_000, durationMs: 6_000_000 });
    }
    const left = (who: Person) => Promise.all(ids.map(async (id) => (await get(who, `id=${id}`)).status));
    expect((await ana.http('DELETE', '/resume/url%3Aone')).status).toBe(204);
    await expect.poll(() => left(ana)).toEqual([404, 200, 200]);
    expect((await ana.http('DELETE', '/history')).status).toBe(204);
    await expect.poll(() => left(ana)).toEqual([404, 404, 404]);
    expect(await left(ben)).toEqual([200, 200, 200]);
  });

  it('is among what its viewer takes along, and gone with them', async () => {
    const ana = await server.person('Ana');
    await ask(ana, 'PUT', 'id=url:mine', await frame('red'));
    const { pictures } = (await ana.http('POST', '/exports')).body as { pictures: { contentId: string; webp: string }[] };
    expect(pictures).toMatchObject([{ contentId: 'url:mine', grabbedAtMs: expect.any(Number) }]);
    expect(await sharp(Buffer.from(pictures[0]?.webp ?? '', 'base64')).metadata()).toMatchObject({ format: 'webp' });
    await ana.http('DELETE', '/me');
    const again = await server.personWith(ana);
    await expect.poll(async () => (await get(again, 'id=url:mine')).status).not.toBe(200);
  });
});

it('[TITLE5] frames that a guest was given come along into the account', async () => {
  const [owner, guest] = [await server.person('Ana'), await server.person('Ana, elsewhere')];
  const credentials = { username: 'ana-pictures', password: 'correct horse battery', deviceName: 'Laptop', bringGuest: true };
  const prefer = { prefer: 'token' };
  const signUp = (await owner.http('POST', '/account', credentials, prefer)).body as { readonly token: string };
  await ask(guest, 'PUT', 'id=url:brought', await frame('red'));
  const account = await server.personWith({ name: 'Ana', token: signUp.token });
  expect((await get(account, 'id=url:brought')).status).toBe(404);
  expect((await guest.http('POST', '/account/sign-in', { ...credentials, deviceName: 'Phone' }, prefer)).status).toBe(200);
  await expect.poll(async () => ((await account.http('POST', '/exports')).body as { pictures: unknown[] }).pictures).toHaveLength(1);
  await expect.poll(async () => (await get(account, 'id=url:brought')).status, { timeout: 15_000 }).toBe(200);
});
