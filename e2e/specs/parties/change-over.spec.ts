import type { Page } from '@playwright/test';
import { machineNowMs } from '../../fixtures/bot.ts';
import { readVideo } from '../../fixtures/frames.ts';
import type { PartyPage } from '../../fixtures/party.page.ts';
import { QueuePage } from '../../fixtures/queue.page.ts';
import { expect, test } from '../../fixtures/test.ts';
import { expectTogether } from '../../fixtures/together.ts';

/** Length of the film and of a short one, in seconds. */
const FILM_S = 300;

/** Every video of a page: the one that is on comes first. */
const videosOf = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('video')].map(({ currentSrc, paused, readyState, slot }) => ({ currentSrc, paused, readyState, slot })),
  );

/** Where the party is known to be, so near the end that what comes next is counted down soon. */
async function nearTheEnd(person: PartyPage): Promise<void> {
  await person.play();
  await person.expectPlaying();
  await person.seekTo(FILM_S - 16, FILM_S);
  await person.expectPlaying();
}

test('what comes next is counted down, prepared unseen, and begins for all without a black picture', async ({
  server,
  newcomer,
  media,
}) => {
  const [ana, ben] = [await newcomer('Ana'), await newcomer('Ben')];
  const [one, two] = [media.serve('film', { path: 'One.mp4' }), media.serve('film', { path: 'Two.mp4' })];
  await ana.startWithLink(server.url, one.url);
  await ben.join(ana.page.url());
  const queue = new QueuePage(ana.page);
  await queue.open();
  await queue.add(two.url);
  await queue.expectOrder('Two');
  expect(await videosOf(ana.page)).toHaveLength(1);

  await nearTheEnd(ana);
  for (const person of [ana, ben]) {
    const next = person.page.getByRole('region', { name: 'Next', exact: true });
    await expect(next).toContainText('Two');
    // Replacing what is on is for hosts; the others see what comes.
    await expect(next.getByRole('button', { name: 'Now' })).toHaveCount(person === ana ? 1 : 0);
    const [on, prepared, ...others] = await videosOf(person.page);
    expect([on?.currentSrc, on?.slot, prepared?.currentSrc, prepared?.paused, others.length]).toEqual([one.url, 'media', two.url, true, 0]);
  }
  await expect.poll(async () => (await videosOf(ana.page))[1]?.readyState, { message: 'the next one is loaded' }).toBeGreaterThanOrEqual(3);

  for (const person of [ana, ben]) {
    await expect.poll(async () => (await readVideo(person.page)).src, { timeout: 20_000 }).toBe(two.url);
    // The picture of the next one is there when the one before it goes.
    expect((await readVideo(person.page)).readyState).toBeGreaterThanOrEqual(2);
    await person.expectPlaying();
    expect(await videosOf(person.page)).toHaveLength(1);
  }
  await expectTogether(ana, ben);
  expect(one.requests.length).toBeGreaterThan(0);
  await queue.expectOrder();
});

test('whoever may says now, or that it stays; then the next one waits at the end', { tag: '@chromium' }, async ({
  server,
  newcomer,
  media,
}) => {
  const ana = await newcomer('Ana');
  await ana.startWithLink(server.url, media.serve('film', { path: 'One.mp4' }).url);
  const queue = new QueuePage(ana.page);
  await queue.open();
  await queue.add(media.serve('film', { path: 'Two.mp4' }).url);
  await queue.add(media.serve('film', { path: 'Three.mp4' }).url);
  await nearTheEnd(ana);
  const next = ana.page.getByRole('region', { name: 'Next', exact: true });
  const sinceMs = machineNowMs();
  await next.getByRole('button', { name: 'Now' }).click();
  await expect.poll(async () => (await readVideo(ana.page)).src).toContain('Two.mp4');
  expect(machineNowMs() - sinceMs).toBeLessThan(8000);

  await ana.expectPlaying();
  await ana.seekTo(FILM_S - 14, FILM_S);
  await next.getByRole('button', { name: 'Stay' }).click();
  await expect(next).toContainText('Stays here at the end');
  await expect(next.getByRole('button', { name: 'Play next' })).toBeVisible({ timeout: 20_000 });
  expect((await readVideo(ana.page)).src).toContain('Two.mp4');
  await next.getByRole('button', { name: 'Play next' }).click();
  await expect.poll(async () => (await readVideo(ana.page)).src).toContain('Three.mp4');
  await ana.expectPlaying();
});

test('enough people who want to skip do', { tag: '@chromium' }, async ({ server, newcomer, media }) => {
  const people = [await newcomer('Ana'), await newcomer('Ben'), await newcomer('Cleo')] as const;
  const [ana, ben, cleo] = people;
  await ana.startWithLink(server.url, media.serve('film', { path: 'One.mp4' }).url);
  for (const person of [ben, cleo]) await person.join(ana.page.url());
  const bens = new QueuePage(ben.page);
  await bens.open();
  await bens.add(media.serve('film', { path: 'Two.mp4' }).url);
  await ben.page.getByRole('button', { name: /^Vote to skip/ }).click();
  await expect(cleo.page.getByText('Skip this? 1 of 2')).toBeVisible();
  await expect(ana.page.getByText('Skip this? 1 of 2')).toBeVisible();
  await cleo.page.getByRole('button', { name: 'Skip, too' }).click();
  for (const { page } of people) await expect.poll(async () => (await readVideo(page)).src).toContain('Two.mp4');
  await expect(ana.page.getByText(/^Skip this/)).toBeHidden();
});
