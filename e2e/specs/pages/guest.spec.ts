import type { BrowserContext, Page } from '@playwright/test';
import { expect, keeps, test } from '../../fixtures/test.ts';

// Whose is what was watched in a browser, once somebody signs in there?

const PASSWORD = 'a few words make one';
const newName = () => `ana-${crypto.randomUUID().slice(0, 12)}`;

const row = (page: Page) => page.getByRole('region', { name: 'Continue watching' });
const guestsWay = (page: Page) => page.getByRole('link', { name: 'Sign in' });
const ownAccount = (page: Page, name: string) => page.getByRole('link', { name: `Account of ${name}` });
const question = (page: Page) => page.getByRole('heading', { name: 'Bring along what was watched here?' });

/** Somebody has watched some titles in a browser, as another program of theirs says. */
async function hasWatched(context: BrowserContext, url: string, titles: readonly string[]): Promise<void> {
  await keeps(url);
  const { viewerId } = (await (await context.request.get(`${url}/api/v1/me`)).json()) as { viewerId: string };
  const nowMs = Date.now();
  const items = titles.map((title, n) => ({
    contentId: `title:${title}`,
    committed: true,
    sittingId: crypto.randomUUID().replaceAll('-', ''),
    intentAtMs: nowMs - 1000 * (titles.length - n),
    savedAtMs: nowMs,
    positionMs: 100_000,
    durationMs: 3_600_000,
    seq: 1,
    state: 'active',
    watchedMs: 600_000,
    previousPositionMs: null,
    media: { url: `https://films.example/${title}.mp4`, title },
  }));
  for (let from = 0; from < items.length; from += 50) {
    const data = { viewerId, device: { id: 'device-other', name: 'A player' }, items: items.slice(from, from + 50) };
    expect((await context.request.post(`${url}/api/v1/resume/batch`, { data })).ok()).toBe(true);
  }
}

async function makeAccount(context: BrowserContext, url: string): Promise<string> {
  const username = newName();
  await keeps(url);
  await context.request.get(`${url}/api/v1/me`);
  const data = { username, password: PASSWORD, deviceName: 'A program' };
  expect((await context.request.post(`${url}/api/v1/account`, { data })).status()).toBe(201);
  return username;
}

async function signIn(page: Page, url: string, username: string): Promise<void> {
  await page.goto(`${url}/account?to=/history`);
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('tabpanel').getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/account`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(guestsWay(page)).toBeVisible();
}

test('a friend signs in on my laptop: my history is not theirs, and mine again once they sign out', {
  tag: '@chromium',
}, async ({ server, browser }) => {
  const { url } = server;
  const [friends, laptop] = [await browser.newContext(), await browser.newContext()];
  const name = await makeAccount(friends, url);
  await hasWatched(laptop, url, ['Mine before', 'Mine']);
  const page = await laptop.newPage();
  await page.goto(url);
  await expect(row(page).getByText('Mine', { exact: true })).toBeVisible();

  await signIn(page, url, name);
  await expect(question(page)).toBeVisible();
  await expect(page.getByText('2 titles')).toBeVisible();
  await expect(page.getByText('The last one: Mine')).toBeVisible();
  await page.getByRole('button', { name: 'Leave it here' }).click();
  await expect(page.getByText('Nothing yet')).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/history');
  await expect(ownAccount(page, name)).toBeVisible();

  await signOut(page, url);
  await expect(row(page).getByText('Mine', { exact: true })).toBeVisible();
  // Whoever was asked once is not asked again.
  await signIn(page, url, name);
  await expect(page.getByText('Nothing yet')).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/history');
  for (const each of [friends, laptop]) await each.close();
});

test('what was watched here is brought along by keyboard, and taken out again', { tag: '@chromium' }, async ({ server, browser }) => {
  const { url } = server;
  const [own, laptop] = [await browser.newContext(), await browser.newContext()];
  const name = await makeAccount(own, url);
  await hasWatched(own, url, ['At home']);
  await hasWatched(laptop, url, ['On the road']);
  const page = await laptop.newPage();
  await signIn(page, url, name);
  await expect(question(page)).toBeVisible();
  await page.getByRole('button', { name: 'Bring it along' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: 'On the road' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'At home' })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/history');

  await page.goto(`${url}/account`);
  const came = page.getByRole('list', { name: 'What came along' });
  await expect(came.getByText('1 title came along')).toBeVisible();
  await came.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take it out' }).click();
  // It is the guest's of this browser again, and offered once more.
  await expect(page.getByRole('button', { name: 'Bring it along' })).toBeVisible();
  await expect(page.getByText('The last one: On the road')).toBeVisible();
  await page.goto(`${url}/history`);
  await expect(page.getByRole('link', { name: 'At home' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'On the road' })).toBeHidden();
  await signOut(page, url);
  await expect(row(page).getByText('On the road')).toBeVisible();
  for (const each of [own, laptop]) await each.close();
});

test('whoever reads a code off a screen gets nothing of what was watched there, unless it is said there', {
  tag: '@chromium',
}, async ({ server, browser }) => {
  const { url } = server;
  const [reader, tv] = [await browser.newContext(), await browser.newContext()];
  await makeAccount(reader, url);
  await hasWatched(tv, url, ['Of the family']);
  const page = await tv.newPage();
  await page.goto(`${url}/link`);
  await page.getByRole('button', { name: 'Show a code' }).click();
  const code = page.getByRole('status', { name: 'Code' });
  await expect(code).toHaveText(/^\w{4}-\w{4}$/);
  const userCode = String(await code.textContent());
  expect((await reader.request.post(`${url}/api/v1/link/approve`, { data: { userCode } })).status()).toBe(204);
  await expect(question(page)).toBeVisible({ timeout: 15_000 });
  const buttons = page.getByRole('main').getByRole('button');
  await expect(buttons.first()).toHaveText('Leave it here');
  const { entries } = (await (await reader.request.get(`${url}/api/v1/history`)).json()) as { entries: unknown[] };
  expect(entries).toEqual([]);
  for (const each of [reader, tv]) await each.close();
});

test('thousands of titles come along while one goes on', { tag: '@chromium' }, async ({ server, browser }) => {
  const { url } = server;
  const [own, laptop] = [await browser.newContext(), await browser.newContext()];
  const name = await makeAccount(own, url);
  const titles = Array.from({ length: 1200 }, (_, n) => `Film ${n}`);
  await hasWatched(laptop, url, titles);
  const page = await laptop.newPage();
  await signIn(page, url, name);
  await expect(page.getByText('1,200 titles')).toBeVisible();
  await page.getByRole('button', { name: 'Bring it along' }).click();
  await expect(page.getByRole('progressbar', { name: 'Bringing it along' }).or(page.getByText('came along'))).toBeVisible();
  await page.goto(`${url}/account`);
  await expect(page.getByText('1,200 titles came along')).toBeVisible({ timeout: 60_000 });
  for (const each of [own, laptop]) await each.close();
});

test('the parties of a browser are each one’s own, and nobody is asked about a guest who has none', {
  tag: '@chromium',
}, async ({ server, browser }) => {
  const { url } = server;
  const [friends, laptop] = [await browser.newContext(), await browser.newContext()];
  const name = await makeAccount(friends, url);
  const page = await laptop.newPage();
  const parties = page.getByRole('region', { name: 'Your recent parties' }).getByRole('link');
  const startParty = async () => {
    await page.goto(url);
    await page.getByRole('button', { name: 'Try with a sample' }).click();
    await expect(page.getByRole('list', { name: 'People' })).toBeVisible();
    return new URL(page.url()).pathname;
  };
  await page.goto(url);
  await signIn(page, url, name);
  await expect(page.getByText('Nothing yet')).toBeVisible();
  const theirs = await startParty();
  await signOut(page, url);
  await expect(parties).toHaveCount(0);
  await signIn(page, url, name);
  await expect(page.getByText('Nothing yet')).toBeVisible();
  await signOut(page, url);

  const mine = await startParty();
  await page.goto(url);
  await expect(parties).toHaveCount(1);
  await expect(parties).toHaveAttribute('href', mine);
  await signIn(page, url, name);
  await expect(question(page)).toBeVisible();
  await page.getByRole('button', { name: 'Leave it here' }).click();
  await expect(page.getByText('Nothing yet')).toBeVisible();
  await page.goto(url);
  await expect(parties).toHaveCount(1);
  await expect(parties).toHaveAttribute('href', theirs);
  for (const each of [friends, laptop]) await each.close();
});
