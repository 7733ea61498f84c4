import type { Page } from '@playwright/test';
import { CAPTIONS, type CaptionedMedia, startCaptionedMedia } from '../../fixtures/captioned-media.ts';
import type { PartyPage } from '../../fixtures/party.page.ts';
import { test as base, expect } from '../../fixtures/test.ts';

const test = base.extend<object, { readonly captioned: CaptionedMedia }>({
  captioned: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs from here
    async ({}, use) => {
      const media = await startCaptionedMedia();
      await use(media);
      await media.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

const shown = (page: Page) => page.locator('.captions [data-part="cue"]');
const menuOf = (person: PartyPage) => person.page.getByRole('dialog', { name: 'Captions' });

async function openMenu(person: PartyPage): Promise<void> {
  await person.showControls();
  await person.player.getByRole('button', { name: 'Captions' }).click();
  await expect(menuOf(person).getByRole('group', { name: 'Language' })).toBeVisible();
}

/** The lowest edge of the captions and the highest of the control bar, from the top of the window. */
const edges = (page: Page) =>
  page.evaluate(() => {
    const cue = document.querySelector('.captions [data-part="cue"]')?.getBoundingClientRect();
    const bar = document.querySelector('.control-bar-seek')?.getBoundingClientRect();
    const stage = document.querySelector('.stage')?.getBoundingClientRect();
    return { cue: cue?.bottom ?? 0, bar: bar?.top ?? 0, stage: stage?.bottom ?? 0, height: cue?.height ?? 0 };
  });

/** With accents as old files have them, a mark of another format, and what a hostile one would try. */
const SRT = `1
00:00:00,000 --> 00:05:00,000
Café crème à la façon

2
00:00:00,000 --> 00:05:00,000
{\\an8}<b>Up here</b> &lt;img src=x onerror="document.title='hacked'"&gt; <v "onclick="x>said</v> <c.a"onmouseover="x>there</c>
`;

test('captions of a stream: two languages, above the controls, larger, later, remembered', async ({ server, newcomer, captioned }) => {
  const ana = await newcomer('Ana');
  const { page } = ana;
  await ana.startWithLink(server.url, captioned.hls);
  await ana.play();
  await ana.expectPlaying(0.3);
  await expect(shown(page)).toHaveCount(0);

  await openMenu(ana);
  await expect(menuOf(ana).getByRole('radio', { name: 'Off' })).toBeChecked();
  await menuOf(ana).getByText('Deutsch').click();
  await expect(shown(page)).toHaveText(CAPTIONS.de);
  await menuOf(ana).getByText('English').click();
  await expect(shown(page)).toHaveText(CAPTIONS.en);
  expect(
    await page.evaluate(() => [...(document.querySelector('hls-video') as HTMLVideoElement).textTracks].map(({ mode }) => mode)),
  ).not.toContain('showing');

  const medium = (await edges(page)).height;
  await menuOf(ana).getByText('XL').click();
  await expect.poll(async () => (await edges(page)).height).toBeGreaterThan(medium * 1.3);
  await menuOf(ana).getByRole('button', { name: '1 s later', exact: true }).click();
  await expect(menuOf(ana).getByText('+1.0 s')).toBeVisible();
  await page.keyboard.press('Escape');

  // The bar is there: above it. It goes: at the edge of the picture.
  await ana.showControls();
  await expect
    .poll(async () => {
      const { cue, bar } = await edges(page);
      return bar - cue;
    })
    .toBeGreaterThan(0);
  await page.mouse.move(5, 5);
  await expect
    .poll(async () => {
      const { cue, stage } = await edges(page);
      return stage - cue;
    })
    .toBeLessThan(40);

  // The key turns them off and on; what was chosen holds after coming back.
  await page.keyboard.press('c');
  await expect(shown(page)).toHaveCount(0);
  await page.keyboard.press('c');
  await expect(shown(page)).toHaveText(CAPTIONS.en);

  // Quality: the rungs of the stream.
  await ana.showControls();
  await ana.player.getByRole('button', { name: 'Quality' }).click();
  await page.getByRole('menuitemradio', { name: '180p' }).click();
  await ana.showControls();
  await ana.player.getByRole('button', { name: 'Quality' }).click();
  await expect(page.getByRole('menuitemradio', { name: '180p' })).toBeChecked();
  await page.keyboard.press('Escape');

  await page.goto(`${server.url}/watch?url=${encodeURIComponent(captioned.hls)}`);
  await page
    .locator('section')
    .getByRole('button', { name: /Play|Resume/ })
    .first()
    .click();
  await expect(shown(page)).toHaveText(CAPTIONS.en);
  await openMenu(ana);
  await expect(menuOf(ana).getByText('+1.0 s')).toBeVisible();
  await expect(menuOf(ana).getByRole('radio', { name: 'Very large' })).toBeChecked();
});

test('captions of a DASH stream', async ({ server, newcomer, captioned }) => {
  const ana = await newcomer('Ana');
  await ana.startWithLink(server.url, captioned.dash);
  await ana.play();
  await ana.expectPlaying(0.3);
  await openMenu(ana);
  await menuOf(ana).getByText('German').click();
  await expect(shown(ana.page)).toHaveText(CAPTIONS.de);
  await menuOf(ana).getByText('English').click();
  await expect(shown(ana.page)).toHaveText(CAPTIONS.en);
  await menuOf(ana).getByText('Off').click();
  await expect(shown(ana.page)).toHaveCount(0);
});

test('a subtitle file of one’s own, in an old encoding, is read, shown and kept; what is none says so', { tag: '@chromium' }, async ({
  server,
  newcomer,
}) => {
  const ana = await newcomer('Ana');
  const { page } = ana;
  await ana.startWithSample(server.url);
  await openMenu(ana);
  const field = menuOf(ana).locator('input[type=file]');
  const faults: readonly (readonly [string, Buffer, RegExp])[] = [
    ['film.srt', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0, 1, 2]), /not a subtitle file/],
    ['notes.srt', Buffer.from('Milk, eggs, flour'), /not a subtitle file/],
    ['empty.vtt', Buffer.from('WEBVTT\n\n'), /nothing to read/],
    ['huge.srt', Buffer.alloc(1024 * 1024 + 1, 0x20), /too large/],
  ];
  for (const [name, buffer, words] of faults) {
    await field.setInputFiles({ name, mimeType: 'application/x-subrip', buffer });
    await expect(menuOf(ana).getByRole('alert')).toHaveText(words);
  }
  await field.setInputFiles({
    name: 'Le film.srt',
    mimeType: 'application/x-subrip',
    buffer: Buffer.from(SRT, 'latin1'),
  });
  await expect(menuOf(ana).getByRole('radio', { name: 'Le film' })).toBeChecked();
  await expect(shown(page).getByText('Café crème à la façon')).toBeVisible();

  // What a file says is read, and never becomes a part of the page.
  await expect(shown(page).filter({ hasText: 'Up here' })).toHaveText(/Up here <img src=x onerror=.*> said there/);
  const foreign = await page
    .locator('.captions')
    .evaluate((captions) =>
      [...captions.querySelectorAll('*')]
        .filter(
          (element) =>
            !/^(div|b|i|u|span|ruby|rt)$/.test(element.localName) || element.getAttributeNames().some((name) => name.startsWith('on')),
        )
        .map((element) => element.outerHTML),
    );
  expect(foreign).toEqual([]);
  // One is at the top, where it asked to be.
  await expect
    .poll(async () => {
      const tops = await shown(page).evaluateAll((cues) => cues.map((cue) => cue.getBoundingClientRect().top));
      return Math.abs((tops[0] ?? 0) - (tops[1] ?? 0));
    })
    .toBeGreaterThan(200);

  await page.reload();
  await page.getByRole('button', { name: /^Join/ }).or(ana.playButton).first().click();
  await expect(shown(page).getByText('Café crème à la façon')).toBeVisible();
});

test('a subtitle file for everyone: the others read whose it is, show it with one tap, and those who come later have it', {
  tag: '@chromium',
}, async ({ server, newcomer }) => {
  // Who starts a party is asked for a name later: the guest's is known.
  const ben = await newcomer('Ben');
  await ben.startWithSample(server.url);
  const ana = await newcomer('Ana');
  await ana.join(ben.page.url());
  await openMenu(ana);
  const chooser = ana.page.waitForEvent('filechooser');
  await menuOf(ana).getByRole('button', { name: 'For everyone' }).click();
  await (await chooser).setFiles({
    name: 'The film.en.srt',
    mimeType: 'application/x-subrip',
    buffer: Buffer.from('1\n00:00:00,000 --> 00:05:00,000\nGood evening, <b>Ben</b>\n'),
  });
  await expect(menuOf(ana).getByRole('radio', { name: 'English' })).toBeChecked();
  await expect(menuOf(ana).getByText('Added by you')).toBeVisible();
  await expect(shown(ana.page)).toHaveText('Good evening, Ben');

  // Ben has no captions on: they are offered.
  const offer = ben.page.getByRole('status').filter({ hasText: 'Ana added subtitles: English' });
  await expect(offer).toBeVisible();
  await expect(shown(ben.page)).toHaveCount(0);
  await offer.getByRole('button', { name: 'Show' }).click();
  await expect(shown(ben.page)).toHaveText('Good evening, Ben');
  await expect(offer).toHaveCount(0);
  await openMenu(ben);
  await expect(menuOf(ben).getByText('Added by Ana')).toBeVisible();

  // Whoever comes later has them; whoever had them on has them on again.
  await ben.page.reload();
  await ben.page.getByRole('button', { name: /^Join/ }).or(ben.playButton).first().click();
  await expect(shown(ben.page)).toHaveText('Good evening, Ben');

  await menuOf(ana).getByRole('button', { name: 'Take “English” away for everyone' }).click();
  await expect(shown(ben.page)).toHaveCount(0);
  await expect(shown(ana.page)).toHaveCount(0);
});
