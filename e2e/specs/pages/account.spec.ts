import type { BrowserContext, Page } from '@playwright/test';
import { expect, keeps, test } from '../../fixtures/test.ts';
import { hasWatched } from '../../fixtures/watched.ts';

const PASSWORD = 'a few words make one';
const SAMPLE = encodeURIComponent('title:sample');
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

/** Tests share a server: everybody has a name of their own. */
const newName = () => `ana-${crypto.randomUUID().slice(0, 12)}`;

const row = (page: Page) => page.getByRole('region', { name: 'Continue watching' });
const card = (page: Page) => row(page).getByRole('link', { name: /Sample clip/ });
const ownAccount = (page: Page, name: string) => page.getByRole('link', { name: `Account of ${name}` });
const guestsWay = (page: Page) => page.getByRole('link', { name: 'Sign in' });

/** What the server knows of where somebody is in the sample, in seconds; NaN where it knows nothing. */
async function placeS(context: BrowserContext, url: string): Promise<number> {
  const answer = await context.request.get(`${url}/api/v1/resume/${SAMPLE}`);
  return answer.ok() ? ((await answer.json()) as { positionMs: number }).positionMs / 1000 : Number.NaN;
}

/** Makes an account without a page. */
async function makeAccount(context: BrowserContext, url: string): Promise<string> {
  const username = newName();
  await keeps(url);
  await context.request.get(`${url}/api/v1/me`);
  const data = { username, password: PASSWORD, deviceName: 'A program' };
  expect((await context.request.post(`${url}/api/v1/account`, { data })).status()).toBe(201);
  return username;
}

async function fillAndSend(page: Page, send: string, username: string, password: string): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('tabpanel').getByRole('button', { name: send, exact: true }).click();
}

async function signIn(page: Page, url: string, username: string, password = PASSWORD): Promise<void> {
  await page.goto(`${url}/account`);
  await fillAndSend(page, 'Sign in', username, password);
}

/** Shows a code on a page of `/link`; as it is shown. */
async function shownCode(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Show a code' }).click();
  const code = page.getByRole('status', { name: 'Code' });
  await expect(code).toHaveText(/^\w{4}-\w{4}$/);
  return String(await code.textContent());
}

test('what a guest watched is the account’s that they make, also by password, and by a code that another device allows', {
  tag: '@chromium',
}, async ({ server, browser }) => {
  const { url } = server;
  const name = newName();
  const laptop = await browser.newContext();
  await hasWatched(laptop, url, 100);
  // The one that is opened last is in front, and not held back by the browser.
  const [tab, page] = [await laptop.newPage(), await laptop.newPage()];
  await tab.goto(url);
  await expect(guestsWay(tab)).toBeVisible();
  await page.goto(url);
  await expect(card(page)).toBeVisible();
  await guestsWay(page).click();
  await page.getByRole('tab', { name: 'Make an account' }).click();
  await fillAndSend(page, 'Make an account', name, 'short');
  await expect(page.getByText('A password has at least 10 characters.')).toBeVisible();
  await fillAndSend(page, 'Make an account', name, PASSWORD);
  // The page begins anew, and so does the other tab of this browser.
  for (const each of [page, tab]) {
    await expect(ownAccount(each, name)).toBeVisible();
    await expect(card(each)).toBeVisible();
  }

  // Another browser, with the name and the password, and not with the wrong one.
  const other = await browser.newContext();
  const desk = await other.newPage();
  await signIn(desk, url, name, 'not this one, no');
  await expect(desk.getByText('Username or password is not right.')).toBeVisible();
  await expect(desk.getByLabel('Password', { exact: true })).toBeFocused();
  await fillAndSend(desk, 'Sign in', name, PASSWORD);
  await expect(ownAccount(desk, name)).toBeVisible();
  await expect(card(desk)).toBeVisible();

  // A phone that shows a code goes on to where it came from once it is allowed.
  const pocket = await browser.newContext({ userAgent: IPHONE });
  const phone = await pocket.newPage();
  await phone.goto(`${url}/history`);
  await guestsWay(phone).click();
  await phone.getByRole('link', { name: 'Use a code from another device' }).click();
  const code = await shownCode(phone);
  await page.goto(`${url}/link`);
  await page.getByRole('textbox', { name: 'Code' }).fill(code.toLowerCase());
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('heading', { name: `Sign in “Safari on iPhone” as ${name}?` })).toBeVisible();
  await page.getByRole('button', { name: 'Allow' }).click();
  await expect(page.getByText('“Safari on iPhone” is signed in')).toBeVisible();
  // Meanwhile this device is given a name.
  await page.getByRole('link', { name: 'To your account' }).click();
  const devices = page.getByRole('list', { name: 'Your devices' }).getByRole('listitem');
  const own = devices.filter({ hasText: 'This device' });
  await own.getByRole('button', { name: /^Rename / }).click();
  await own.getByRole('textbox').fill('Ana’s laptop');
  await page.keyboard.press('Enter');
  await expect(own.getByText('Ana’s laptop')).toBeVisible();
  await expect.poll(() => page.evaluate(() => localStorage.getItem('cowatch.device-name'))).toBe('Ana’s laptop');
  await expect(ownAccount(phone, name)).toBeVisible({ timeout: 15_000 });
  expect(new URL(phone.url()).pathname).toBe('/history');
  await expect(phone.getByRole('link', { name: 'Sample clip' })).toBeVisible();

  // All three are there; the phone is signed out, and a guest.
  await page.reload();
  await expect(devices).toHaveCount(3);
  await devices.getByRole('button', { name: 'Sign out Safari on iPhone' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(devices).toHaveCount(2);
  await phone.reload();
  await expect(guestsWay(phone)).toBeVisible();
  await expect(phone.getByText('Nothing yet')).toBeVisible();
  await expect.poll(() => placeS(other, url)).toBe(100);
  for (const context of [laptop, other, pocket]) await context.close();
});

test('a guest who opens the link of a code signs in first, and may refuse', { tag: '@chromium' }, async ({ server, browser }) => {
  const { url } = server;
  const [maker, tv, phone] = await Promise.all([browser.newContext(), browser.newContext(), browser.newContext()]);
  const name = await makeAccount(maker, url);
  const shown = await tv.newPage();
  await shown.goto(`${url}/link`);
  const code = (await shownCode(shown)).replace('-', '');
  await expect(shown.getByRole('img', { name: 'QR code of the link with the code' })).toBeVisible();

  const page = await phone.newPage();
  await page.goto(`${url}/link?code=${code}`);
  await expect(page.getByRole('heading', { name: 'Sign in to allow it' })).toBeVisible();
  await fillAndSend(page, 'Sign in', name, PASSWORD);
  await page.getByRole('button', { name: 'Refuse' }).click();
  await expect(page.getByText('stays out')).toBeVisible();
  await page.goto(`${url}/link?code=ZZZZZZZZ`);
  await expect(page.getByText('No device shows this code')).toBeVisible();
  await expect(shown.getByText('This code is no longer good')).toBeVisible({ timeout: 15_000 });
  for (const context of [maker, tv, phone]) await context.close();
});

test('a passkey is added and used', { tag: '@chromium' }, async ({ server, browser }) => {
  // Passkeys belong to a name, not to an address in numbers.
  const url = `http://localhost:${server.port}`;
  const context = await browser.newContext();
  const name = await makeAccount(context, url);
  const page = await context.newPage();
  // As a browser that offers no passkeys among the names to fill in: this device would take that offer before the press.
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${url}/account`);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill('not this one, no');
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(dialog.getByText('This is not your password.')).toBeVisible();
  await dialog.getByLabel('Your password').fill(PASSWORD);
  await dialog.getByLabel('Name of the passkey').fill('My thumb');
  await dialog.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('list', { name: 'Passkeys' }).getByText('My thumb')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(guestsWay(page)).toBeVisible();

  await guestsWay(page).click();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(ownAccount(page, name)).toBeVisible();
  await context.close();
});

test('what a guest watched without a line is sent by the account they bring it along to, and by no other', {
  tag: '@chromium',
}, async ({ server, browser }) => {
  const { url } = server;
  const [maker, context] = await Promise.all([browser.newContext(), browser.newContext()]);
  const name = await makeAccount(maker, url);
  const cut = await context.newPage();
  await cut.routeWebSocket(/socket\.io/, (line) => line.close());
  await cut.route('**/api/v1/resume/batch', (route) => route.abort());
  await cut.goto(`${url}/watch/sample`);
  await cut.locator('section').getByRole('button', { name: 'Play' }).click();
  const video = cut.locator('video');
  const positionS = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
  await expect.poll(positionS).toBeGreaterThan(0.5);
  for (let i = 0; i < 5; i += 1) await cut.keyboard.press('l');
  await expect.poll(positionS).toBeGreaterThan(51);
  await cut.keyboard.press('k');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.paused)).toBe(true);
  const stoppedS = await positionS();
  await expect(cut.getByText('Saved on this device')).toBeVisible();
  await cut.close();
  expect(await placeS(context, url)).toBeNaN();

  const page = await context.newPage();
  await signIn(page, url, name);
  await expect(ownAccount(page, name)).toBeVisible();
  expect(await placeS(maker, url)).toBeNaN();
  await page.getByRole('button', { name: 'Bring it along' }).click();
  await expect(page.getByRole('button', { name: 'Start a party' })).toBeVisible();
  await expect.poll(async () => Math.abs((await placeS(context, url)) - stoppedS)).toBeLessThan(0.1);
  await expect.poll(async () => Math.abs((await placeS(maker, url)) - stoppedS)).toBeLessThan(0.1);
  for (const each of [maker, context]) await each.close();
});

test('everything is erased, for a guest and for an account, which is then gone', { tag: '@chromium' }, async ({ server, browser }) => {
  const { url } = server;
  const context = await browser.newContext();
  await hasWatched(context, url, 100);
  const page = await context.newPage();
  await page.goto(`${url}/account`);
  await page.getByRole('button', { name: 'Erase everything' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Erase it all' }).click();
  await expect(page.getByRole('button', { name: 'Start a party' })).toBeVisible();
  await expect(card(page)).toBeHidden();

  const name = await makeAccount(context, url);
  await hasWatched(context, url, 100);
  await page.goto(`${url}/account`);
  await page.getByRole('button', { name: 'Erase everything' }).click();
  await page.getByLabel('Your password').fill('not this one, no');
  await page.getByRole('button', { name: 'Erase it all' }).click();
  await expect(page.getByText('This is not your password.')).toBeVisible();
  await page.getByLabel('Your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Erase it all' }).click();
  await expect(guestsWay(page)).toBeVisible();
  await expect(card(page)).toBeHidden();
  expect(await placeS(context, url)).toBeNaN();
  await signIn(page, url, name);
  await expect(page.getByText('Username or password is not right.')).toBeVisible();
  await context.close();
});
