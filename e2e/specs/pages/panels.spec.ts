import type { PartyPage } from '../../fixtures/party.page.ts';
import { expect, test } from '../../fixtures/test.ts';

// What stands beside the picture, and that the picture stays in sight beside it.

const PHONE_UPRIGHT = { width: 390, height: 844 };
const PHONE_ON_ITS_SIDE = { width: 844, height: 390 };

const panels = ({ page }: PartyPage) => page.getByRole('complementary', { name: 'People, chat and queue' });
const tab = ({ page }: PartyPage, name: string | RegExp) => page.getByRole('tab', { name });

async function boxesOf(person: PartyPage) {
  const [picture, beside] = await Promise.all([person.player.boundingBox(), panels(person).boundingBox()]);
  if (!picture || !beside) throw new Error('Picture and panels are not on the page');
  return { picture, beside };
}

test('panels fold away, and the device remembers it; keys open them and take the keyboard along', async ({ server, newcomer }) => {
  const ana = await newcomer('Ana');
  const { page } = ana;
  await ana.startWithSample(server.url);
  await expect(ana.people).toBeVisible();
  await page.getByRole('button', { name: 'Hide panel' }).click();
  await expect(panels(ana)).toBeHidden();
  await page.reload();
  await expect(ana.pill).toBeVisible();
  await expect(panels(ana)).toBeHidden();

  // A key unfolds them, and the keyboard is there: arrows go from tab to tab.
  await page.keyboard.press('Shift+P');
  await expect(tab(ana, /^People/)).toBeFocused();
  await page.keyboard.press('End');
  await expect(tab(ana, 'Party')).toBeFocused();
  await expect(page.getByRole('button', { name: 'Leave party' }).last()).toBeVisible();
  await page.reload();
  await expect(tab(ana, 'Party')).toHaveAttribute('aria-selected', 'true');

  // Who has just typed and presses a tab is shown no ring; who comes by keys is.
  const ring = () => page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
  await tab(ana, /^Chat/).click();
  await page.getByRole('textbox', { name: 'Write something' }).pressSequentially('so');
  await tab(ana, /^People/).click();
  await expect(tab(ana, /^People/)).toBeFocused();
  expect(await ring()).toBe('none');
  await page.keyboard.press('ArrowRight');
  await expect(tab(ana, /^Chat/)).toBeFocused();
  expect(await ring()).toBe('solid');

  await page.keyboard.press('?');
  const keys = page.getByRole('dialog', { name: 'Keys' });
  for (const what of ['To the people', 'To the chat', 'To the queue']) await expect(keys.getByText(what)).toBeVisible();
});

test('in the theatre panels come when they are called, beside the picture; Escape closes them first @chromium', async ({
  server,
  newcomer,
}) => {
  const ana = await newcomer('Ana');
  const { page } = ana;
  await ana.startWithSample(server.url);
  await expect(ana.people).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('button', { name: 'Leave theatre mode' })).toBeVisible();
  await expect(panels(ana)).toBeHidden();
  await page.keyboard.press('Shift+P');
  await expect(tab(ana, /^People/)).toBeFocused();
  const { picture, beside } = await boxesOf(ana);
  expect(picture.x + picture.width).toBeLessThanOrEqual(beside.x + 1);
  // What lies over the picture lies over the picture alone.
  const header = await page.getByRole('banner').boundingBox();
  expect((header?.x ?? 0) + (header?.width ?? 0)).toBeLessThanOrEqual(beside.x + 1);
  await page.keyboard.press('Escape');
  await expect(panels(ana)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Show panel' })).toBeFocused();
  await expect(page.getByRole('button', { name: 'Leave theatre mode' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Theatre mode', exact: true })).toBeVisible();
  // How somebody likes their window is not what the theatre does with it.
  await expect(panels(ana)).toBeVisible();
});

test('on a phone the picture is never behind the panels, however it is held and whatever is typed @chromium', async ({
  server,
  newcomer,
}) => {
  const ana = await newcomer('Ana', {
    // A keyboard that covers the lower part of the page and pushes the upper part out of the window, as some browsers have it.
    prepare: (context) =>
      context.addInitScript(() => {
        const view = window.visualViewport as VisualViewport;
        const keyboard = { heightPx: 0 };
        Object.defineProperty(view, 'height', { get: () => window.innerHeight - keyboard.heightPx });
        Object.defineProperty(view, 'offsetTop', { get: () => keyboard.heightPx / 2 });
        Object.assign(window, {
          setKeyboard: (heightPx: number) => {
            keyboard.heightPx = heightPx;
            view.dispatchEvent(new Event('resize'));
          },
        });
      }),
  });
  const { page } = ana;
  const setKeyboard = (heightPx: number) =>
    page.evaluate((px) => (window as unknown as { setKeyboard(heightPx: number): void }).setKeyboard(px), heightPx);
  await page.setViewportSize(PHONE_UPRIGHT);
  await ana.startWithSample(server.url);
  await expect(ana.people).toBeVisible();
  const upright = await boxesOf(ana);
  expect(upright.picture.y + upright.picture.height).toBeLessThanOrEqual(upright.beside.y + 1);

  await page.getByRole('button', { name: 'Change my name' }).click();
  await expect(page.getByRole('textbox', { name: 'Your name' })).toBeFocused();
  await setKeyboard(340);
  const seen = { top: 170, bottom: 170 + 844 - 340 };
  await expect.poll(async () => (await boxesOf(ana)).picture.y).toBeGreaterThanOrEqual(seen.top);
  const typing = await boxesOf(ana);
  expect(typing.picture.height).toBeGreaterThan(150);
  expect(typing.picture.y + typing.picture.height).toBeLessThanOrEqual(typing.beside.y + 1);
  expect(typing.beside.y + typing.beside.height).toBeLessThanOrEqual(seen.bottom + 1);
  await page.keyboard.press('Escape');
  await setKeyboard(0);
  await expect.poll(async () => (await boxesOf(ana)).picture.y).toBe(upright.picture.y);

  await page.setViewportSize(PHONE_ON_ITS_SIDE);
  await ana.showControls();
  await page.getByRole('button', { name: 'Show panel' }).click();
  const onItsSide = await boxesOf(ana);
  expect(onItsSide.beside.width).toBeLessThanOrEqual(0.45 * PHONE_ON_ITS_SIDE.width);
  expect(onItsSide.picture.x + onItsSide.picture.width).toBeLessThanOrEqual(onItsSide.beside.x + 1);
});
