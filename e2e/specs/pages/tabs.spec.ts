import { createSession, joinAsBot } from '../../fixtures/bot.ts';
import { readVideo } from '../../fixtures/frames.ts';
import { PartyPage } from '../../fixtures/party.page.ts';
import { expect, keeps, test } from '../../fixtures/test.ts';

// Tabs of one browser do not fight, and a page that slept says so.

test('of two tabs in one party one is in it, and each can take it from the other', { tag: '@chromium' }, async ({ server, newcomer }) => {
  const ana = await newcomer('Ana');
  const ben = await newcomer('Ben');
  await ana.startWithSample(server.url);
  const link = await ana.partyLink();
  await ben.join(link);
  const second = new PartyPage(await ben.page.context().newPage(), 'Ben');
  await second.page.goto(link);
  const cover = (person: PartyPage) => person.page.getByRole('heading', { name: 'This party is open in another tab' });
  await expect(cover(second)).toBeVisible();
  await expect(ben.pill).toBeVisible();

  await second.page.getByRole('button', { name: 'Use this one' }).click();
  await expect(second.pill).toBeVisible();
  await expect(cover(ben)).toBeVisible();
  await ana.play();
  await second.expectPlaying();
  expect((await readVideo(ben.page)).paused).toBe(true);
  // One person on one device, whichever tab it is.
  await expect(ana.people.getByRole('listitem')).toHaveCount(2);
  await expect(ana.people.getByText('2 devices')).toBeHidden();

  await ben.page.getByRole('button', { name: 'Use this one' }).click();
  await expect(ben.pill).toBeVisible();
  await expect(cover(second)).toBeVisible();
  // A tab that goes leaves it to whoever asks.
  await ben.page.close();
  await second.page.reload();
  await expect(second.pill).toBeVisible();
});

test('of two tabs that watch one title alone the last that was played goes on', { tag: '@chromium' }, async ({ server, newcomer }) => {
  await keeps(server.url);
  const { page } = await newcomer('Ana');
  const other = await page.context().newPage();
  for (const each of [page, other]) {
    await each.goto(`${server.url}/watch/sample`);
    await each
      .getByRole('button', { name: /^(Play|Resume at .*)$/ })
      .first()
      .click();
  }
  await expect(page.getByText('Now playing in another tab')).toBeVisible();
  await expect(other.getByText('Now playing in another tab')).toBeHidden();
  await page.getByRole('button', { name: 'Play here' }).click();
  await expect(other.getByText('Now playing in another tab')).toBeVisible();
  await expect(page.getByText('Now playing in another tab')).toBeHidden();
});

test('a page that slept catches up, and says where the party is', { tag: '@chromium' }, async ({ server, newcomer }) => {
  const { info, cookie } = await createSession(server.url, { media: { titleId: 'sample' } });
  const host = await joinAsBot(server.url, info.id, { name: 'Host', cookie });
  const ben = await newcomer('Ben');
  try {
    await ben.join(info.url);
    await expect(ben.page.getByRole('list', { name: 'What just happened' })).toBeAttached();
    // The wall clock jumps on while nothing runs, as it does for a lid that was closed.
    await ben.page.evaluate(() => {
      const now = Date.now;
      Date.now = () => now() + 3_600_000;
    });
    await expect(ben.page.getByText(/^Welcome back · the party is at \d/)).toBeVisible({ timeout: 15_000 });
  } finally {
    host.close();
  }
});
