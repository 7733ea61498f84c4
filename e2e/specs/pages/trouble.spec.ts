import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { createSession } from '../../fixtures/bot.ts';
import { chromiumLaunch } from '../../fixtures/browsers.ts';
import { startHttpProxy } from '../../fixtures/http-proxy.ts';
import { PartyPage } from '../../fixtures/party.page.ts';
import { expect, test } from '../../fixtures/test.ts';

// What trying again never mends gets words of its own, and no spinner without an end.

test('a browser that blocks cookies and storage is told so, and is in by an identity of its tab', {
  tag: '@chromium',
}, async ({ server }) => {
  const { info } = await createSession(server.url, { media: { titleId: 'sample' } });
  const profile = await mkdtemp(join(tmpdir(), 'cowatch-no-cookies-'));
  await mkdir(join(profile, 'Default'));
  // As people set it: "block all cookies", which closes every kind of storage to pages.
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, chromiumLaunch());
  try {
    const errors: Error[] = [];
    const page = context.pages()[0] ?? (await context.newPage());
    page.on('pageerror', (error) => errors.push(error));
    const ben = new PartyPage(page, 'Ben');
    await page.goto(info.url);
    await expect(page.getByRole('heading', { name: 'Your browser keeps no cookie for this page' })).toBeVisible();
    expect(await page.evaluate(() => Reflect.apply(() => typeof localStorage, null, [])).catch(String)).toContain('SecurityError');
    await page.getByRole('button', { name: 'Watch in this tab only' }).click();
    await ben.passGate();
    await expect(ben.people.getByText('Ben', { exact: true })).toBeVisible();

    // Somebody who starts a party there owns it.
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Try with a sample' }).click();
    await expect(ben.pill).toBeVisible();
    await page.getByRole('tab', { name: 'Party' }).click();
    await expect(page.getByRole('button', { name: 'End party' })).toBeVisible();
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    await rm(profile, { recursive: true });
  }
});

test('where cookies are lost on the way it is the same', { tag: '@chromium' }, async ({ server, newcomer }) => {
  const proxy = await startHttpProxy(server.port, { cookies: 'drop' });
  try {
    const { info } = await createSession(server.url, { media: { titleId: 'sample' } });
    const ben = await newcomer('Ben');
    await ben.page.goto(`${proxy.url}/s/${info.id}`);
    await ben.page.getByRole('button', { name: 'Watch in this tab only' }).click();
    await ben.passGate();
    // The tab keeps what it is through a reload.
    await ben.page.reload();
    await expect(ben.pill).toBeVisible();
    await expect(ben.people.getByText('Ben', { exact: true })).toBeVisible();
  } finally {
    await proxy.stop();
  }
});

for (const upgrades of [403, 502, 'hang'] as const) {
  test(`a network that blocks the live connection (${upgrades}) is named, and left as soon as it lets it through`, {
    tag: '@chromium',
  }, async ({ server, newcomer }) => {
    const proxy = await startHttpProxy(server.port, { upgrades });
    try {
      const { info } = await createSession(server.url, { media: { titleId: 'sample' } });
      const ben = await newcomer('Ben');
      await ben.page.goto(`${proxy.url}/s/${info.id}`);
      await ben.page.getByRole('button', { name: /^Join/ }).click();
      const blocked = ben.page.getByRole('heading', { name: 'This network blocks the live connection' });
      await expect(blocked).toBeVisible({ timeout: 15_000 });
      proxy.habits({ upgrades: 'pass' });
      proxy.drop();
      await expect(ben.pill).toBeVisible({ timeout: 15_000 });
      if (upgrades === 'hang') return;
      // Somebody who is in already keeps their picture.
      proxy.habits({ upgrades });
      proxy.drop();
      await expect(ben.page.getByText(/^This network blocks the live connection/)).toBeVisible({ timeout: 15_000 });
      await expect(ben.pill).toHaveAttribute('data-sync-phase', 'reconnecting');
    } finally {
      await proxy.stop();
    }
  });
}

test('behind a proxy that hides the address people open, page and log say what is to be set', {
  tag: '@chromium',
}, async ({ ownServer, newcomer }) => {
  const proxy = await startHttpProxy(ownServer.port, { host: 'hide' });
  try {
    const { info } = await createSession(ownServer.url, { media: { titleId: 'sample' } });
    const ben = await newcomer('Ben');
    await ben.page.goto(proxy.url);
    await ben.page.getByRole('button', { name: 'Try with a sample' }).click();
    await expect(ben.page.getByText(`sets PUBLIC_URL to ${proxy.url}`)).toBeVisible();
    await ben.page.goto(`${proxy.url}/s/${info.id}`);
    await ben.page.getByRole('button', { name: /^Join/ }).click();
    await expect(ben.page.getByRole('heading', { name: 'This site was set up for another address' })).toBeVisible({
      timeout: 15_000,
    });
    await expect(ben.page.getByText(`sets PUBLIC_URL to ${proxy.url}`)).toBeVisible();
    expect(ownServer.log()).toContain('set PUBLIC_URL to it');
    expect(ownServer.log()).toContain(`"reachedAs":"127.0.0.1:${ownServer.port}"`);
  } finally {
    await proxy.stop();
  }
});
