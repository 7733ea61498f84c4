import type { Locator, Page } from '@playwright/test';
import type { PartyPage } from '../../fixtures/party.page.ts';
import { expect, keeps, test } from '../../fixtures/test.ts';
import { hasWatched } from '../../fixtures/watched.ts';

/** A picture is there once the browser has drawn it. */
const showsPicture = (place: Locator) =>
  expect
    .poll(
      () =>
        place
          .locator('img')
          .evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)
          .catch(() => 0),
      {
        timeout: 40_000,
      },
    )
    .toBeGreaterThan(0);

const openParty = (page: Page) => page.getByRole('tab', { name: 'Party' }).click();
const nowPlaying = (page: Page) => page.getByRole('region', { name: 'Now playing' });
const PICTURE = /\/titles\/picture\?/;

/** Every picture that somebody's page gives the server from now on. */
function given(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'PUT' && PICTURE.test(request.url())) seen.push(new URL(request.url()).search);
  });
  return seen;
}

test('a party has the picture of its film in recent parties, in the history and in the row', async ({ server, newcomer }) => {
  await keeps(server.url);
  const ana = await newcomer('Ana');
  await ana.startWithSample(server.url);
  await ana.play();
  await openParty(ana.page);
  await showsPicture(nowPlaying(ana.page));
  await ana.pause();
  await ana.page.getByRole('button', { name: 'Leave party' }).first().click();

  const recent = ana.page.getByRole('region', { name: 'Your recent parties' }).getByRole('listitem');
  await expect(recent).toHaveCount(1);
  await showsPicture(recent);
  await hasWatched(ana.page.context(), server.url, 60);
  await ana.page.goto(server.url);
  await showsPicture(ana.page.getByRole('region', { name: 'Continue watching' }).getByRole('listitem'));
  await ana.page.goto(`${server.url}/history`);
  await showsPicture(ana.page.getByRole('main').getByRole('listitem'));
});

test('a film without a picture gets a frame of a player that shows it, once, and the others see it', async ({
  server,
  media,
  newcomer,
}) => {
  await keeps(server.url);
  const film = media.serve('hls', { path: 'The.Long.Way.Home.2024.m3u8' });
  const [ana, ben] = [await newcomer('Ana'), await newcomer('Ben')];
  const byAna = given(ana.page);
  await ana.startWithLink(server.url, film.url);
  // Ben has nothing to give.
  await ben.page.route(PICTURE, (route) => (route.request().method() === 'PUT' ? route.abort() : route.fallback()));
  await ben.join(await ana.partyLink());
  await openParty(ben.page);
  // Until there is one: a colour and letters.
  await expect(nowPlaying(ben.page)).toContainText('The Long Way Home (2024)');
  await expect(nowPlaying(ben.page).locator('img')).toHaveCount(0);
  await ana.play();
  await showsPicture(nowPlaying(ben.page));
  expect(byAna).toHaveLength(1);
  expect(byAna[0]).toContain('session=');

  // Another visit of Ana's, and another party with it, ask for none.
  await ana.startWithLink(server.url, film.url);
  await ana.play();
  await expect.poll(() => positionOf(ana), { timeout: 20_000 }).toBeGreaterThan(8);
  expect(byAna).toHaveLength(1);
  await openParty(ana.page);
  await showsPicture(nowPlaying(ana.page));
});

const positionOf = ({ page }: PartyPage) =>
  page.evaluate(() => document.querySelector<HTMLVideoElement>('hls-video, video')?.currentTime ?? 0);

test('what a page may show and not read keeps its colour and letters, and is tried once @chromium', async ({ server, media, newcomer }) => {
  await keeps(server.url);
  const film = media.serve('film', { path: 'The.Office.S01E02.720p.mp4' });
  const ana = await newcomer('Ana');
  const byAna = given(ana.page);
  await ana.startWithLink(server.url, film.url);
  await ana.play();
  await expect.poll(() => ana.page.evaluate(() => localStorage.getItem('cowatch.tainted')), { timeout: 20_000 }).toContain('url:');
  await openParty(ana.page);
  await expect(nowPlaying(ana.page)).toContainText('The Office · S1 E2');
  await expect(nowPlaying(ana.page).locator('img')).toHaveCount(0);
  expect(byAna).toEqual([]);
});

test('where data is to be saved nothing is drawn and nothing sent @chromium', async ({ server, media, newcomer }) => {
  const ana = await newcomer('Ana', {
    prepare: (context) =>
      context.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true }, configurable: true })),
  });
  const byAna = given(ana.page);
  await ana.page.goto(`${server.url}/watch?url=${encodeURIComponent(media.serve('hls').url)}`);
  await ana.page.getByRole('main').getByRole('button', { name: 'Play', exact: true }).click();
  await expect.poll(() => positionOf(ana), { timeout: 20_000 }).toBeGreaterThan(8);
  expect(byAna).toEqual([]);
});

test('a link that was looked at shows what it leads to, before anything is started with it @chromium', async ({
  server,
  media,
  newcomer,
}) => {
  const { page } = await newcomer('Ana');
  const film = media.serve('film', { path: 'Am%C3%A9lie.2001.1080p.mp4' });
  await page.goto(server.url);
  const field = page.getByRole('textbox', { name: 'Paste a video link' });
  await field.focus();
  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', text);
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, film.url);
  await field.fill(film.url);
  const form = page.locator('form');
  await expect(form.getByText('Amélie (2001)')).toBeVisible();
  await field.fill(`${film.url}x`);
  await expect(form.getByText('Amélie (2001)')).toBeHidden();
});

test('what a service says of a video comes late: its title and its picture show without a reload @chromium', async ({
  server,
  newcomer,
}) => {
  // The service's own player cannot be fetched here.
  const { page } = await newcomer('Ana', { scriptErrors: true });
  let known = false;
  await page.route('**/api/v1/media?*', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), title: known ? 'Big Buck Bunny' : null } });
  });
  const asked: boolean[] = [];
  await page.route(PICTURE, (route) => {
    asked.push(known);
    return known ? route.fulfill({ contentType: 'image/svg+xml', body: SVG }) : route.fulfill({ status: 404 });
  });
  await page.goto(`${server.url}/watch?url=${encodeURIComponent('https://www.youtube.com/watch?v=aqz-KE-bpKQ')}`);
  const title = page.getByRole('heading', { level: 1 });
  await expect(title).toHaveText('YouTube video');
  await expect.poll(() => asked.length).toBeGreaterThan(0);
  await expect(page.locator('.stage img')).toHaveCount(0);
  known = true;
  await expect(title).toHaveText('Big Buck Bunny');
  await showsPicture(page.locator('.stage'));
  // Not again and again: once before, and once for the news.
  expect(asked).toEqual([false, true]);
});

const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="9"><path fill="red" d="M0 0h16v9H0z"/></svg>';
