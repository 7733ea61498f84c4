import { expect, test } from '../../fixtures/test.ts';

test('a party of one invites in place of a list @chromium', async ({ server, newcomer }) => {
  const shared: string[] = [];
  const ana = await newcomer('Ana', {
    async prepare(context) {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await context.exposeFunction('onShared', (url: string) => shared.push(url));
      await context.addInitScript(() => {
        Object.assign(navigator, {
          share: async ({ url }: { url: string }) => (window as never as { onShared(url: string): void }).onShared(url),
        });
      });
    },
  });
  await ana.startWithSample(server.url);
  const alone = ana.page.getByRole('region', { name: 'Watching is better together' });
  await expect(alone.getByRole('img', { name: 'QR code of the party link' })).toBeVisible();
  await alone.getByRole('button', { name: 'Copy link' }).click();
  await expect(alone.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toBe(ana.page.url());
  await alone.getByRole('button', { name: 'Share…' }).click();
  expect(shared).toEqual([ana.page.url()]);
  // Now that somebody may come it matters what one is called.
  await alone.getByRole('textbox', { name: 'What do your friends call you?' }).pressSequentially('Ana');
  await alone.getByRole('button', { name: 'Save' }).click();
  await expect(ana.people.getByRole('listitem').filter({ hasText: 'Ana' })).toBeVisible();

  const ben = await newcomer('Ben');
  await ben.join(ana.page.url());
  await expect(alone).toBeHidden();
  await ben.page.close();
  await expect(alone).toBeVisible();
});

test('company is felt, not read: ticks, words, and who came and went @chromium', async ({ server, newcomer }) => {
  const ana = await newcomer('Ana');
  const ben = await newcomer('Ben');
  await ana.startWithSample(server.url);
  const link = ana.page.url();
  await ben.join(link);
  await ana.play();
  for (const person of [ana, ben]) await person.expectInSync();

  // A tick beside each name, and no figure anywhere but in what the pill opens.
  const others = ana.people.getByRole('listitem').filter({ hasText: 'Ben' });
  await expect(others).toContainText('In sync');
  await expect(ana.people).not.toContainText(/\d/);
  await expect(ana.pill).toHaveText('In sync');
  await expect(ana.pill).toHaveAttribute('data-drift-ms', /\d/);
  await ana.pill.click();
  await expect(ana.page.getByRole('dialog', { name: 'Your sync' })).toContainText(/\d m?s/);
  await ana.page.keyboard.press('Escape');

  // A jump that was taken back is not offered to be undone by anybody.
  const chips = ({ page }: typeof ana) => page.getByRole('list', { name: 'What just happened' });
  await ben.page.keyboard.press('l');
  await expect(chips(ben)).toContainText('You jumped to');
  await chips(ana).getByRole('button', { name: 'Undo' }).click();
  await expect(chips(ben)).toContainText('took the jump back');
  for (const person of [ana, ben]) await expect(chips(person).getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await expect(chips(ana)).not.toContainText('jump');

  // Without a connection one knows of the others what was, not what is.
  await ana.page.context().setOffline(true);
  await expect(ana.pill).toHaveAttribute('data-sync-phase', 'reconnecting', { timeout: 30_000 });
  await expect(others).toContainText('Last seen just now');
  await expect(ana.people).not.toContainText('In sync');
  await ana.page.context().setOffline(false);
  await ana.expectInSync(20_000);
  await expect(others).toContainText('In sync');

  // Whoever leaves is gone at once, may come back, and is asked before.
  await ana.page.getByRole('button', { name: 'Leave party' }).click();
  await expect(chips(ben)).toContainText('left');
  await expect(ben.people.getByRole('listitem')).toHaveCount(1);
  await expect(ana.page).toHaveURL(`${server.url}/`);
  await ana.page.getByRole('link', { name: 'Back in' }).click();
  await ana.page.getByRole('button', { name: /^Back in as/ }).click();
  await expect(ben.people.getByRole('listitem')).toHaveCount(2);
});

test('what was watched is one press away for somebody new, on every page of the site @chromium', async ({ server, newcomer }) => {
  const ana = await newcomer('Ana');
  for (const path of ['/', '/account', '/link', '/nowhere']) {
    await ana.page.goto(server.url + path);
    await ana.page.getByRole('banner').getByRole('link', { name: 'History' }).click();
    await expect(ana.page.getByRole('heading', { name: 'Nothing yet' })).toBeVisible();
  }
});

for (const [width, height] of [
  [844, 390],
  [390, 844],
] as const) {
  test(`at ${width} × ${height} the start page needs no scrolling to begin @chromium`, async ({ server, newcomer }) => {
    const ana = await newcomer('Ana');
    await ana.page.setViewportSize({ width, height });
    await ana.page.goto(server.url);
    const start = ana.page.getByRole('main');
    for (const what of [
      start.getByRole('textbox', { name: 'Paste a video link' }),
      start.getByRole('button', { name: 'Start a party' }),
      start.getByRole('button', { name: 'Try with a sample' }),
      start.getByRole('img', { name: /^Ana, Ben and Cleo/ }),
    ]) {
      await expect(what).toBeInViewport({ ratio: 1 });
    }
  });
}

test('at 400 % what does not fit below the picture is scrolled to; right to left time runs on as it does @chromium', async ({
  server,
  newcomer,
}) => {
  const ana = await newcomer('Ana', {
    prepare: (context) => context.addInitScript(() => addEventListener('DOMContentLoaded', () => (document.documentElement.dir = 'rtl'))),
  });
  await ana.startWithSample(server.url);
  const leave = ana.page.getByRole('button', { name: 'Leave party' });
  const panel = ana.page.getByRole('complementary');
  const play = ana.player.getByRole('button', { name: 'Play' });
  const [picture, beside, start, bar] = await Promise.all([ana.player, panel, play, ana.seekBar].map((part) => part.boundingBox()));
  expect(beside?.x).toBeLessThan(picture?.x ?? 0);
  expect(start?.x).toBeLessThan(bar?.x ?? 0);

  await ana.page.setViewportSize({ width: 320, height: 256 });
  await ana.page.getByRole('tab', { name: 'Party', exact: true }).click();
  await ana.page.mouse.move(160, 230);
  await expect
    .poll(async () => {
      await ana.page.mouse.wheel(0, 300);
      return leave.evaluate((button) => {
        const { top, bottom } = button.getBoundingClientRect();
        return top >= 0 && bottom <= window.innerHeight;
      });
    })
    .toBe(true);
});
