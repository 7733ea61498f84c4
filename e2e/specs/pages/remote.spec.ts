import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../../fixtures/browsers.ts';
import { expect, test } from '../../fixtures/test.ts';

// One person with two devices: a browser, and another one that says it is a TV.

const TV_AGENT = 'Mozilla/5.0 (SMART-TV; Linux) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const TV = 'Chrome on TV';

const positionS = (page: Page) => page.evaluate(() => document.querySelector('video')?.currentTime ?? Number.NaN);
const paused = (page: Page) => page.evaluate(() => document.querySelector('video')?.paused ?? true);
const devicesOn = (page: Page) => page.getByRole('region', { name: 'Your devices' });

/** A TV and a phone with the same cookie, and nothing else in common. */
async function twoDevices(
  browser: Browser,
  url: string,
): Promise<{ tv: Page; phone: Page; contexts: readonly [BrowserContext, BrowserContext] }> {
  const contexts = [await browser.newContext({ userAgent: TV_AGENT }), await browser.newContext()] as const;
  const [tv, phone] = [await contexts[0].newPage(), await contexts[1].newPage()];
  await tv.goto(url);
  await expect.poll(async () => (await contexts[0].cookies()).length).toBeGreaterThan(0);
  await contexts[1].addCookies(await contexts[0].cookies());
  return { tv, phone, contexts };
}

test('one device sees what another plays, presses its buttons, takes it over and sends it back', {
  tag: '@chromium',
}, async ({ server, browser }) => {
  const { tv, phone, contexts } = await twoDevices(browser, server.url);
  await phone.goto(server.url);
  await expect(phone.getByRole('button', { name: 'Start a party' })).toBeVisible();
  await expect(devicesOn(phone)).toBeHidden();

  await tv.goto(`${server.url}/watch/sample`);
  await tv.locator('section').getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => positionS(tv)).toBeGreaterThan(0.5);
  await tv.keyboard.press('l');
  const row = devicesOn(phone).getByRole('listitem');
  await expect(row).toContainText('Sample clip');
  await expect(row).toContainText(new RegExp(`${TV} · 0:1\\d`));

  await row.getByRole('button', { name: `Pause on ${TV}` }).click();
  await expect.poll(() => paused(tv)).toBe(true);
  await expect(row).toContainText('paused');
  const pausedS = await positionS(tv);
  for (let i = 0; i < 2; i += 1) await row.getByRole('button', { name: `Forward 10 seconds on ${TV}` }).click();
  await expect.poll(async () => Math.abs((await positionS(tv)) - pausedS - 20)).toBeLessThan(1);
  await row.getByRole('button', { name: `Back 10 seconds on ${TV}` }).click();
  await expect.poll(async () => Math.abs((await positionS(tv)) - pausedS - 10)).toBeLessThan(1);
  await row.getByRole('button', { name: `Play on ${TV}` }).click();
  await expect.poll(() => paused(tv)).toBe(false);

  // Here from now on, from where it is there.
  await row.getByRole('button', { name: 'Play here' }).click();
  await expect.poll(() => paused(phone)).toBe(false);
  await expect.poll(() => positionS(phone)).toBeGreaterThan(pausedS + 10);
  expect(await positionS(phone)).toBeLessThan(pausedS + 20);
  await expect.poll(() => paused(tv)).toBe(true);
  await expect(tv.getByText(/^Now playing on /)).toBeVisible();

  // And back, from another place.
  await phone.keyboard.press('l');
  const sentS = await positionS(phone);
  await phone.getByRole('button', { name: 'Play on another device' }).click();
  await phone.getByRole('menuitem', { name: `Play on ${TV}`, exact: true }).click();
  await expect.poll(() => paused(tv)).toBe(false);
  await expect.poll(async () => Math.abs((await positionS(tv)) - sentS)).toBeLessThan(6);
  await expect.poll(() => paused(phone)).toBe(true);
  await expect(phone.getByText(`Now playing on ${TV}`)).toBeVisible();

  // What is gone is not offered.
  await contexts[0].close();
  await expect(phone.getByRole('button', { name: 'Play on another device' })).toBeHidden();
  await contexts[1].close();
});

test('what is pressed for a device in a party is that person’s command to the party', {
  tag: '@chromium',
}, async ({ server, browser, newcomer }) => {
  const { tv, phone, contexts } = await twoDevices(browser, server.url);
  await phone.goto(server.url);
  const host = await newcomer('Hanna');
  await host.startWithSample(server.url);
  await host.play();
  await tv.goto(host.page.url());
  await tv.getByRole('button', { name: /^Join/ }).click();
  await expect.poll(() => positionS(tv)).toBeGreaterThan(0.5);
  const row = devicesOn(phone).getByRole('listitem');
  await row.getByRole('button', { name: `Pause on ${TV}` }).click();
  await expect.poll(() => paused(host.page)).toBe(true);
  await expect(row).toContainText('paused');

  await host.page.getByRole('button', { name: /^Who may control/ }).click();
  await host.page.getByRole('menuitemradio', { name: 'Only hosts' }).click();
  await row.getByRole('button', { name: `Play on ${TV}` }).click();
  await expect(row).toContainText(`Only hosts may control the party on ${TV}.`);
  expect(await paused(tv)).toBe(true);
  for (const context of contexts) await context.close();
});

test('a page that plays nothing can be sent a title, and where its browser waits for a tap one is told so here', {
  tag: '@chromium',
}, async ({ server, browser }) => {
  const context = await browser.newContext();
  const phone = await context.newPage();
  await phone.goto(`${server.url}/watch/sample`);
  await phone.locator('section').getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => paused(phone)).toBe(false);
  const strict = await chromium.launch(chromiumLaunch({ autoplay: false }));
  try {
    // Whatever Playwright asks of a page counts as a gesture: this one is only opened.
    const there = await strict.newContext({ userAgent: TV_AGENT });
    await there.addCookies(await context.cookies());
    await (await there.newPage()).goto(server.url);
    await phone.getByRole('button', { name: 'Play on another device' }).click();
    await phone.getByRole('menuitem', { name: `Play on ${TV}` }).click();
    await expect(phone.getByText(`${TV} waits for a tap there`)).toBeVisible();
    await expect.poll(() => paused(phone)).toBe(true);
  } finally {
    await strict.close();
    await context.close();
  }
});

test('a device is named once, and renamed from another one', { tag: '@chromium' }, async ({ server, browser }) => {
  const { tv, phone, contexts } = await twoDevices(browser, server.url);
  await phone.goto(server.url);
  await tv.goto(`${server.url}/watch/sample`);
  await tv.locator('section').getByRole('button', { name: 'Play' }).click();

  // The first time there is another one it is asked, and answered once.
  const asked = phone.getByRole('form', { name: 'What do you call this device?' });
  await expect(asked.getByRole('textbox')).toHaveValue('My laptop');
  await asked.getByRole('textbox').fill('Ana’s laptop');
  await asked.getByRole('button', { name: 'Save' }).click();
  await expect(asked).toBeHidden();
  await phone.reload();
  await expect(devicesOn(phone)).toBeVisible();
  await expect(asked).toBeHidden();

  await devicesOn(phone).getByRole('button', { name: 'Rename your devices' }).click();
  const names = phone.getByRole('dialog', { name: 'Your devices' }).getByRole('listitem');
  await expect(names.first()).toContainText('Ana’s laptop');
  await expect(names.first()).toContainText('This device');
  await names
    .last()
    .getByRole('button', { name: `Rename ${TV}` })
    .click();
  await names.last().getByRole('textbox').fill('Living room');
  await phone.keyboard.press('Enter');
  await expect(names.last()).toContainText('Living room');
  await phone.keyboard.press('Escape');
  await expect(devicesOn(phone).getByRole('listitem')).toContainText('Living room');

  // Elsewhere both are called so, too.
  await devicesOn(phone).getByRole('button', { name: 'Play here' }).click();
  await expect(tv.getByText('Now playing on Ana’s laptop')).toBeVisible();
  await tv.getByRole('button', { name: 'Play on another device' }).click();
  await expect(tv.getByRole('menuitem', { name: 'Play on Ana’s laptop' })).toBeVisible();
  for (const context of contexts) await context.close();
});
