import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Playback, SessionInfo } from '@cowatch/shared/protocol';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { type Person, startTestServer, type TestServer } from '../protocol.testing.ts';
import { saveItem } from '../resume/resume.testing.ts';
import { OembedStub } from './facts/oembed.testing.ts';

const PAGE = '<!doctype html><html><head><meta property="og:title" content="all pages" /></head></html>';
const folder = mkdtempSync(join(tmpdir(), 'cwknown-'));
const roots = { webRoot: join(folder, 'web'), mediaRoot: join(folder, 'media') };

const stub = new OembedStub();
let home: TestDatabase;
let server: TestServer;
let ana: Person;
const start = (env: Record<string, string> = {}) =>
  startTestServer({ database: home.database, roots, env: { LINK_CHECKS: 'all', OEMBED_URL: stub.endpoint, ...env } });
beforeAll(async () => {
  for (const root of Object.values(roots)) if (!existsSync(root)) mkdirSync(root);
  writeFileSync(join(roots.webRoot, 'index.html'), PAGE);
  home = await openPostgresTestDatabase();
  await stub.start();
  server = await start();
  ana = await server.person('Ana');
});
afterAll(async () => {
  await server.stop();
  stub.stop();
  await home.remove();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  stub.gate = Promise.resolve();
  stub.instead = null;
});

let videos = 0;
/** Another video of the service. */
function aVideo(said: { title: string; picture?: string; duration?: number } | null) {
  videos += 1;
  const id = `vid${String(videos).padStart(8, '0')}`;
  const url = `https://www.youtube.com/watch?v=${id}`;
  if (said !== null) stub.videos.set(url, said);
  return { url, id: `yt:${id}` };
}

const party = async (id: string, on = server) => (await (await fetch(`${on.url}/api/v1/sessions/${id}`)).json()) as SessionInfo;
const picture = (id: string, on = server) => fetch(`${on.url}/api/v1/titles/picture?id=${encodeURIComponent(id)}`);

describe('[TITLE3] what a service calls a video', () => {
  it('reaches the party that watches it, without a moment’s wait and without touching playback', async () => {
    let open = () => {};
    stub.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { url, id } = aVideo({ title: 'Big  Buck \u202eBunny', picture: '/picture/480x360.jpg', duration: 634 });
    const created = await ana.createSession({ media: { url } });
    expect(created).toMatchObject({ media: { id, title: null }, name: 'YouTube party' });
    const host = await ana.join(created.id);
    await host.playback(created.id, { kind: 'play' });
    const { timeline: before } = await host.next<Playback>('playback:changed');
    open();
    const { timeline, media } = await host.next<Playback>('playback:changed', ({ media: { title } }) => title !== null);
    expect(media).toEqual({ ...created.media, title: 'Big Buck Bunny' });
    expect(timeline).toEqual({ ...before, version: timeline.version, cause: { kind: 'title', memberId: null, name: null } });
    expect(timeline.version).toBeGreaterThan(before.version);
    await expect.poll(() => party(created.id)).toMatchObject({ name: 'Big Buck Bunny', media: { title: 'Big Buck Bunny' } });
    // Durable as any commit.
    expect((await server.stored(created.id))?.playback.media.title).toBe('Big Buck Bunny');
    const shown = await picture(id);
    expect([shown.status, shown.headers.get('cache-control')]).toEqual([200, expect.stringMatching(/^public/)]);
    expect(await sharp(Buffer.from(await shown.arrayBuffer())).metadata()).toMatchObject({ format: 'webp', width: 480 });
  });

  it('leaves the name that somebody gave a party', async () => {
    const { url } = aVideo({ title: 'A film' });
    const { id } = await ana.createSession({ media: { url }, name: 'Friday' });
    await expect.poll(() => party(id)).toMatchObject({ name: 'Friday', media: { title: 'A film' } });
  });

  it('is there at once the next time, and after a restart', async () => {
    const { url, id } = aVideo({ title: 'Known', picture: '/picture/320x180.jpg' });
    await expect.poll(async () => (await ana.createSession({ media: { url } })).media.title).toBe('Known');
    const asked = stub.asked.length;
    const next = await start();
    const ben = await next.person('Ben');
    const created = await ben.createSession({ media: { url } });
    await expect.poll(async () => (await party(created.id, next)).media.title).toBe('Known');
    expect((await picture(id, next)).status).toBe(200);
    expect(stub.asked).toHaveLength(asked);
    await next.stop();
  });

  it('is asked for once, however many want it, and the picture waits for it', async () => {
    let open = () => {};
    stub.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { url, id } = aVideo({ title: 'Wanted', picture: '/picture/200x100.jpg' });
    const [asked, pictures] = [stub.asked.length, stub.picturesAsked.length];
    const made = await Promise.all(Array.from({ length: 30 }, () => ana.createSession({ media: { url } })));
    const shown = Promise.all(Array.from({ length: 30 }, async () => (await picture(id)).status));
    open();
    expect(new Set(await shown)).toEqual(new Set([200]));
    for (const { id: sessionId } of made) await expect.poll(async () => (await party(sessionId)).media.title).toBe('Wanted');
    expect([stub.asked.length - asked, stub.picturesAsked.length - pictures]).toEqual([1, 1]);
  });

  it('of a video that there is none of is not asked again soon', async () => {
    const { url, id } = aVideo(null);
    await ana.createSession({ media: { url } });
    await expect.poll(() => stub.asked.filter((one) => one === url)).toHaveLength(1);
    expect((await picture(id)).status).toBe(404);
    for (let i = 0; i < 3; i += 1) {
      const { id: sessionId } = await ana.createSession({ media: { url } });
      await ana.join(sessionId);
    }
    const next = await start();
    await (await next.person('Ben')).createSession({ media: { url } });
    await next.stop();
    expect(stub.asked.filter((one) => one === url)).toHaveLength(1);
  });

  it('of what is put on later comes later, and of what is not on any more changes nothing', async () => {
    let open = () => {};
    stub.gate = new Promise((resolve) => {
      open = resolve;
    });
    const [first, second] = [aVideo({ title: 'First' }), aVideo({ title: 'Second' })];
    const { id } = await ana.createSession({ media: { url: first.url } });
    const host = await ana.join(id);
    await host.playback(id, { kind: 'load', media: { url: second.url } });
    open();
    await expect.poll(() => party(id)).toMatchObject({ media: { id: second.id, title: 'Second' }, name: 'Second' });
  });

  it('is what people have watched, too, where they saved it without a name', async () => {
    const { url, id } = aVideo({ title: 'Watched' });
    const device = { id: 'device-tv', name: 'TV' };
    const item = saveItem(Date.now(), { contentId: id, media: { url, title: null } });
    const saved = await ana.http('POST', '/resume/batch', { viewerId: ana.viewerId, device, items: [item] });
    expect(saved.body).toMatchObject({ answers: [{ outcome: 'applied' }] });
    const entry = async () => ((await ana.http('GET', `/resume/${id}`)).body as { media: { title: string | null } }).media.title;
    expect(await entry()).toBeNull();
    await expect.poll(entry).toBe('Watched');
    for (const list of ['/continue', '/history', `/resume?id=${id}`])
      expect((await ana.http('GET', list)).body).toMatchObject({
        entries: [expect.toSatisfy((one) => JSON.stringify(one).includes('"Watched"'))],
      });
  });

  it('is asked of nobody where the operator wants that', async () => {
    const quiet = await start({ LINK_CHECKS: 'off' });
    const ben = await quiet.person('Ben');
    const { url, id } = aVideo({ title: 'Secret', picture: '/picture/64x64.jpg' });
    const { id: sessionId } = await ben.createSession({ media: { url } });
    await ben.join(sessionId);
    expect((await picture(id, quiet)).status).toBe(404);
    expect((await party(sessionId, quiet)).media.title).toBeNull();
    expect(stub.asked).not.toContain(url);
    await quiet.stop();
  });

  it('comes without a picture that is none, or is no size for one', async () => {
    for (const [title, shown] of [
      ['Bomb', '/picture/9000x9000.jpg'],
      ['None', '/nothing.jpg'],
      ['Page', '/oembed'],
    ] as const) {
      const { url, id } = aVideo({ title, picture: shown });
      const { id: sessionId } = await ana.createSession({ media: { url } });
      await expect.poll(async () => (await party(sessionId)).media.title).toBe(title);
      expect((await picture(id)).status).toBe(404);
    }
  }, 30_000);
});

describe('[TITLE6] the link of a party', () => {
  const preview = async (path: string) => (await fetch(`${server.url}${path}`)).text();

  it('shows film, host and picture to programs that make previews of it', async () => {
    const { url, id } = aVideo({ title: 'Tom & "Jerry" <1940>', picture: '/picture/480x360.jpg' });
    const created = await ana.createSession({ media: { url } });
    await expect.poll(async () => (await party(created.id)).media.title).not.toBeNull();
    await ana.join(created.id);
    const html = await preview(`/s/${created.id}`);
    expect(html).toContain('<meta property="og:title" content="Tom &amp; &quot;Jerry&quot; &lt;1940&gt;" />');
    expect(html).toContain('content="Ana invites you to watch together. No account, nothing to install."');
    const image = /og:image" content="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(image).toBe(`${server.url}/api/v1/titles/picture?id=${encodeURIComponent(id)}`);
    const shown = await fetch(image);
    expect([shown.status, shown.headers.get('content-type'), shown.headers.getSetCookie()]).toEqual([200, 'image/webp', []]);
    expect(html).not.toContain('all pages');
  });

  it('shows no frame that a player gave, and no picture that is not there', async () => {
    const { id, media } = await ana.createSession({ media: { url: 'https://films.example/the-long-way-home-2024.mp4' }, name: 'Friday' });
    await ana.join(id);
    const frame = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    const put = await fetch(`${server.url}/api/v1/titles/picture?id=${encodeURIComponent(media.id)}&session=${id}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${ana.token}`, 'content-type': 'image/jpeg' },
      body: new Uint8Array(frame),
    });
    expect(put.status).toBe(204);
    const html = await preview(`/s/${id}`);
    expect(html).toContain('content="The Long Way Home (2024)"');
    expect(html).toContain('content="Ana invites you to “Friday”. No account, nothing to install."');
    expect(html).toContain('name="twitter:card" content="summary"');
    expect(html).not.toContain('og:image');
  });

  it('shows nothing of a party that does not let in whoever has the link', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const shows = async (path: string) => (await preview(path)).includes('Cowatch sample');
    for (const door of ['locked', 'knock', 'open'] as const) {
      await host.session(id, { kind: 'door', door });
      expect([door, await shows(`/s/${id}`)]).toEqual([door, door === 'open']);
    }
    await host.session(id, { kind: 'new-link' });
    const { url } = (await ana.http('GET', `/sessions/${id}`)).body as SessionInfo;
    const { pathname, search } = new URL(url);
    expect(search).toMatch(/^\?k=/);
    expect([await shows(pathname), await shows(`${pathname}?k=wrong`), await shows(pathname + search)]).toEqual([false, false, true]);
  });

  it('shows nothing of a party that is over, or that is none', async () => {
    const { id } = await ana.createSession();
    expect(await preview(`/s/${id}`)).toContain('Cowatch sample');
    await ana.http('DELETE', `/sessions/${id}`);
    for (const path of [`/s/${id}`, `/s/${'x'.repeat(22)}`, '/s/short']) expect(await preview(path)).toBe(PAGE);
  });
});
