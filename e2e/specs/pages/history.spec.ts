import type { Page } from '@playwright/test';
import { expect, keeps, test } from '../../fixtures/test.ts';

const DAY_MS = 86_400_000;

/** What somebody has watched, as another program of theirs says it: the newest first, an hour apart. */
async function watched(
  page: Page,
  url: string,
  films: readonly { readonly address: string; readonly share: number; readonly id?: string }[],
) {
  const { viewerId } = (await (await page.request.get(`${url}/api/v1/me`)).json()) as { viewerId: string };
  const nowMs = Date.now();
  const items = films.map(({ address, share, id }, i) => ({
    contentId: id ?? `film-${i}`,
    committed: true,
    sittingId: i.toString(16).padStart(32, '0'),
    seq: 1,
    intentAtMs: nowMs - i * (DAY_MS / 6),
    savedAtMs: nowMs,
    durationMs: 6_000_000,
    positionMs: Math.round(share * 6_000_000),
    watchedMs: 600_000,
    previousPositionMs: null,
    state: share > 0.95 ? 'completed' : 'active',
    media: { url: address, title: null },
  }));
  const data = { viewerId, device: { id: 'device-tv', name: 'A TV' }, items };
  expect((await page.request.post(`${url}/api/v1/resume/batch`, { data })).ok()).toBe(true);
}

const FILMS = [
  { id: 'title:sample', address: '/media/sample.mp4', share: 0.5 },
  { address: 'https://cdn.example/The.Long.Way.Home.2024.1080p.WEB-DL.x264.mp4', share: 0.4 },
  { address: 'https://cdn.example/shows/The.Office.S01E02.720p.mkv', share: 1 },
  { address: 'https://cdn.example/Am%C3%A9lie.2001.FRENCH.1080p.mkv', share: 0.7 },
  { address: 'https://cdn.example/films/master.m3u8', share: 0.1 },
  { address: 'https://www.youtube.com/watch?v=aqz-KE-bpKQ', share: 0.2 },
  { address: 'https://cdn.example/VID_20240101_120000.mp4', share: 0.9 },
  { address: 'https://cdn.example/東京物語.1953.mkv', share: 0.3 },
];

test('the history has readable titles, pictures, how far one is, and finds what is looked for @chromium', async ({ server, newcomer }) => {
  const { page } = await newcomer('Ana');
  const { url } = server;
  await page.goto(url);
  await keeps(url);
  await watched(page, url, FILMS);

  // Nothing moves once it shows: the room of everything is there from the beginning.
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) (window as never as { shift: number }).shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`${url}/history`);
  const list = page.getByRole('main').getByRole('listitem');
  const film = list.filter({ hasText: 'The Long Way Home (2024)' });
  await expect(film).toContainText('1 h left');
  await expect(list.filter({ hasText: 'The Office · S1 E2' })).toContainText('Watched to the end');
  for (const name of ['Amélie (2001)', 'YouTube video', 'Recording of January 1, 2024', '東京物語 (1953)', 'cdn.example'])
    await expect(list.filter({ hasText: name })).toHaveCount(1);
  expect(await page.evaluate(() => (window as never as { shift: number }).shift)).toBeLessThan(0.05);

  const search = page.getByRole('searchbox', { name: 'Search your history' });
  await search.pressSequentially('amelie');
  await expect(list).toHaveCount(1);
  await expect(list).toContainText('Amélie (2001)');
  await search.fill('nowhere');
  await expect(page.getByRole('heading', { name: 'Nothing called “nowhere”' })).toBeVisible();
  await search.press('Escape');
  await expect(list).toHaveCount(FILMS.length);
  // The picture that the server has; the others have a colour and letters.
  await expect(list.locator('img')).toHaveCount(1);
  await expect(list.filter({ hasText: 'Sample clip' }).locator('img')).toBeVisible();
});
