import type { CDPSession, Page } from '@playwright/test';
import type { PartyPage } from '../../fixtures/party.page.ts';
import { expect, test } from '../../fixtures/test.ts';

// What a press on the picture means, by the pointer that made it; real touches, through the browser's own input.

interface Place {
  readonly x: number;
  readonly y: number;
}

/** A place on the picture, as parts of its width and height. */
async function onPicture(person: PartyPage, across: number, down = 0.4): Promise<Place> {
  const box = await person.player.boundingBox();
  if (!box) throw new Error('The player is not on the page');
  return { x: box.x + box.width * across, y: box.y + box.height * down };
}

async function tap(cdp: CDPSession, place: Place): Promise<void> {
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [place] });
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

const controlsShown = (person: PartyPage) => expect(person.player.locator('.control-bar')).toHaveCSS('opacity', '1');
const controlsHidden = (person: PartyPage) => expect(person.player.locator('.control-bar')).toHaveCSS('opacity', '0');
const positionS = (page: Page) => page.evaluate(() => document.querySelector('video')?.currentTime ?? Number.NaN);
const paused = (page: Page) => page.evaluate(() => document.querySelector('video')?.paused ?? true);

test('taps bring the controls after a mouse was used, double taps jump, and a double click never pauses the party', {
  tag: '@chromium',
}, async ({ server, newcomer }) => {
  const ana = await newcomer('Ana', {
    prepare: (context) => context.addInitScript(() => Object.defineProperty(navigator, 'maxTouchPoints', { value: 5 })),
  });
  const { page } = ana;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 });
  await ana.startWithSample(server.url);
  const middle = await onPicture(ana, 0.5);

  await page.mouse.click(middle.x, middle.y);
  await ana.expectPlaying(0.3);
  // A finger: each tap is for the controls and for nothing else, also after a mouse.
  await tap(cdp, middle);
  await controlsHidden(ana);
  for (let round = 0; round < 2; round += 1) {
    await page.mouse.move(middle.x + 40, middle.y + 10);
    await controlsShown(ana);
    await tap(cdp, middle);
    await controlsHidden(ana);
    await tap(cdp, middle);
    await controlsShown(ana);
    await tap(cdp, middle);
    await controlsHidden(ana);
    await expect(ana.pauseButton).toBeVisible();
  }

  // Nor does it matter where the focus was: a finger on the picture takes it there.
  await page.getByRole('tab', { name: /^People/ }).focus();
  await tap(cdp, middle);
  await controlsShown(ana);
  await tap(cdp, middle);
  await controlsHidden(ana);

  // Three taps on the right: twice ten seconds, said once over the picture, and the controls stay as they were.
  const right = await onPicture(ana, 0.9);
  const beforeS = await positionS(page);
  for (let n = 0; n < 3; n += 1) await tap(cdp, right);
  await expect(page.locator('[data-sign="jump"]')).toHaveText('+20 s');
  await controlsHidden(ana);
  await expect.poll(() => positionS(page)).toBeGreaterThan(beforeS + 19);
  const left = await onPicture(ana, 0.1);
  for (let n = 0; n < 2; n += 1) await tap(cdp, left);
  await expect(page.locator('[data-sign="jump"]')).toHaveText('−10 s');

  // A pen that does not hover: the first tap shows, the second is a press.
  const pen = (type: 'mousePressed' | 'mouseReleased') =>
    cdp.send('Input.dispatchMouseEvent', { type, ...middle, button: 'left', clickCount: 1, pointerType: 'pen' });
  await controlsHidden(ana);
  await pen('mousePressed');
  await pen('mouseReleased');
  await controlsShown(ana);
  await expect(ana.pauseButton).toBeVisible();
  await ana.expectInSync();

  // A double click is for the picture: nobody's film stops on its way.
  const toggles: string[] = [];
  await page.exposeFunction('tellToggle', (kind: string) => toggles.push(kind));
  await page.evaluate(() => {
    const video = document.querySelector('video');
    video?.addEventListener('pause', () => void (window as unknown as { tellToggle(kind: string): void }).tellToggle('pause'));
  });
  await page.mouse.dblclick(middle.x, middle.y);
  await expect(page.getByRole('button', { name: 'Leave full screen' })).toBeVisible();
  await page.mouse.dblclick(middle.x, middle.y);
  await expect(page.getByRole('button', { name: 'Full screen', exact: true })).toBeVisible();
  expect(toggles).toEqual([]);
  await page.mouse.click(middle.x, middle.y);
  await expect.poll(() => paused(page)).toBe(true);
});
