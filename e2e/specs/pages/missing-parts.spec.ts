import type { BrowserContext, Page } from '@playwright/test';
import type { PartyPage } from '../../fixtures/party.page.ts';
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

test('what cannot be fetched says so over the picture, which plays on; trying again really tries again', async ({
  server,
  newcomer,
}) => {
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
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(failure(page)).toBeVisible();

  giveBack();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('dialog', { name: 'Your sync' })).toBeVisible();
  await press(ana, 'Escape');
  await ana.showControls();
  await ana.player.getByRole('button', { name: 'Speed', exact: true }).click();
  await expect(page.getByRole('menuitemradio').first()).toBeVisible();
  await press(ana, 'Escape');
  await ana.partyLink();
  await ana.expectPlaying();
});
