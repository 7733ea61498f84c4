import type { Page } from '@playwright/test';
import { createSession, joinAsBot } from '../../fixtures/bot.ts';
import { readVideo } from '../../fixtures/frames.ts';
import { expect, test } from '../../fixtures/test.ts';

// A laptop that slept, a phone that was locked: frozen as the browser freezes pages, and thawed again.

/** Stops everything on a page, as behind a lock screen; returns how it goes on. */
async function freeze(page: Page): Promise<() => Promise<void>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: false });
  await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
  return async () => {
    await cdp.send('Page.setWebLifecycleState', { state: 'active' });
    await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true });
  };
}

test('a phone that was locked is where the party is as soon as it is unlocked', { tag: '@chromium' }, async ({ server, newcomer }) => {
  const { info, cookie } = await createSession(server.url, { media: { titleId: 'sample' } });
  const host = await joinAsBot(server.url, info.id, { name: 'Host', cookie });
  const ben = await newcomer('Ben');
  try {
    await ben.join(info.url);
    const thaw = await freeze(ben.page);
    expect((await host.client.seek(20)).ok).toBe(true);
    await thaw();
    await expect.poll(async () => (await readVideo(ben.page)).currentTimeS).toBeCloseTo(20, 0);
    // And follows again.
    expect((await host.client.play()).ok).toBe(true);
    await ben.expectPlaying();
  } finally {
    host.close();
  }
});

test('a party that ended while the laptop slept says so', { tag: '@chromium' }, async ({ server, newcomer }) => {
  const { info, cookie } = await createSession(server.url, { media: { titleId: 'sample' } });
  const ben = await newcomer('Ben');
  await ben.join(info.url);
  const thaw = await freeze(ben.page);
  const ended = await fetch(`${server.url}/api/v1/sessions/${info.id}`, { method: 'DELETE', headers: { cookie } });
  expect(ended.ok).toBe(true);
  await thaw();
  await expect(ben.page.getByRole('heading', { name: /ended/ })).toBeVisible();
});

test('the screen of a phone stays on while it plays, and no longer', { tag: '@chromium' }, async ({ server, browser }) => {
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  await context.addInitScript(() => {
    const locks: WakeLockSentinel[] = [];
    Object.assign(window, { locks });
    const request = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = async (type) => {
      const lock = await request(type);
      locks.push(lock);
      return lock;
    };
  });
  const page = await context.newPage();
  const held = () =>
    page.evaluate(() => (window as unknown as { locks: WakeLockSentinel[] }).locks.filter((lock) => !lock.released).length);
  await page.goto(`${server.url}/watch/sample`);
  await page.locator('section').getByRole('button', { name: 'Play' }).click();
  await expect.poll(held).toBe(1);
  await page.evaluate(() => document.querySelector('video')?.pause());
  await expect.poll(held).toBe(0);
  await page.evaluate(() => document.querySelector('video')?.play());
  await expect.poll(held).toBe(1);
  await context.close();
});
