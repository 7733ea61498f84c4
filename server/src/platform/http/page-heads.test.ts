import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../protocol.testing.ts';

const PAGE =
  '<!doctype html><html><head><meta name="description" content="what this is" /><meta property="og:site_name" content="Cowatch" /><meta property="og:title" content="all pages" />' +
  '<meta property="og:description" content="the same" /></head><body>page</body></html>';
const folder = mkdtempSync(join(tmpdir(), 'cwheads-'));
const roots = { webRoot: join(folder, 'web'), mediaRoot: join(folder, 'media') };

let server: TestServer;
let wait = Promise.resolve();
beforeAll(async () => {
  for (const root of Object.values(roots)) mkdirSync(root);
  writeFileSync(join(roots.webRoot, 'index.html'), PAGE);
  const feature = () => ({
    name: 'films',
    pages: [
      {
        path: '/films/:name/:part',
        head: async ({ name = '', part = '' }) => {
          await wait;
          if (name === 'fails') throw new Error('no such film');
          if (name === 'plain') return null;
          return { title: decodeURIComponent(name), description: part, image: { url: 'https://a.example/a?b=1&c=2', alt: '"' } };
        },
      },
    ],
  });
  server = await startTestServer({ features: [feature], roots });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const page = async (path: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${server.url}${path}`, { headers });
  return { status: answer.status, headers: answer.headers, html: await answer.text() };
};

it('says in its head what it shows, and nothing that is read as more than text', async () => {
  const { status, headers, html } = await page(`/films/${encodeURIComponent('<script>"&\'')}/1`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(html).toContain('<meta property="og:title" content="&lt;script&gt;&quot;&amp;&#39;" />');
  expect(html).toContain('<meta property="og:image" content="https://a.example/a?b=1&amp;c=2" />');
  expect(html).toContain('<meta name="twitter:card" content="summary_large_image" />');
  expect(html).not.toContain('<script>');
  // The words of all pages made way; everything else is there.
  for (const tag of ['og:title', 'og:description', '"description"', 'twitter:card'])
    expect([tag, html.split(tag).length - 1]).toEqual([tag, 1]);
  expect(html).not.toContain('content="the same"');
  expect(html).toMatch(/^<!doctype html>.*og:site_name.*<body>page<\/body><\/html>$/);
});

it('is compressed as the caller takes it, and not sent again', async () => {
  for (const encoding of ['br', 'gzip', 'identity']) {
    const { headers, html } = await page('/films/a/1', { 'accept-encoding': encoding });
    expect(headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
    expect(html).toContain('content="a"');
    expect(headers.get('vary')).toContain('accept-encoding');
    const again = await page('/films/a/1', { 'accept-encoding': encoding, 'if-none-match': headers.get('etag') ?? '' });
    expect([again.status, again.html]).toEqual([304, '']);
  }
  expect((await page('/films/a/1', { 'accept-encoding': 'br;q=0, gzip;q=0.0' })).headers.get('content-encoding')).toBeNull();
  expect((await fetch(`${server.url}/films/a/1`, { method: 'HEAD' })).status).toBe(200);
});

it('says what every page says where there is no more to say, or not soon', async () => {
  for (const path of ['/films/plain/1', '/films/fails/1']) expect(await page(path)).toMatchObject({ status: 200, html: PAGE });
  expect(await page('/films/a')).toMatchObject({ status: 404, html: PAGE });
  wait = new Promise(() => {});
  expect(await page('/films/slow/1')).toMatchObject({ status: 200, html: PAGE });
  wait = Promise.resolve();
});
