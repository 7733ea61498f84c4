import type { Page } from '@playwright/test';
import { createSession } from '../../fixtures/bot.ts';
import { write } from '../../fixtures/party.page.ts';
import { expect, test } from '../../fixtures/test.ts';
import type { UnrulyMedia } from '../../fixtures/unruly-media.ts';

const field = (page: Page) => page.getByRole('textbox', { name: 'Paste a video link' });
const startButton = (page: Page) => page.getByRole('button', { name: 'Start a party' });
const anyway = (page: Page) => page.getByRole('button', { name: 'Start anyway' });

async function tryLink(page: Page, url: string): Promise<void> {
  await write(field(page), url);
  await startButton(page).click();
}

const NOT_FOUND = /^There is no video at this link any more/;
const REFUSED = /^This link has expired, or it is not for everyone/;
const UNREACHABLE = /^The server of this link cannot be reached from here/;
const NOT_A_VIDEO = /^There is no video at this link, but something else/;
const OWN_SITE = /^This video plays only on its own site/;

/** Links that cannot start a party, what is said, and whether one may start anyway. */
const DEAD: readonly (readonly [what: string, url: (media: UnrulyMedia) => string, says: RegExp, anyway: boolean])[] = [
  ['a file that is gone', (media) => media.serve('film', { status: 404 }).url, NOT_FOUND, false],
  ['a stream that is gone', (media) => media.serve('hls', { status: 410 }).url, NOT_FOUND, false],
  ['a stream whose pieces are gone', (media) => media.serve('hls', { gap: { fromS: 0, toS: 300, how: 'missing' } }).url, NOT_FOUND, false],
  ['a link that has expired', (media) => media.serve('film', { status: 403 }).url, REFUSED, false],
  ['a server with a problem', (media) => media.serve('film', { status: 500 }).url, /^The server of this link has a problem/, true],
  ['nobody there', (media) => media.refused, UNREACHABLE, true],
  ['no such host', (media) => media.unknownHost, UNREACHABLE, true],
  ['https where there is none', (media) => media.wrongHttps, UNREACHABLE, true],
  ['a page', (media) => media.serve('page').url, NOT_A_VIDEO, false],
  ['a page where a stream should be', (media) => media.serve('page', { path: 'live.m3u8' }).url, NOT_A_VIDEO, false],
  ['a stream of one site only', (media) => media.serve('dash', { cors: false }).url, OWN_SITE, true],
  ['pictures of a kind no browser knows', (media) => media.serve('mpeg2').url, /^The picture of this video is MPEG-2, which/, true],
  ['pictures behind which the index is', (media) => media.serve('prores').url, /^The picture of this video is ProRes, which/, true],
  ['sound of a kind few browsers know', (media) => media.serve('ac3').url, /^The sound of this video is AC-3/, true],
  [
    'a stream of codecs nobody has',
    (media) => media.serve({ hlsCodecs: 'dvh1.05.06,ec-3' }).url,
    /^The picture of this video is Dolby Vision/,
    true,
  ],
  [
    'what may not be read and does not play',
    (media) => media.serve('film', { status: 404, cors: false }).url,
    /^This browser cannot play what is at this link/,
    true,
  ],
];

test('a stream at an address that does not say so plays, also in a party that others started with it', { tag: '@chromium' }, async ({
  server,
  media,
  newcomer,
}) => {
  const ana = await newcomer('Ana');
  await ana.startWithLink(server.url, media.serve('hls', { path: 'get.php?id=7' }).url);
  await ana.play();
  await ana.expectPlaying();
  const { info } = await createSession(server.url, { media: { url: media.serve('hls', { path: 'watch/7' }).url } });
  const ben = await newcomer('Ben');
  await ben.join(`${server.url}/s/${info.id}`);
  await ben.play();
  await ben.expectPlaying();
});

test('a dead link starts no party, and is told with one cause and one way out', async ({ server, media, newcomer }) => {
  const { page } = await newcomer('Ana');
  await page.goto(server.url);
  for (const [what, url, says, mayStart] of DEAD) {
    await test.step(what, async () => {
      await tryLink(page, url(media));
      await expect(page.getByRole('alert')).toHaveText(says);
      await expect(anyway(page)).toBeVisible({ visible: mayStart });
      await expect(field(page)).toBeFocused();
    });
  }
  await page.reload();
  await expect(field(page)).toBeVisible();
  await expect(page.getByText('Your recent parties')).toBeHidden();
});
