import type { BrowserContext, Page } from '@playwright/test';
import { copyProgram } from '../../fixtures/copy-program.ts';
import type { PartyPage } from '../../fixtures/party.page.ts';
import { startServer } from '../../fixtures/server.ts';
import { expect, test } from '../../fixtures/test.ts';

// What a page opens over the picture is code that is fetched when it is wanted. Where that fails the picture stays.

const failure = (page: Page) => page.getByRole('alert').filter({ hasText: 'Couldn’t load this' });

/** Keeps scripts whose names match from being fetched, until it is called off. */
async function withhold(context: BrowserContext, scripts: RegExp): Promise<() => void> {
  let withheld = true;
  await context.route(
    ({ pathname }) => scripts.test(pathname),
    (route) => (withheld ? route.abort('connectionfailed') : route.continue()),
  );
  return () => {
    withheld = false;
  };
}

async function press(person: PartyPage, key: string): Promise<void> {
  await person.page.keyboard.press(key);
}

test('what cannot be fetched says so over the picture, which plays on; trying again really tries again', async ({ server, newcomer }) => {
  let giveBack = () => {};
  const ana = await newcomer('Ana', {
    prepare: async (context) => {
      giveBack = await withhold(context, /(keys-dialog|invite-dialog|popover-overlay|menu-overlay).*\.js$/);
    },
  });
  const { page } = ana;
  await ana.startWithSample(server.url);
  await ana.play();
  await ana.expectPlaying();

  await press(ana, '?');
  await expect(failure(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Try again' })).toBeFocused();
  await press(ana, 'Escape');
  await expect(failure(page)).toBeHidden();
  await ana.pill.click();
  await expect(failure(page)).toBeVisible();
  await ana.expectPlaying();
  const again = page.getByRole('button', { name: 'Try again' });
  await again.click();
  // Tried to the end, in vain.
  await expect(again).not.toHaveAttribute('aria-busy', 'true');
  await expect(failure(page)).toBeVisible();

  giveBack();
  await again.click();
  await expect(page.getByRole('dialog', { name: 'Your sync' })).toBeVisible();
  await press(ana, 'Escape');
  await ana.showControls();
  await ana.player.getByRole('button', { name: 'Speed', exact: true }).click();
  await expect(page.getByRole('menuitemradio').first()).toBeVisible();
  await press(ana, 'Escape');
  await ana.partyLink();
  await ana.expectPlaying();
});

/** Waits until the page has fetched scripts whose names begin so. */
const fetched = (page: Page, ...names: readonly string[]) =>
  expect
    .poll(
      () =>
        page.evaluate(
          (wanted) => {
            const scripts = performance.getEntriesByType('resource').map(({ name }) => name.split('/').at(-1) ?? '');
            return wanted.filter((name) => !scripts.some((script) => script.startsWith(`${name}-`)));
          },
          [...names],
        ),
      { timeout: 20_000 },
    )
    .toEqual([]);

test('whoever has joined has what a party can open: with the server away each opens, and the picture plays on', {
  tag: '@chromium',
}, async ({ ownServer, newcomer }) => {
  const ana = await newcomer('Ana');
  const { page } = ana;
  await ana.startWithSample(ownServer.url);
  await ana.play();
  await ana.expectPlaying();
  await fetched(page, 'keys-dialog', 'invite-dialog', 'popover-overlay', 'menu-overlay', 'confirm-dialog', 'home-page');
  // The last one guesses encodings.
  await fetched(page, 'captions-menu', 'captions-layer', 'subtitle-file', 'srt-parser', 'lib');

  await ownServer.kill();
  await expect(ana.pill).toHaveAttribute('data-sync-phase', 'reconnecting');
  await press(ana, '?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await press(ana, 'Escape');
  await press(ana, 'i');
  await expect(page.getByRole('dialog')).toBeVisible();
  await press(ana, 'Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await ana.pill.click();
  await expect(page.getByRole('dialog', { name: 'Your sync' })).toBeVisible();
  await press(ana, 'Escape');
  // A file in an encoding that has to be guessed: the menu, the reading and the guessing are parts of their own.
  await ana.showControls();
  await ana.player.getByRole('button', { name: 'Captions', exact: true }).click();
  await page.locator('input[type="file"]').setInputFiles({
    name: 'film.srt',
    mimeType: 'application/x-subrip',
    buffer: Buffer.from('1\r\n00:00:00,000 --> 00:05:00,000\r\nGrüße aus der Ferne\r\n', 'latin1'),
  });
  await expect(page.locator('.captions')).toContainText('Grüße aus der Ferne');
  await press(ana, 'Escape');
  await expect(failure(page)).toHaveCount(0);
  await ana.expectPlaying();
  await page.getByRole('button', { name: 'Leave party' }).click();
  await expect(page.getByRole('link', { name: 'Back in' })).toBeVisible();
});

test('[CONN12] a tab that is open over an update goes on, is told of it, and is back in after a reload', { tag: '@chromium' }, async ({
  newcomer,
}) => {
  const program = await copyProgram();
  const server = await startServer({ main: program.main });
  try {
    let giveBack = () => {};
    const ana = await newcomer('Ana', {
      prepare: async (context) => {
        giveBack = await withhold(context, /keys-dialog.*\.js$/);
      },
    });
    const { page } = ana;
    await ana.startWithSample(server.url);
    await ana.play();
    await ana.expectPlaying();
    const notice = page.getByRole('status').filter({ hasText: 'Updated · Reload when you like' });
    await expect(notice).toHaveCount(0);

    await server.kill('SIGTERM');
    await program.upgrade('keys-dialog');
    await server.start();
    await expect(notice).toBeVisible({ timeout: 20_000 });
    await ana.expectPlaying();
    // The new build has no such script any more.
    giveBack();
    await press(ana, '?');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    await press(ana, 'Escape');

    await page.getByRole('button', { name: 'Reload' }).click();
    await ana.expectPlaying();
    await expect(ana.pill).toBeVisible();
    await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveCount(0);
    await expect(notice).toHaveCount(0);
    // It goes on fetching what it may open.
    await page.close();
  } finally {
    await server.stop();
    await program.remove();
  }
});
