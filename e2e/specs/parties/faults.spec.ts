import type { BrowserContext } from '@playwright/test';
import { createSession, machineNowMs } from '../../fixtures/bot.ts';
import { readVideo } from '../../fixtures/frames.ts';
import { type PartyPage, write } from '../../fixtures/party.page.ts';
import { expect, test } from '../../fixtures/test.ts';
import { expectTogether } from '../../fixtures/together.ts';

// What links do to people who watch: each test makes one fault, on a media server that has it, and asks what two people
// see of it.

const FILM_S = 300;
/** Of a broadcast that has gone on for so long already. */
const LIVE_HEAD_S = 100;
const positionOf = async ({ page }: PartyPage) => (await readVideo(page)).currentTimeS;

/** Seeks that a person's player was asked for since then. */
const seeksSince = async ({ page }: PartyPage, sinceMs: number) =>
  (await readVideo(page, sinceMs)).events.filter(({ kind }) => kind === 'seek-write').length;

/** Ana and Ben in a party of their own with this link; Ana starts it. */
type Two = { readonly ana: PartyPage; readonly ben: PartyPage; readonly url: string };

const both = test.extend<{
  watch: (link: string, forBen?: (context: BrowserContext) => Promise<void>) => Promise<Two>;
}>({
  watch: async ({ server, newcomer }, use) => {
    await use(async (link, forBen) => {
      const { info } = await createSession(server.url, { media: { url: link } });
      const url = `${server.url}/s/${info.id}`;
      const ana = await newcomer('Ana');
      const ben = await newcomer('Ben', forBen ? { prepare: forBen } : {});
      await ana.join(url);
      await ben.join(url);
      return { ana, ben, url };
    });
  },
});

both('a link that expires is told, and a fresh one of the same file keeps everyone’s place', async ({ media, watch }) => {
  const film = media.serve('film', { signed: true, bytesPerSecond: 150_000, path: 'films/The.Film.2010.mp4' });
  const { ana, ben } = await watch(film.url);
  await ana.play();
  await ana.expectPlaying();
  await ben.expectPlaying();

  const fresh = film.sign();
  // What has been loaded plays on; beyond it the link is asked again.
  await ana.seekTo(200, FILM_S);
  for (const { page } of [ana, ben]) {
    const told = page.getByRole('alert').filter({ hasText: 'This link has expired, or it is not for everyone.' });
    await expect(told.getByRole('button', { name: 'Change video' })).toBeVisible({ timeout: 20_000 });
  }

  await ana.page.getByRole('alert').getByRole('button', { name: 'Change video' }).click();
  const dialog = ana.page.getByRole('dialog');
  await write(dialog.getByRole('textbox', { name: 'Paste a video link' }), fresh);
  await dialog.getByRole('button', { name: 'Play this instead' }).click();
  await expect(dialog).toBeHidden();
  await ana.expectPlaying();
  await ben.expectPlaying();
  for (const person of [ana, ben]) {
    expect(await positionOf(person)).toBeGreaterThan(195);
    expect(await positionOf(person)).toBeLessThan(260);
  }
  await expectTogether(ana, ben);
});

both('a hole in one person’s stream moves nobody else, and a landing in it ends', { tag: '@chromium' }, async ({ media, watch }) => {
  const gap = { fromS: 32, toS: 40, how: 'stated' } as const;
  const film = media.serve('hls');
  const broken = media.serve('hls', { gap });
  // Of the same stream Ben's network gets the playlist of the broken one.
  const { ana, ben } = await watch(film.url, async (context) => {
    await context.route(film.url, (route) => route.continue({ url: broken.url }));
  });
  await ana.seekTo(27, FILM_S);
  await ana.play();
  await ana.expectPlaying();
  const beganMs = machineNowMs();
  await expect.poll(() => positionOf(ana), { timeout: 30_000 }).toBeGreaterThan(41);
  await expectTogether(ana, ben);

  const { events } = await readVideo(ana.page, beganMs);
  expect(events.filter(({ kind }) => kind === 'seeking' || kind === 'seek-write')).toEqual([]);
  await expect(ana.page.getByText(/^Ben jumped/)).toHaveCount(0);

  // Into the hole: Ben's picture is there again where it goes on.
  await ana.seekTo(33, FILM_S);
  await expect.poll(() => positionOf(ben), { timeout: 20_000 }).toBeGreaterThan(40.5);
  await expectTogether(ana, ben);
});

both('pieces that a server does not have are a hole like any other', { tag: '@chromium' }, async ({ media, watch }) => {
  const broken = media.serve('hls', { gap: { fromS: 8, toS: 14, how: 'missing' } });
  const { ana, ben } = await watch(broken.url);
  await ana.play();
  await ana.expectPlaying();
  const beganMs = machineNowMs();
  for (const person of [ana, ben]) {
    await expect.poll(() => positionOf(person), { timeout: 20_000 }).toBeGreaterThan(14.5);
    await person.expectPlaying();
    expect(await seeksSince(person, beganMs)).toBeLessThanOrEqual(2);
  }
  await expectTogether(ana, ben);
  const gone = broken.requests.filter(({ status }) => status === 404).map(({ file }) => file);
  // Each of the three once by each of the two.
  expect(new Set(gone).size).toBe(3);
  expect(gone.length).toBeLessThanOrEqual(6);
});

both('a recording that does not say its length is no broadcast for whoever comes later', async ({ media, server, newcomer }) => {
  const ana = await newcomer('Ana');
  await ana.startWithLink(server.url, media.serve('recording').url);
  const ben = await newcomer('Ben');
  await ben.join(ana.page.url());
  await ana.play();
  await ben.expectPlaying();
  for (const person of [ana, ben]) {
    await person.showControls();
    await expect(person.player.getByText('of 0:30')).toBeAttached();
    await expect(person.player.getByText('Live', { exact: true })).toHaveCount(0);
  }
  await expectTogether(ana, ben);
});

both('who joins after the end sees the last picture, still and silent', async ({ media, watch, newcomer }) => {
  const { ana, url } = await watch(media.serve('short').url);
  await ana.play();
  await expect.poll(async () => (await readVideo(ana.page)).ended, { timeout: 25_000 }).toBe(true);

  const cleo = await newcomer('Cleo');
  await cleo.join(url);
  await expect(cleo.page.getByText('That was it.')).toBeVisible();
  await expect.poll(() => positionOf(cleo)).toBeGreaterThan(7.8);
  const { events, paused } = await readVideo(cleo.page);
  expect(paused).toBe(true);
  expect(events.filter(({ kind }) => kind === 'playing')).toEqual([]);
});

both('a broadcast that ends becomes a recording, and people stay where they are in it', { tag: '@chromium' }, async ({ media, watch }) => {
  const live = media.serve('broadcast', { headS: LIVE_HEAD_S, windowS: 40 });
  const { ana, ben } = await watch(live.url);
  await ana.play();
  await ana.expectPlaying(2);
  await ben.expectPlaying(2);
  const before = await positionOf(ana);
  const beforeMs = machineNowMs();
  live.end('recording');
  const video = (person: PartyPage) => person.page.evaluate(() => document.querySelector<HTMLVideoElement>('hls-video')?.duration);
  for (const person of [ana, ben]) await expect.poll(() => video(person), { timeout: 20_000 }).toBeLessThan(400);
  // Whoever joined when: the recording is numbered from its own start, and both are in sync on one picture of it.
  await expect.poll(async () => ((await video(ana)) ?? 0) === (await video(ben)), { timeout: 20_000 }).toBe(true);
  for (const person of [ana, ben]) await person.expectInSync(20_000);
  const sinceS = (machineNowMs() - beforeMs) / 1000;
  const nowS = await positionOf(ana);
  expect(nowS).toBeGreaterThan(before);
  expect(nowS).toBeLessThan(LIVE_HEAD_S + 40 + sinceS);
  await ana.pause();
  for (const person of [ana, ben]) await person.expectStopped();
  await expect.poll(async () => Math.abs((await positionOf(ana)) - (await positionOf(ben)))).toBeLessThan(0.05);
});

both('a link without ranges says that it is watched from its start, and is not sought for ever', async ({ media, watch }) => {
  const film = media.serve('film', { ranges: false, bytesPerSecond: 200_000 });
  const { ana } = await watch(film.url);
  await ana.play();
  await ana.expectPlaying();
  const sinceMs = machineNowMs();
  await ana.seekTo(250, FILM_S);
  await expect(ana.page.getByText('This link can only be watched from its start.')).toBeVisible({ timeout: 30_000 });
  expect(await seeksSince(ana, sinceMs)).toBeLessThanOrEqual(4);
  await ana.page.getByRole('button', { name: 'Watch from the start' }).click();
  await ana.expectPlaying();
});

both('a file that was cut says where it breaks off, and what is before it plays', { tag: '@chromium' }, async ({ media, watch }) => {
  const film = media.serve('film', { truncatedAt: 0.3 });
  const { ana } = await watch(film.url);
  await ana.play();
  await ana.expectPlaying();
  const sinceMs = machineNowMs();
  await ana.seekTo(200, FILM_S);
  await expect(ana.page.getByText('This video breaks off here.')).toBeVisible({ timeout: 30_000 });
  expect(await seeksSince(ana, sinceMs)).toBeLessThanOrEqual(4);
  await ana.seekTo(20, FILM_S);
  await ana.expectPlaying();
});
