import type { Page } from '@playwright/test';
import { ChatPage } from '../../fixtures/chat.page.ts';
import { type TabStop, tabWalk } from '../../fixtures/tab-walk.ts';
import { expect, keeps, test } from '../../fixtures/test.ts';

// Whoever has only a keyboard gets everywhere: forward and back, with a ring around a thing that has a name.

/** Walks there and back; answers with what was met. */
async function walk(page: Page, where: string): Promise<readonly TabStop[]> {
  const stops = await tabWalk(page, 'forward');
  const names = stops.map(({ name }) => name);
  expect(stops.length, `${where}: stops`).toBeGreaterThan(0);
  for (const stop of stops) {
    expect(stop, `${where}: “${stop.name}” among ${names.join(' · ')}`).toMatchObject({ ring: true, seen: true });
    expect(stop.name, `${where}: the name of a ${stop.tag} after ${names[stops.indexOf(stop) - 1]}`).not.toBe('');
  }
  const back = await tabWalk(page, 'back');
  expect(back.map(({ name }) => name).toReversed(), `${where}: the way back`).toEqual(names);
  return stops;
}

const partsOf = (stops: readonly TabStop[]) => stops.map(({ part }) => part).filter((part, at, parts) => part !== parts[at - 1]);
const namesIn = (stops: readonly TabStop[], part: TabStop['part']) => stops.filter((stop) => stop.part === part).map(({ name }) => name);

test('Tab goes through every page and back', async ({ server, newcomer }) => {
  await keeps(server.url);
  const ana = await newcomer('Ana');
  const { page } = ana;
  const pages = [
    ['home', '/', page.getByRole('button', { name: 'Try with a sample' })],
    ['history', '/history', page.getByText('Nothing yet')],
    ['account', '/account', page.getByRole('tabpanel')],
    // The part that comes last.
    ['link', '/link', page.getByRole('textbox', { name: 'Name of this device' })],
    ['a page that is not there', '/nowhere', page.getByRole('heading', { level: 1 })],
    ['alone, before', '/watch/sample', page.locator('section').getByRole('button', { name: 'Play' })],
  ] as const;
  for (const [name, path, sign] of pages) {
    await page.goto(`${server.url}${path}`);
    await expect(sign.first()).toBeVisible();
    await walk(page, name);
  }
  await page.locator('section').getByRole('button', { name: 'Play' }).click();
  await ana.expectPlaying(0.2);
  await expect(ana.pauseButton).toBeVisible();
  const alone = await walk(page, 'alone');
  expect(namesIn(alone, 'player')).toEqual(expect.arrayContaining(['Seek', 'Pause', 'Mute', 'Speed', 'Full screen']));
});

test('Tab goes through a party: header, player, panel; what opens gives the focus back', async ({ server, newcomer }) => {
  const ana = await newcomer('Ana');
  const { page } = ana;
  await ana.startWithSample(server.url);
  await expect(ana.playButton).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy link' })).toBeVisible();
  const party = await walk(page, 'the party');
  expect(partsOf(party).filter((part) => part !== 'elsewhere')).toEqual(['header', 'player', 'panel']);
  expect(namesIn(party, 'player')).toEqual(expect.arrayContaining(['Seek', 'Play', 'Mute', 'Speed', 'Theatre mode', 'Full screen']));

  // Space on a button presses that button and nothing else; the controls stay while the focus is in them.
  await ana.playButton.focus();
  await page.keyboard.press(' ');
  await expect(ana.pauseButton).toBeFocused();
  await ana.expectPlaying(3.5);
  await expect(page.locator('.control-bar')).toHaveCSS('opacity', '1');

  // What a button opens, Escape closes, and the button has the focus again.
  const opened = [
    [page.getByRole('button', { name: 'Invite' }).first(), page.getByRole('dialog', { name: 'Invite friends' })],
    [page.locator('[data-sync-phase]'), page.getByRole('dialog', { name: 'Your sync' })],
    [ana.player.getByRole('button', { name: 'Speed' }), page.getByRole('menu', { name: 'Speed' })],
  ] as const;
  for (const [button, popup] of opened) {
    await button.focus();
    await page.keyboard.press('Enter');
    await expect(popup).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(popup).toBeHidden();
    await expect(button).toBeFocused();
  }

  // Arrows in a menu choose there and do not jump.
  const chips = page.getByRole('list', { name: 'What just happened' });
  const speed = ana.player.getByRole('button', { name: 'Speed' });
  await speed.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitemradio', { name: /^1×/ }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('5');
  await expect(page.getByRole('menuitemradio', { name: /^1.25×/ })).toBeFocused();
  await expect(chips.getByText(/jumped/)).toBeHidden();

  // Escape closes the topmost only, and at last leaves the theatre.
  await page.keyboard.press('Escape');
  await expect(speed).toBeFocused();
  await page.keyboard.press('t');
  await expect(page.getByRole('button', { name: 'Leave theatre mode' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
  await expect(speed).toBeFocused();
  await expect(page.getByRole('button', { name: 'Leave theatre mode' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Theatre mode', exact: true })).toBeVisible();

  // The gate of a guest, and what is left of a party that has ended.
  const link = await ana.partyLink();
  const ben = await newcomer('Ben');
  await ben.page.goto(link);
  await expect(ben.page.getByRole('textbox', { name: 'Your name' })).toBeVisible();
  await walk(ben.page, 'the gate');
  // In Firefox only the page in front has a focus.
  await page.bringToFront();
  await page.getByRole('tab', { name: 'Party' }).click();
  await page.getByRole('button', { name: 'End party' }).click();
  // The way back has the focus first.
  await expect(page.getByRole('alertdialog').getByRole('button').first()).toBeFocused();
  await page.getByRole('alertdialog').getByRole('button', { name: 'End it' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await walk(page, 'a party that has ended');
});

test('Tab goes through the chat: one stop for its lines, then reactions and the box @chromium', async ({ server, newcomer }) => {
  const ana = await newcomer('Ana', { panel: 'chat' });
  await ana.startWithSample(server.url);
  const chat = new ChatPage(ana);
  await expect(chat.box).toBeEnabled();
  for (const text of ['one', 'two', 'three']) await chat.sayFirmly(text);
  const stops = await walk(ana.page, 'the chat');
  const panel = namesIn(stops, 'panel');
  expect(panel.filter((name) => /Reply|More about this line/.test(name))).toEqual([]);
  expect(panel).toEqual(
    expect.arrayContaining(['Chat', 'React with ❤️', 'React with another emoji', 'Chat options', 'Write something', 'Send']),
  );
});

test('an embedded player is no trap', { tag: '@chromium' }, async ({ server, newcomer }) => {
  const ana = await newcomer('Ana', { scriptErrors: true });
  await ana.page.route(/youtube/, (route) => route.fulfill({ contentType: 'text/html', body: '<button>Theirs</button>' }));
  await ana.startWithLink(server.url, 'https://www.youtube.com/watch?v=aqz-KE-bpKQ');
  await expect(ana.player.getByRole('button', { name: 'Full screen' })).toBeVisible();
  await expect(ana.page.getByRole('button', { name: 'Copy link' })).toBeVisible();
  await walk(ana.page, 'a party with an embedded player');
});
