import { readVideo } from '../../fixtures/frames.ts';
import { expect, test } from '../../fixtures/test.ts';
import { expectTogether } from '../../fixtures/together.ts';
import { blockYoutube, stubYoutube, YOUTUBE_URL } from '../../stubs/youtube/youtube-stub.ts';

const SAMPLE_S = 300;

// The stub is the same script in every browser: one of them tells what there is to tell.
test('a party on a YouTube-like player: create, share, join, play, pause, seek, speed, reload, remove', { tag: '@chromium' }, async ({
  server,
  newcomer,
}) => {
  test.setTimeout(120_000);
  const withStub = { prepare: stubYoutube };
  const ana = await newcomer('Ana', withStub);
  const ben = await newcomer('Ben', withStub);
  await ana.startWithLink(server.url, YOUTUBE_URL);
  const link = await ana.partyLink();
  await ben.join(link);

  await ana.play();
  await ana.expectPlaying();
  await ben.expectPlaying();
  await expectTogether(ana, ben);

  await ben.pause();
  await ana.expectStopped();
  await ben.expectStopped();

  await ana.seekTo(150, SAMPLE_S);
  await expect.poll(async () => Math.abs((await readVideo(ben.page)).currentTimeS - 150)).toBeLessThan(2);
  await ben.play();
  await ana.expectPlaying();
  await ben.expectPlaying();
  await expectTogether(ana, ben);

  await ana.setSpeed(1.5);
  for (const person of [ana, ben]) await expect.poll(async () => (await readVideo(person.page)).rate).toBe(1.5);
  await expectTogether(ana, ben);
  await ana.setSpeed(1);

  await ben.page.reload();
  await expect(ben.pill).toBeVisible();
  await ben.expectPlaying();
  await expectTogether(ana, ben);

  await ana.remove('Ben');
  await expect(ben.page.getByRole('heading', { name: 'You were removed from this party' })).toBeVisible();
});

test('an advert on one side holds nobody else', { tag: '@chromium' }, async ({ server, newcomer }) => {
  test.setTimeout(60_000);
  const ana = await newcomer('Ana', { prepare: stubYoutube });
  const ben = await newcomer('Ben', { prepare: (context) => stubYoutube(context, { advertMs: 5000 }) });
  await ana.startWithLink(server.url, YOUTUBE_URL);
  await ana.play();
  await ana.expectPlaying(2);
  await ben.join(await ana.partyLink());
  await ana.expectPlaying(4);
  await ben.expectPlaying();
  await expectTogether(ana, ben);
});

test('YouTube out of reach is said within ten seconds', { tag: '@chromium' }, async ({ server, newcomer }) => {
  const ana = await newcomer('Ana', { prepare: blockYoutube, scriptErrors: true });
  await ana.startWithLink(server.url, YOUTUBE_URL);
  await expect(ana.page.getByRole('alert')).toContainText('YouTube cannot be reached', { timeout: 10_000 });
});
