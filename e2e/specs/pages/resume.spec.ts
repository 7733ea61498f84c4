import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect, keeps, test } from '../../fixtures/test.ts';

const SAMPLE = encodeURIComponent('title:sample');

interface Entry {
  readonly positionMs: number;
  readonly committed: boolean;
  readonly watchedMs: number;
  readonly device: { readonly name: string };
}

const positionS = (page: Page) => page.evaluate(() => document.querySelector('video')?.currentTime ?? Number.NaN);
const paused = (page: Page) => page.evaluate(() => document.querySelector('video')?.paused ?? true);

/** The last position that the page has kept and the server has not answered, in seconds; NaN where there is none. */
const keptPositionS = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opening = indexedDB.open('cowatch');
        opening.onsuccess = () => {
          const all = opening.result.transaction('outbox').objectStore('outbox').getAll();
          all.onsuccess = () => {
            opening.result.close();
            resolve((all.result.at(-1)?.said.positionMs ?? Number.NaN) / 1000);
          };
        };
      }),
  );

/** What the server knows of the sample; null where it knows nothing. */
async function entryOf(context: BrowserContext, url: string): Promise<Entry | null> {
  const answer = await context.request.get(`${url}/api/v1/resume/${SAMPLE}`);
  return answer.ok() ? ((await answer.json()) as Entry) : null;
}

/** Another device of the same person: the same cookie, and nothing else. */
async function secondDevice(browser: Browser, first: BrowserContext): Promise<BrowserContext> {
  const context = await browser.newContext();
  await context.addCookies(await first.cookies());
  return context;
}

async function watchSample(page: Page, url: string): Promise<void> {
  await keeps(url);
  await page.goto(`${url}/watch/sample`);
  await page.locator('section').getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => positionS(page)).toBeGreaterThan(0.5);
}

/** Jumps with the keyboard, then watches for so long. */
async function watchFrom(page: Page, tens: number, forS: number): Promise<void> {
  for (let i = 0; i < tens; i += 1) await page.keyboard.press('l');
  const fromS = await positionS(page);
  expect(fromS).toBeGreaterThan(tens * 10);
  await expect.poll(() => positionS(page), { timeout: 30_000 }).toBeGreaterThan(fromS + forS);
}

test('what one watches goes on where one was: here, from the start page, and on another device that takes over', async ({
  server,
  browser,
}) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const { url } = server;
  await watchSample(page, url);
  await watchFrom(page, 6, 10);
  await page.keyboard.press('k');
  await expect.poll(() => paused(page)).toBe(true);
  const stoppedS = await positionS(page);
  // Paused is said at once, to the frame.
  await expect.poll(async () => Math.abs(((await entryOf(context, url))?.positionMs ?? 0) / 1000 - stoppedS)).toBeLessThan(0.1);

  // The start page offers it; pressing it goes on without another word.
  await page.goto(url);
  const card = page.getByRole('region', { name: 'Continue watching' }).getByRole('link', { name: /Sample clip/ });
  await card.click();
  await expect.poll(() => positionS(page)).toBeGreaterThan(stoppedS);
  expect(await positionS(page)).toBeLessThan(stoppedS + 5);
  await expect.poll(() => paused(page)).toBe(false);

  // Another device knows where, and who was there last; taking over stops the first one.
  const other = await secondDevice(browser, context);
  const tv = await other.newPage();
  await tv.goto(`${url}/watch/sample`);
  await expect(tv.getByText(/^You were at 1:\d\d, on /)).toBeVisible();
  await tv.getByRole('button', { name: /^Resume at 1:/ }).click();
  await expect.poll(() => paused(tv)).toBe(false);
  await expect.poll(() => positionS(tv)).toBeGreaterThan(stoppedS - 1);
  await expect(page.getByText(/^Now playing on /)).toBeVisible();
  await expect.poll(() => paused(page)).toBe(true);
  // And back.
  await page.getByRole('button', { name: 'Play here' }).click();
  await expect.poll(() => paused(page)).toBe(false);
  await expect.poll(() => paused(tv)).toBe(true);
  await other.close();
  await context.close();
});

test('offline nothing is lost: what was watched then is said when there is a network again, by whatever tab', async ({
  ownServer: server,
  browser,
}) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const { url } = server;
  await watchSample(page, url);
  await watchFrom(page, 3, 1);
  // The medium is here whole before the network goes.
  await expect
    .poll(
      () =>
        page.evaluate(() => {
          const video = document.querySelector('video');
          return video && video.buffered.length > 0 ? video.buffered.end(video.buffered.length - 1) : 0;
        }),
      { timeout: 20_000 },
    )
    .toBeGreaterThan(120);
  await context.setOffline(true);
  await server.kill();
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('l');
  await expect(page.getByText('Saved on this device')).toBeVisible();
  const fromS = await positionS(page);
  await expect.poll(() => positionS(page), { timeout: 20_000 }).toBeGreaterThan(fromS + 2);
  await page.keyboard.press('k');
  await expect.poll(() => paused(page)).toBe(true);
  const stoppedS = await positionS(page);
  // Once it is kept on the disk the tab may go.
  await expect.poll(async () => Math.abs((await keptPositionS(page)) - stoppedS)).toBeLessThan(0.1);
  await page.close();

  await server.start();
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto(url);
  await expect
    .poll(async () => Math.abs(((await entryOf(context, url))?.positionMs ?? 0) / 1000 - stoppedS), { timeout: 15_000 })
    .toBeLessThan(0.1);
  await context.close();
});

test('a party writes down one’s own place when one leaves, and what is hidden or forgotten stays so', {
  tag: '@chromium',
}, async ({ server, browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const { url } = server;
  await keeps(url);
  await page.goto(url);
  await page.getByRole('button', { name: 'Try with a sample' }).click();
  await page.waitForURL(/\/s\//);
  await expect(page.getByRole('button', { name: 'Invite' }).first()).toBeVisible();
  await page.keyboard.press('k');
  await expect.poll(() => positionS(page)).toBeGreaterThan(1.5);
  await page.goto('about:blank');
  await expect.poll(async () => (await entryOf(context, url))?.positionMs ?? 0).toBeGreaterThan(1000);
  const { device } = (await entryOf(context, url)) as Entry;
  expect(device.name).toMatch(/ on /);

  // A quarter of an hour later, as another program says it: watched for long enough to be offered.
  const { viewerId } = (await (await context.request.get(`${url}/api/v1/me`)).json()) as { viewerId: string };
  const nowMs = Date.now();
  const item = {
    contentId: 'title:sample',
    committed: true,
    sittingId: 'a'.repeat(32),
    seq: 1,
    state: 'active',
    intentAtMs: nowMs,
    savedAtMs: nowMs,
    positionMs: 100_000,
    durationMs: 300_000,
    watchedMs: 60_000,
    previousPositionMs: null,
    media: { url: '/media/sample.mp4', title: 'Sample clip' },
  };
  const saving = { viewerId, device: { id: 'device-other', name: 'A TV' }, items: [item] };
  expect((await context.request.post(`${url}/api/v1/resume/batch`, { data: saving })).ok()).toBe(true);
  await page.goto(url);
  const row = page.getByRole('region', { name: 'Continue watching' });
  await expect(row.getByRole('link', { name: /Sample clip/ })).toBeVisible();

  await row.getByRole('button', { name: 'More about Sample clip' }).click();
  await page.getByRole('menuitem', { name: 'Hide from this list' }).click();
  await expect(row.getByText('is hidden')).toBeVisible();
  await expect(row.getByRole('link', { name: /Sample clip/ })).toBeHidden();
  await row.getByRole('button', { name: 'Undo' }).click();
  await expect(row.getByRole('link', { name: /Sample clip/ })).toBeVisible();

  await row.getByRole('link', { name: 'History' }).click();
  await expect(page.getByRole('link', { name: 'Sample clip' })).toBeVisible();
  await page.getByRole('button', { name: 'Forget Sample clip' }).click();
  await page.getByRole('button', { name: 'Forget it' }).click();
  await expect(page.getByText('Nothing yet')).toBeVisible();
  expect(await entryOf(context, url)).toBeNull();
  await context.close();
});
