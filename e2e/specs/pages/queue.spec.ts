import { readVideo } from '../../fixtures/frames.ts';
import type { PartyPage } from '../../fixtures/party.page.ts';
import { QueuePage } from '../../fixtures/queue.page.ts';
import { tabWalk } from '../../fixtures/tab-walk.ts';
import { type test as base, expect, test } from '../../fixtures/test.ts';
import type { UnrulyMedia } from '../../fixtures/unruly-media.ts';

/** A film with a name of its own; each call is another one. */
const filmOf = (media: UnrulyMedia, name: string) => media.serve('film', { path: `${name}.mp4` }).url;

type Newcomer = Parameters<Parameters<typeof base>[2]>[0]['newcomer'];

/** Two people in a party with the sample, both at the queue. */
async function twoAtTheQueue(newcomer: Newcomer, url: string): Promise<readonly [PartyPage, QueuePage, PartyPage, QueuePage]> {
  const [ana, ben] = [await newcomer('Ana'), await newcomer('Ben')];
  await ana.startWithSample(url);
  await ben.join(ana.page.url());
  const [anas, bens] = [new QueuePage(ana.page), new QueuePage(ben.page)];
  await anas.open();
  await bens.open();
  return [ana, anas, ben, bens];
}

test('two people add, vote, order by keys, by hand and by menu, take out and take back', async ({
  server,
  newcomer,
  media,
  browserName,
}) => {
  const [ana, anas, ben, bens] = await twoAtTheQueue(newcomer, server.url);
  await expect(ana.page.getByText('Nothing is queued yet')).toBeVisible();

  await anas.add(filmOf(media, 'Alpha'));
  await bens.add(filmOf(media, 'Beta'));
  await anas.add(filmOf(media, 'Gamma'));
  for (const queue of [anas, bens]) await queue.expectOrder('Alpha', 'Beta', 'Gamma');
  await expect(bens.row('Alpha')).toContainText(/Added by (?!you)/);
  await expect(bens.row('Beta')).toContainText('Added by you');

  // Votes: pressed, counted, taken back.
  await bens.vote('Alpha').click();
  await expect(bens.vote('Alpha')).toHaveAttribute('aria-pressed', 'true');
  await expect(anas.vote('Alpha')).toHaveText('1');
  await anas.vote('Alpha').click();
  await expect(bens.vote('Alpha')).toHaveText('2');
  await bens.vote('Alpha').click();
  await expect(anas.vote('Alpha')).toHaveText('1');

  // With the keys: taken, moved, put down; and put back by Escape.
  await anas.handle('Alpha').focus();
  await ana.page.keyboard.press('Space');
  await expect(anas.handle('Alpha')).toHaveAttribute('aria-pressed', 'true');
  await ana.page.keyboard.press('ArrowDown');
  await ana.page.keyboard.press('ArrowDown');
  await anas.expectOrder('Beta', 'Gamma', 'Alpha');
  // Firefox says "focused" of the window in front only.
  expect(await anas.handle('Alpha').evaluate((handle) => handle === document.activeElement)).toBe(true);
  await bens.expectOrder('Alpha', 'Beta', 'Gamma');
  await ana.page.keyboard.press('Space');
  await bens.expectOrder('Beta', 'Gamma', 'Alpha');
  await expect(ana.page.getByRole('status').filter({ hasText: 'Alpha is at 3 of 3 now.' })).toBeAttached();
  await ana.page.keyboard.press('Space');
  await ana.page.keyboard.press('Home');
  await anas.expectOrder('Alpha', 'Beta', 'Gamma');
  await ana.page.keyboard.press('Escape');
  await anas.expectOrder('Beta', 'Gamma', 'Alpha');

  // By hand; the presses of Firefox's automation begin no drag.
  if (browserName === 'firefox') await anas.choose('Alpha', 'Move to top');
  else await anas.handle('Alpha').dragTo(anas.row('Beta'), { targetPosition: { x: 60, y: 8 } });
  for (const queue of [anas, bens]) await queue.expectOrder('Alpha', 'Beta', 'Gamma');
  await anas.undo.click();
  for (const queue of [anas, bens]) await queue.expectOrder('Beta', 'Gamma', 'Alpha');

  // By menu; and what others added is theirs and the hosts'.
  await anas.choose('Alpha', 'Move to top');
  await bens.expectOrder('Alpha', 'Beta', 'Gamma');
  await anas.choose('Alpha', 'Move down');
  await bens.expectOrder('Beta', 'Alpha', 'Gamma');
  await expect(bens.handle('Alpha')).toHaveCount(0);
  await expect(bens.handle('Beta')).toHaveCount(1);

  // Taken out, and back.
  await anas.choose('Beta', 'Remove');
  await bens.expectOrder('Alpha', 'Gamma');
  await expect(ana.page.getByText('Removed Beta')).toBeVisible();
  await anas.undo.click();
  await bens.expectOrder('Beta', 'Alpha', 'Gamma');
  await anas.setting('Clear the queue');
  await expect(ben.page.getByText('Nothing is queued yet')).toBeVisible();
  await anas.undo.click();
  await bens.expectOrder('Beta', 'Alpha', 'Gamma');

  // Votes order it: nobody moves anything then.
  await anas.setting('By votes');
  for (const queue of [anas, bens]) await queue.expectOrder('Alpha', 'Beta', 'Gamma');
  await expect(anas.handle('Alpha')).toHaveCount(0);
  await bens.vote('Gamma').click();
  await anas.vote('Gamma').click();
  for (const queue of [anas, bens]) await queue.expectOrder('Gamma', 'Alpha', 'Beta');
});

test('a video is put on, what was on is in the history and goes on where it was left', async ({ server, newcomer, media }) => {
  const [ana, anas, ben, bens] = await twoAtTheQueue(newcomer, server.url);
  await anas.add(filmOf(media, 'Alpha'));
  await anas.add(filmOf(media, 'Beta'));
  await ana.play();
  await ana.expectPlaying();
  await ana.seekTo(120, 300);
  await anas.choose('Beta', 'Play now');
  for (const queue of [anas, bens]) await queue.expectOrder('Alpha');
  await ben.expectPlaying();
  await expect(ben.page.getByRole('region', { name: 'Now playing' })).toContainText('Beta');

  const past = ana.page.getByRole('list', { name: 'Played before' });
  await ana.page.getByRole('button', { name: 'Played before' }).click();
  await expect(past.getByRole('listitem')).toHaveCount(1);
  await expect(past).toContainText('Sample clip');
  await expect(past).toContainText(/left at 2:0\d/);
  await past.getByRole('button', { name: 'Play Sample clip again' }).click();
  await expect(ana.page.getByRole('menuitem', { name: 'Play now from the start' })).toBeVisible();
  await ana.page.getByRole('menuitem', { name: /^Play now from 2:0\d/ }).click();
  await expect(ben.page.getByRole('region', { name: 'Now playing' })).toContainText('Sample clip');
  await expect(past).toContainText('Beta');
  await expect.poll(async () => (await readVideo(ben.page)).currentTimeS).toBeGreaterThan(119);

  // The key goes on with what is up next.
  await ana.page.keyboard.press('Escape');
  await ana.player.click({ position: { x: 5, y: 200 } });
  await ana.page.keyboard.press('Shift+N');
  await expect(ben.page.getByRole('region', { name: 'Now playing' })).toContainText('Alpha');
});

test('a list is pasted, read from a file and dropped; what is wrong with a line is said', { tag: '@chromium' }, async ({
  server,
  newcomer,
  media,
}) => {
  const [ana, anas, , bens] = await twoAtTheQueue(newcomer, server.url);
  await anas.paste(`${filmOf(media, 'Alpha')}\nno link at all\n2. ${filmOf(media, 'Beta')}\nhttps://www.netflix.com/watch/80100172`);
  await bens.expectOrder('Alpha', 'Beta');
  await expect(ana.page.getByText('2 videos added.')).toBeVisible();
  await expect(ana.page.getByText('2 lines could not be used:')).toBeVisible();
  await expect(ana.page.getByText('does not let other pages play its videos')).toBeVisible();
  await ana.page.getByRole('button', { name: 'Close this note' }).click();

  const list = `#EXTM3U\n#EXTINF:30,The third one\n${filmOf(media, 'Gamma')}\n`;
  await ana.page.locator('input[type=file]').setInputFiles({ name: 'evening.m3u', mimeType: 'audio/x-mpegurl', buffer: Buffer.from(list) });
  await bens.expectOrder('Alpha', 'Beta', 'The third one');

  await ana.page.evaluate(
    (text) => {
      const zone = document.querySelector('[data-panel-focus]')?.closest('form');
      const data = new DataTransfer();
      data.items.add(new File([text], 'more.txt', { type: 'text/plain' }));
      for (const type of ['dragenter', 'dragover', 'drop'])
        zone?.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    filmOf(media, 'Delta'),
  );
  await bens.expectOrder('Alpha', 'Beta', 'The third one', 'Delta');

  // One link that is none is said as at the start of a party.
  await anas.field.fill('netflix.com/watch/80100172');
  await ana.page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(ana.page.getByRole('alert')).toContainText('Netflix');
});

test('the Tab key comes through the queue, and everything it stops at is seen', { tag: '@chromium' }, async ({
  server,
  newcomer,
  media,
}) => {
  const ana = await newcomer('Ana');
  await ana.startWithSample(server.url);
  const queue = new QueuePage(ana.page);
  await ana.page.keyboard.press('q');
  await expect(queue.field).toBeEnabled();
  await ana.page.keyboard.press('q');
  await expect(queue.field).toBeFocused();
  await queue.paste(['Alpha', 'Beta', 'Gamma'].map((name) => filmOf(media, name)).join('\n'));
  await queue.expectOrder('Alpha', 'Beta', 'Gamma');
  await ana.page.getByRole('button', { name: 'Close this note' }).click();
  const forward = (await tabWalk(ana.page, 'forward')).filter(({ part }) => part === 'panel');
  const names = forward.map(({ name }) => name);
  for (const name of [
    'Paste a link, or a list of links',
    'Add',
    'Play next',
    'Queue settings',
    'Move Alpha',
    'Vote for Gamma, 0 votes',
    'Played before',
  ]) {
    expect(names).toContain(name);
  }
  expect(forward.filter(({ ring, seen }) => !ring || !seen)).toEqual([]);
  const back = (await tabWalk(ana.page, 'back')).filter(({ part }) => part === 'panel');
  expect(back.map(({ name }) => name).reverse()).toEqual(names);
});

test('two people on two instances have one queue', { tag: '@chromium' }, async ({ cluster, newcomer, media }) => {
  test.setTimeout(180_000);
  const [one, two] = cluster.instances;
  const [ana, ben] = [await newcomer('Ana'), await newcomer('Ben')];
  await ana.startWithSample(one.url);
  await ben.join(`${two.url}${new URL(ana.page.url()).pathname}`);
  const [anas, bens] = [new QueuePage(ana.page), new QueuePage(ben.page)];
  await anas.open();
  await bens.open();
  // At once, from both sides: none is lost, and both see one order.
  await Promise.all([
    anas.paste(['Alpha', 'Beta'].map((name) => filmOf(media, name)).join('\n')),
    bens.paste(['Gamma', 'Delta'].map((name) => filmOf(media, name)).join('\n')),
  ]);
  await expect(anas.rows).toHaveCount(4);
  await expect(bens.rows).toHaveCount(4);
  const order = await anas.titles.allTextContents();
  await bens.expectOrder(...order);
  await bens.vote('Alpha').click();
  await expect(anas.vote('Alpha')).toHaveText('1');
  await anas.choose('Delta', 'Remove');
  const left = order.filter((title) => title !== 'Delta');
  await bens.expectOrder(...left);
  await anas.undo.click();
  await bens.expectOrder(...order);

  // One goes on, and the other is there, too.
  await ana.play();
  await ben.expectPlaying();
  await ana.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await anas.choose(order[0] ?? '', 'Play now');
  await bens.expectOrder(...order.slice(1));
  await ben.expectPlaying();
  await expect(ben.page.getByRole('region', { name: 'Now playing' })).toContainText(order[0] ?? '');
});
