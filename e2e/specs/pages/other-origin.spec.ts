import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { chromiumLaunch } from '../../fixtures/browsers.ts';
import { startServer } from '../../fixtures/server.ts';
import { serveStatic } from '../../fixtures/static-site.ts';
import { expect, keeps, test } from '../../fixtures/test.ts';

const SOCKET_IO = fileURLToPath(new URL('../../node_modules/socket.io-client/dist/socket.io.min.js', import.meta.url));

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | null;
}

test('@chromium a page of an allowed origin uses the whole API without third-party cookies; others do not', async () => {
  const site = await serveStatic('<!doctype html><title>TV</title>');
  const strange = await serveStatic('<!doctype html><title>Strange</title>');
  // Another host name is another site: what it embeds or asks is a third party.
  const [own, other] = [site, strange].map(({ url }) => url.replace('127.0.0.1', 'localhost'));
  const server = await startServer({ env: { ALLOWED_ORIGINS: own ?? '' } });
  const launch = chromiumLaunch();
  const browser = await chromium.launch({
    ...launch,
    args: [...(launch.args ?? []), '--test-third-party-cookie-phaseout'],
  });
  try {
    await keeps(server.url);
    const page = await browser.newPage();
    await page.goto(own ?? '');
    const ask = (method: string, path: string, headers: Record<string, string>, body?: object): Promise<Answer> =>
      page.evaluate(
        async ([url, init]) => {
          const answer = await fetch(url, init);
          const text = await answer.text();
          return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
        },
        [
          `${server.url}/api/v1${path}`,
          {
            method,
            credentials: 'include' as const,
            headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          },
        ] as const,
      );

    // By cookie one is somebody else each time.
    const [once, twice] = [await ask('GET', '/me', {}), await ask('GET', '/me', {})];
    expect(once.body?.viewerId).not.toBe(twice.body?.viewerId);

    const started = await ask('POST', '/sessions', { prefer: 'token', 'idempotency-key': 'k' }, { media: { titleId: 'sample' } });
    expect(started).toMatchObject({
      status: 201,
      body: { token: expect.any(String), tokenExpiresAtMs: expect.any(Number) },
    });
    const token = String(started.body?.token);
    const as = { authorization: `Bearer ${token}` };
    const title = '/resume/title%3Asample';
    expect(await ask('PUT', title, as, { positionMs: 60_000, durationMs: 300_000 })).toMatchObject({ status: 200 });
    expect(await ask('GET', title, as)).toMatchObject({ status: 200, body: { positionMs: 60_000 } });
    expect(await ask('DELETE', title, as)).toMatchObject({ status: 204 });
    expect(await ask('GET', title, as)).toMatchObject({ status: 404 });
    expect(await ask('PATCH', '/history', as, { paused: true })).toMatchObject({ status: 200 });
    expect(await ask('GET', '/me', { ...as, prefer: 'token' })).toMatchObject({ body: { token: expect.any(String) } });

    await page.addScriptTag({ path: SOCKET_IO });
    const connect = () =>
      page.evaluate(
        ([url, auth]) =>
          new Promise<string>((resolve) => {
            // biome-ignore lint/suspicious/noExplicitAny: the library as its script tag leaves it
            const socket = (globalThis as any).io(url, { transports: ['websocket'], reconnection: false, auth });
            socket.on('connect', () => resolve('connected'));
            socket.on('connect_error', (error: Error) => resolve(error.message));
          }),
        [server.url, { protocol: 1, token }] as const,
      );
    expect(await connect()).toBe('connected');
    expect(await ask('DELETE', `/sessions/${String(started.body?.id)}`, as)).toMatchObject({ status: 204 });

    await page.goto(other ?? '');
    await expect(ask('GET', '/me', { prefer: 'token' })).rejects.toThrow('Failed to fetch');
    await expect(ask('PUT', title, as, { positionMs: 1 })).rejects.toThrow('Failed to fetch');
    await page.addScriptTag({ path: SOCKET_IO });
    expect(await connect()).not.toBe('connected');
  } finally {
    await browser.close();
    for (const one of [site, strange, server]) await one.stop();
  }
});

test('@chromium a party in a frame of another site says why it cannot be joined there, and opens in a tab', async () => {
  const site = await serveStatic('<!doctype html><title>Blog</title><iframe width="900" height="600"></iframe>');
  const own = site.url.replace('127.0.0.1', 'localhost');
  const server = await startServer({ env: { ALLOWED_ORIGINS: `${own},${site.url}` } });
  const launch = chromiumLaunch();
  const browser = await chromium.launch({
    ...launch,
    args: [...(launch.args ?? []), '--test-third-party-cookie-phaseout'],
  });
  try {
    await keeps(server.url);
    const page = await browser.newPage();
    const started = await page.request.post(`${server.url}/api/v1/sessions`, {
      data: { media: { titleId: 'sample' } },
    });
    const { id } = (await started.json()) as { id: string };
    const show = async (from: string) => {
      await page.goto(from);
      await page.locator('iframe').evaluate((frame, url) => frame.setAttribute('src', url), `${server.url}/s/${id}`);
    };
    const framed = page.frameLocator('iframe');

    await show(own);
    const way = framed.getByRole('link', { name: 'Open the party' });
    await expect(way).toBeVisible();
    const [tab] = await Promise.all([page.waitForEvent('popup'), way.click()]);
    // Who started it is known there, and not asked.
    await expect(tab.getByRole('button', { name: 'Invite' }).first()).toBeVisible();
    await tab.close();

    // Another port is the same site, whose cookies are kept.
    await show(site.url);
    await expect(framed.getByRole('list', { name: 'People' })).toBeVisible();
  } finally {
    await browser.close();
    for (const one of [site, server]) await one.stop();
  }
});
