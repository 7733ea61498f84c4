import { faultsOf } from '../../fixtures/axe.ts';
import { ChatPage } from '../../fixtures/chat.page.ts';
import type { PartyPage } from '../../fixtures/party.page.ts';
import { QueuePage } from '../../fixtures/queue.page.ts';
import { chips, fourInParty, knock, notOpen, setDoor } from '../../fixtures/roles-flow.ts';
import { expect, keeps, test } from '../../fixtures/test.ts';
import { hasWatched } from '../../fixtures/watched.ts';

// Every page and state, looked at by axe in both themes.

const PORTRAIT = { width: 390, height: 844 };
const LANDSCAPE = { width: 844, height: 390 };
const DESKTOP = { width: 1280, height: 800 };

/** Collects faults over many states, so that one run tells all of them. */
function inspector() {
  const faults: string[] = [];
  return {
    faults,
    look: async ({ page }: PartyPage, state: string) => void faults.push(...(await faultsOf(page, state))),
  };
}

test('axe finds nothing on the pages of the site @chromium', async ({ server, newcomer, browser }) => {
  test.setTimeout(120_000);
  await keeps(server.url);
  const { faults, look } = inspector();
  const ana = await newcomer('Ana');
  const { page } = ana;
  const open = async (path: string, heading: string | RegExp) => {
    await page.goto(server.url + path);
    await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible();
  };

  await open('/', /^Watch together/);
  await look(ana, 'start page');
  await page.setViewportSize(PORTRAIT);
  await look(ana, 'start page on a phone');
  await page.setViewportSize(DESKTOP);
  await page.getByRole('button', { name: 'Start a party' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await look(ana, 'start page without a link');
  await page.getByRole('button', { name: 'Theme' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await look(ana, 'start page, menu');
  await open('/history', 'Nothing yet');
  await look(ana, 'empty history');
  await open('/account', /./);
  await look(ana, 'account of a guest');
  await open('/link', /./);
  await page.getByRole('button', { name: 'Show a code' }).click();
  await expect(page.getByRole('img', { name: /QR/ })).toBeVisible();
  await look(ana, 'link');
  await open('/nowhere', /./);
  await look(ana, 'no such page');
  await open('/s/AAAAAAAAAAAAAAAAAAAAAA', /./);
  await look(ana, 'no such party');

  await page.goto(`${server.url}/watch/sample`);
  const start = page.locator('section').getByRole('button', { name: 'Play' });
  await expect(start).toBeVisible();
  await look(ana, 'alone, before');
  await start.click();
  await ana.expectPlaying();
  await look(ana, 'alone, playing');
  const context = await browser.newContext();
  await context.addCookies(await page.context().cookies());
  const elsewhere = await context.newPage();
  await elsewhere.goto(`${server.url}/watch/sample`);
  await elsewhere.locator('section').getByRole('button').first().click();
  await expect(page.getByRole('button', { name: 'Play here' })).toBeVisible();
  await look(ana, 'alone, playing elsewhere');

  await page.goto('about:blank');
  await hasWatched(page.context(), server.url, 150);
  await page.goto(server.url);
  await expect(page.getByRole('region', { name: 'Continue watching' })).toBeVisible();
  await expect(page.locator('#devices-heading')).toBeVisible();
  await look(ana, 'start page with what to go on with');
  await context.close();
  await page.goto(`${server.url}/watch/sample`);
  await expect(page.locator('#watch-heading')).toBeVisible();
  await look(ana, 'alone, asking where from');
  await open('/history', 'History');
  await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible();
  await look(ana, 'history');
  await page
    .getByRole('button', { name: /^Forget/ })
    .first()
    .click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await look(ana, 'history, asking to forget');
  expect(faults).toEqual([]);
});

test('axe finds nothing in a party, alone and in company @chromium', async ({ server, newcomer }) => {
  test.setTimeout(180_000);
  const { faults, look } = inspector();
  const ana = await newcomer('Ana');
  const { page } = ana;
  await ana.startWithSample(server.url);
  const link = page.url();
  await ana.expectInSync();
  await expect(page.getByRole('img', { name: /QR/ })).toBeVisible();
  await look(ana, 'alone');
  for (const [viewport, name] of [
    [PORTRAIT, 'upright'],
    [LANDSCAPE, 'on its side'],
  ] as const) {
    await page.setViewportSize(viewport);
    await look(ana, `alone, phone ${name}`);
  }
  await page.setViewportSize(DESKTOP);

  const ben = await newcomer('Ben');
  await ben.page.goto(link);
  await expect(ben.page.getByRole('textbox', { name: 'Your name' })).toBeVisible();
  await look(ben, 'gate');
  await ben.passGate();
  await expect(ana.people.getByRole('listitem')).toHaveCount(2);
  await ana.play();
  await ana.expectPlaying();
  await look(ana, 'host, playing');
  await ben.page.keyboard.press('l');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await look(ana, 'somebody jumped');
  await ana.pause();

  const opened: readonly [string, () => Promise<void>, () => ReturnType<typeof page.getByRole>][] = [
    ['own sync', () => ana.pill.click(), () => page.getByRole('dialog')],
    ['invitation', () => page.keyboard.press('i'), () => page.getByRole('dialog')],
    ['keys', () => page.keyboard.press('?'), () => page.getByRole('dialog')],
    ['a person', () => page.getByRole('button', { name: /^More about/ }).click(), () => page.getByRole('menu')],
    ['who may control', () => page.getByRole('button', { name: /^Who may control/ }).click(), () => page.getByRole('menu')],
    [
      'own name',
      () => page.getByRole('button', { name: 'Change my name' }).click(),
      () => page.getByRole('textbox', { name: 'Your name' }),
    ],
  ];
  for (const [name, open, what] of opened) {
    await open();
    await expect(what()).toBeVisible();
    await look(ana, name);
    await page.keyboard.press('Escape');
    await expect(what()).toBeHidden();
  }
  await ana.showControls();
  await ana.player.getByRole('button', { name: 'Speed', exact: true }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await look(ana, 'speed');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: /^Who may control/ }).click();
  await page.getByRole('menuitemradio', { name: 'Only hosts' }).click();
  await expect(ben.page.getByText('Only hosts may play, pause and jump.')).toBeVisible();
  await ben.showControls();
  await look(ben, 'without control');

  await page.getByRole('tab', { name: 'Party', exact: true }).click();
  await look(ana, 'party');
  await page.getByRole('button', { name: 'Change video' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await look(ana, 'another video');
  await page.keyboard.press('Escape');
  await page.keyboard.press('t');
  await ana.showControls();
  await look(ana, 'theatre');
  await page.keyboard.press('t');
  await page.setViewportSize(PORTRAIT);
  await look(ana, 'phone upright');
  await page.setViewportSize(LANDSCAPE);
  await ana.showControls();
  await look(ana, 'phone on its side');
  await page.getByRole('button', { name: 'Show panel' }).click();
  await expect(page.getByRole('complementary')).toBeVisible();
  await look(ana, 'phone on its side, people');
  await page.setViewportSize(DESKTOP);

  await ben.page.context().setOffline(true);
  await expect(ben.pill).toHaveAttribute('data-sync-phase', 'reconnecting', { timeout: 30_000 });
  await look(ben, 'offline');
  await ben.page.context().setOffline(false);
  await ben.expectInSync(20_000);
  expect(faults).toEqual([]);
});

test('axe finds nothing in the chat, in its panel and over the video @chromium', async ({ server, newcomer }) => {
  test.setTimeout(180_000);
  const { faults, look } = inspector();
  const [ana, ben] = [await newcomer('Ana', { panel: 'chat' }), await newcomer('Ben', { panel: 'chat' })];
  const { page } = ana;
  await ana.startWithSample(server.url);
  const [anas, bens] = [new ChatPage(ana), new ChatPage(ben)];
  await expect(anas.box).toBeEnabled();
  await look(ana, 'a chat of nobody');
  await ben.join(page.url());
  await expect(page.getByRole('button', { name: 'Say hello' })).toBeVisible();
  await look(ana, 'an empty chat in company');
  await anas.sayFirmly('It begins at 0:05, see https://example.com/page');
  await bens.sayFirmly('👋');
  await bens.line('It begins').hover();
  await bens.line('It begins').getByRole('button', { name: 'Reply' }).click();
  await bens.sayFirmly('I see');
  await ben.page.keyboard.press('l');
  await bens.box.fill('a'.repeat(495));
  await expect(ben.page.getByText('5 characters left')).toBeVisible();
  await look(ben, 'chat, nearly too long');
  await bens.box.fill('@');
  await expect(ben.page.getByRole('listbox')).toBeVisible();
  await look(ben, 'chat, names');
  await bens.box.fill('');
  await anas.line('I see').hover();
  await look(ana, 'chat, a line');
  await anas.line('I see').hover();
  await anas.line('I see').getByRole('button', { name: 'More about this line' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await look(ana, 'chat, a menu of a line');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menu')).toBeHidden();
  const opened: readonly [string, string, 'menu' | 'dialog'][] = [
    ['Chat options', 'options', 'menu'],
    ['React with another emoji', 'emoji', 'dialog'],
  ];
  for (const [button, name, role] of opened) {
    await page.getByRole('button', { name: button }).last().click();
    await expect(page.getByRole(role)).toBeVisible();
    await look(ana, `chat, ${name}`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole(role)).toBeHidden();
  }
  await page.setViewportSize(PORTRAIT);
  await look(ana, 'chat, phone upright');
  await page.setViewportSize(LANDSCAPE);
  await bens.sayFirmly('over the video');
  await ana.showControls();
  await page.getByRole('button', { name: 'Write in the chat' }).click();
  await expect(anas.box).toBeFocused();
  await look(ana, 'chat over the video');
  expect(faults).toEqual([]);
});

test('axe finds nothing where a party is over, closed or plays nothing @chromium', async ({ server, newcomer }) => {
  const { faults, look } = inspector();
  const [ana, ben] = [await newcomer('Ana'), await newcomer('Ben')];
  await ana.startWithSample(server.url);
  await ben.join(ana.page.url());
  await ana.remove('Ben');
  await expect(ben.page.getByRole('heading', { name: /removed/ })).toBeVisible();
  await look(ben, 'removed');
  await ana.page.getByRole('tab', { name: 'Party', exact: true }).click();
  await ana.page.getByRole('button', { name: 'End party for everyone' }).click();
  await expect(ana.page.getByRole('alertdialog')).toBeVisible();
  await look(ana, 'asking to end');
  await ana.page.getByRole('button', { name: 'End it' }).click();
  await expect(ana.page.getByRole('heading', { name: /ended/ })).toBeVisible();
  await look(ana, 'ended');

  const media = { url: `${server.url}/nothing-here.mp4` };
  const party = await ana.page.request.post(`${server.url}/api/v1/sessions`, { data: { media } });
  await ana.page.goto(`${server.url}/s/${((await party.json()) as { id: string }).id}`);
  await expect(ana.pill).toHaveAttribute('data-sync-phase', 'unplayable', { timeout: 20_000 });
  await look(ana, 'unplayable');
  await ana.page.goto(server.url);
  await expect(ana.page.getByRole('region', { name: 'Your recent parties' })).toBeVisible();
  await look(ana, 'start page with recent parties');
  expect(faults).toEqual([]);
});

test('axe finds nothing on the account page of somebody who has one @chromium', async ({ server, newcomer }) => {
  await keeps(server.url);
  const { faults, look } = inspector();
  const ana = await newcomer('Ana');
  await ana.page.request.get(`${server.url}/api/v1/me`);
  const made = await ana.page.request.post(`${server.url}/api/v1/account`, {
    data: { username: `axe-${server.port}`, password: 'a few words make one', deviceName: 'A laptop' },
  });
  expect(made.ok(), await made.text()).toBe(true);
  await ana.page.goto(`${server.url}/account`);
  await expect(ana.page.getByRole('list', { name: /devices/i })).toBeVisible();
  await look(ana, 'account');
  await ana.page.setViewportSize(PORTRAIT);
  await look(ana, 'account on a phone');
  await ana.page.goto(`${server.url}/link`);
  await expect(ana.page.getByRole('textbox')).toBeVisible();
  await look(ana, 'link, signed in');
  expect(faults).toEqual([]);
});

test('axe finds nothing in the queue, empty, full and while it goes on @chromium', async ({ server, newcomer, media }) => {
  test.setTimeout(120_000);
  const { faults, look } = inspector();
  const [ana, ben] = [await newcomer('Ana'), await newcomer('Ben')];
  const { page } = ana;
  await ana.startWithLink(server.url, media.serve('film', { path: 'One.mp4' }).url);
  const queue = new QueuePage(page);
  await queue.open();
  await look(ana, 'empty queue');
  const links = ['Alpha', 'Beta', 'Gamma'].map((name) => media.serve('film', { path: `${name}.mp4` }).url);
  await queue.paste([...links, 'no link at all'].join('\n'));
  await queue.expectOrder('Alpha', 'Beta', 'Gamma');
  await queue.vote('Beta').click();
  await look(ana, 'queue, with a list that was added');
  await queue.handle('Beta').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowUp');
  await look(ana, 'queue, moving with the keys');
  await page.keyboard.press('Space');
  await queue.choose('Gamma', 'Remove');
  await expect(queue.undo).toBeVisible();
  await look(ana, 'queue, with something to take back');
  await page.getByRole('button', { name: 'Queue settings' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await look(ana, 'queue settings');
  await page.keyboard.press('Escape');
  await ben.join(page.url());
  const bens = new QueuePage(ben.page);
  await bens.open();
  await look(ben, 'queue of others');
  await ana.play();
  await ana.expectPlaying();
  await page.keyboard.press('Shift+N');
  await page.getByRole('button', { name: 'Played before' }).click();
  await expect(page.getByRole('list', { name: 'Played before' })).toBeVisible();
  await look(ana, 'queue, with what was on');
  await page.setViewportSize(PORTRAIT);
  await look(ana, 'queue on a phone');
  await page.setViewportSize(DESKTOP);
  await ana.seekTo(291, 300);
  await page.getByRole('region', { name: 'Next', exact: true }).getByRole('button', { name: 'Stay' }).click();
  await expect(page.getByText('Stays here at the end')).toBeVisible();
  await look(ana, 'what comes next, over the picture');
  expect(faults).toEqual([]);
});

test('axe finds nothing in what hosts do about people, nor in what those see @chromium', async ({ server, newcomer }) => {
  test.setTimeout(240_000);
  const { faults, look } = inspector();
  const { ana, ben, cleo, dev, link } = await fourInParty(server.url, newcomer);
  const { page } = ana;
  const dialog = page.getByRole('dialog');
  await ana.aboutPerson('Cleo', 'Mute');
  await expect(chips(cleo)).toContainText('A host muted you');
  await look(cleo, 'muted');
  await ana.aboutPerson('Dev', 'Time-out for 10 minutes');
  await expect(ana.person('Dev')).toContainText('Time-out');
  await look(ana, 'people, one muted and one with a time-out');
  await dev.showPanel('Chat');
  await look(dev, 'with a time-out');
  await ana.showPanel('Party');
  await page.getByRole('button', { name: 'Change the video' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await look(ana, 'a right');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Make a new link' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await look(ana, 'asking for a new link');
  await page.keyboard.press('Escape');

  await setDoor(ana, 'New people ask first');
  const eve = await newcomer('Eve');
  await eve.page.goto(link);
  await expect(eve.page.getByRole('heading', { name: 'Ask to come in' })).toBeVisible();
  await look(eve, 'before a door');
  await knock(eve, link);
  await look(eve, 'waiting at a door');
  await expect(chips(ana)).toContainText('Eve wants to come in');
  await look(ana, 'somebody waits');

  await ana.remove('Dev');
  await expect(page.getByText('Dev was removed')).toBeVisible();
  await look(ana, 'a removal to take back');
  await ana
    .person('Ben')
    .getByRole('button', { name: /^More about/ })
    .click();
  await page.getByRole('menuitem', { name: 'Hand the party over' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await look(ana, 'asking to hand over');
  await page.keyboard.press('Escape');
  await ana.aboutPerson('Cleo', 'Ban from party');
  await expect(dialog).toBeVisible();
  await look(ana, 'banned, and the address');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(notOpen(cleo)).toBeVisible();
  await look(cleo, 'not open');
  await ana.showPanel('Party');
  await page.getByRole('button', { name: 'Banned people and what hosts did' }).click();
  await expect(dialog.getByText('Ana banned Cleo')).toBeVisible();
  await look(ana, 'who is banned and what hosts did');
  await page.setViewportSize(PORTRAIT);
  await look(ana, 'the same on a phone');
  await page.keyboard.press('Escape');
  await look(ana, 'what hosts set, on a phone');
  await look(ben, 'what another host sees');
  expect(faults).toEqual([]);
});
