import { joinAsBot } from '../../fixtures/bot.ts';
import { ChatPage } from '../../fixtures/chat.page.ts';
import { type PartyPage, write } from '../../fixtures/party.page.ts';
import { expect, test } from '../../fixtures/test.ts';

// People talk beside the video: what one says is there at once, what others do with it is seen by all.

const PHONE_UPRIGHT = { width: 390, height: 844 };
const PHONE_ON_ITS_SIDE = { width: 844, height: 390 };
const sessionIdOf = (person: PartyPage) => new URL(person.page.url()).pathname.split('/').at(-1) ?? '';

type Newcomer = (name: string, options?: { readonly panel?: 'chat' }) => Promise<PartyPage>;

async function twoWhoTalk(url: string, newcomer: Newcomer) {
  const ana = await newcomer('Ana', { panel: 'chat' });
  await ana.startWithSample(url);
  await ana.page.getByRole('tab', { name: /^People/ }).click();
  await ana.page.getByRole('button', { name: 'Change my name' }).click();
  await write(ana.page.getByRole('textbox', { name: 'Your name' }), 'Ana');
  await ana.page.keyboard.press('Enter');
  await expect(ana.people.getByText('Ana', { exact: true })).toBeVisible();
  await ana.page.getByRole('tab', { name: /^Chat/ }).click();
  const ben = await newcomer('Ben', { panel: 'chat' });
  await ben.join(ana.page.url());
  const [anas, bens] = [new ChatPage(ana), new ChatPage(ben)];
  await expect(anas.box).toBeEnabled();
  await expect(bens.box).toBeEnabled();
  return { ana, ben, anas, bens };
}

test('two people talk: a line is there at once and then at the other; answer, change and delete are seen by both @chromium', async ({
  server,
  newcomer,
}) => {
  const { ana, ben, anas, bens } = await twoWhoTalk(server.url, newcomer);
  // Nobody has said anything: who would hear it is named, and one press says hello.
  await expect(bens.log.getByText('Ana is here. Say hello.').or(bens.log.getByText(/Say hello/).first())).toBeVisible();
  await bens.page.getByRole('button', { name: 'Say hello' }).click();
  await expect(anas.line('👋')).toBeVisible();

  await anas.say('Does it start soon?');
  await expect(bens.line('Does it start soon?')).toBeVisible();
  await expect(anas.line('Does it start soon?')).toBeVisible();
  // The mark of a host is the page's, not a part of the name.
  const said = bens.log.locator('[data-row]').filter({ hasText: 'Does it start soon?' });
  await expect(said.getByText('host', { exact: true })).toBeVisible();
  await expect(said.locator('bdi').first()).toHaveText('Ana');

  // An answer shows what it answers, and leads there.
  await bens.line('Does it start soon?').hover();
  await bens.line('Does it start soon?').getByRole('button', { name: 'Reply' }).click();
  await expect(bens.box).toBeFocused();
  await expect(ben.page.getByText('Answering')).toBeVisible();
  await ben.page.keyboard.press('Escape');
  await expect(ben.page.getByText('Answering')).toBeHidden();
  // By the menu of the line as well: what is typed next is for the box, and no key of the player.
  await bens.choose('Does it start soon?', 'Reply');
  await expect(ben.page.getByRole('menu')).toBeHidden();
  await expect(bens.box).toBeFocused();
  await ben.page.keyboard.type('In a minute');
  await expect(bens.box).toHaveValue('In a minute');
  await ben.page.keyboard.press('Enter');
  const answer = anas.line('In a minute');
  await expect(answer.getByRole('button', { name: /^Answers .*Does it start soon\?/ })).toBeVisible();
  await answer.getByRole('button', { name: /^Answers/ }).click();
  await expect(anas.line('Does it start soon?').first()).toBeFocused();

  // Arrow up in the empty box changes what one said last.
  await bens.box.click();
  await ben.page.keyboard.press('ArrowUp');
  const change = ben.page.getByRole('textbox', { name: 'Change your line' });
  await expect(change).toHaveValue('In a minute');
  await change.press('End');
  await ben.page.keyboard.insertText(' or two');
  await ben.page.keyboard.press('Enter');
  await expect(anas.line('In a minute or two').getByText('(edited)')).toBeVisible();
  await expect(bens.box).toHaveValue('');

  await bens.choose('In a minute or two', 'Delete');
  await ben.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(anas.line('In a minute or two')).toBeHidden();
  // A host takes anybody's line away.
  await anas.choose('👋', 'Delete');
  await ana.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(bens.line('👋')).toBeHidden();
});

test('a line is shown within a tenth of a second of its press, whatever the server does @chromium', async ({ server, newcomer }) => {
  const ana = await newcomer('Ana', { panel: 'chat' });
  await ana.startWithSample(server.url);
  const chat = new ChatPage(ana);
  await expect(chat.box).toBeEnabled();
  await ana.page.context().setOffline(true);
  await chat.box.click();
  await ana.page.keyboard.insertText('Into the dark');
  const shownMs = await ana.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const log = document.querySelector('[role="log"]');
        let pressedMs = 0;
        const watch = new MutationObserver(() => {
          if (log?.textContent?.includes('Into the dark')) resolve(performance.now() - pressedMs);
        });
        if (log) watch.observe(log, { childList: true, subtree: true, characterData: true });
        const box = document.querySelector('[data-chat-composer]');
        pressedMs = performance.now();
        box?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
      }),
  );
  expect(shownMs).toBeLessThan(100);
  await expect(chat.log.locator('[data-pending]')).toContainText('Into the dark');
  await ana.page.context().setOffline(false);
  await expect(chat.line('Into the dark')).toBeVisible({ timeout: 30_000 });
  await expect(chat.log.locator('[data-pending]')).toHaveCount(0);
  await expect(chat.line('Into the dark')).toHaveCount(1);
});

test('names are completed by the keyboard, and who is meant sees it @chromium', async ({ server, newcomer }) => {
  const { ana, ben, anas, bens } = await twoWhoTalk(server.url, newcomer);
  await bens.box.click();
  await ben.page.keyboard.type('look @an');
  const list = ben.page.getByRole('listbox', { name: 'People' });
  await expect(list.getByRole('option', { name: /Ana/ })).toHaveAttribute('aria-selected', 'true');
  await ben.page.keyboard.press('Tab');
  await expect(bens.box).toHaveValue(/^look @Ana /);
  await ben.page.keyboard.type('here');
  await ben.page.keyboard.press('Enter');
  await expect(anas.line('look @Ana here').locator('bdi bdi')).toHaveText('@Ana');
  await expect(list).toBeHidden();

  // Escape leaves the list, then the answer; the text stays.
  await anas.box.click();
  await ana.page.keyboard.type('@be');
  await expect(ana.page.getByRole('listbox')).toBeVisible();
  await ana.page.keyboard.press('Escape');
  await expect(ana.page.getByRole('listbox')).toBeHidden();
  await expect(anas.box).toHaveValue('@be');
  // What was begun is still there after a look at the people.
  await ana.page.getByRole('tab', { name: /^People/ }).click();
  await ana.page.getByRole('tab', { name: /^Chat/ }).click();
  await expect(anas.box).toHaveValue('@be');
});

test('links and moments can be followed; HTML, turned text and towers of marks do no harm @chromium', async ({ server, newcomer }) => {
  const { anas, bens } = await twoWhoTalk(server.url, newcomer);
  // In the first minute nobody’s links are taken but a host's.
  await anas.say('see https://user:secret@example.com/a and 0:05');
  const link = bens.line('see https').getByRole('link');
  await expect(link).toHaveText('https://example.com/a');
  await expect(link).toHaveAttribute('href', 'https://example.com/a');
  await expect(link).toHaveAttribute('rel', /noopener/);
  await bens.line('0:05').getByRole('button', { name: 'Jump to 0:05' }).click();
  await expect(anas.log.getByText(/jumped to 0:05/)).toBeVisible();

  const html = '<img src=x onerror="document.title=1"><b>bold</b>';
  await anas.sayFirmly(html);
  await expect(bens.line('<b>bold</b>').locator('img, b')).toHaveCount(0);
  await anas.say(`abc\u202Edcb tower${'\u0316'.repeat(60)} end`);
  const tower = bens.line('tower');
  await expect(tower).toBeVisible();
  expect(await tower.textContent()).not.toMatch(/\u202E/);
  const box = await tower.boundingBox();
  expect(box?.height ?? 0).toBeLessThan(60);
  await anas.sayFirmly(`${'w'.repeat(400)}`);
  const panel = await bens.log.evaluate((log) => [log.scrollWidth, log.clientWidth]);
  expect(panel[0]).toBeLessThanOrEqual(panel[1] ?? 0);
});

test('what was missed is there after the connection comes back, and nothing twice @chromium', async ({ server, newcomer }) => {
  const { ben, anas, bens } = await twoWhoTalk(server.url, newcomer);
  await anas.sayFirmly('before');
  await expect(bens.line('before')).toBeVisible();
  await ben.page.context().setOffline(true);
  await expect(ben.pill).toHaveAttribute('data-sync-phase', 'reconnecting', { timeout: 30_000 });
  await expect(ben.page.getByText('What you write is sent then.')).toBeVisible();
  for (const text of ['missed one', 'missed two', 'missed three']) await anas.sayFirmly(text);
  await bens.say('from the tunnel');
  await expect(bens.log.locator('[data-pending]')).toContainText('from the tunnel');
  await ben.page.context().setOffline(false);
  for (const text of ['missed one', 'missed two', 'missed three']) await expect(bens.line(text)).toHaveCount(1, { timeout: 30_000 });
  await expect(anas.line('from the tunnel')).toHaveCount(1, { timeout: 30_000 });
  await expect(bens.line('from the tunnel')).toHaveCount(1);
  await ben.page.reload();
  await expect(bens.line('missed three')).toHaveCount(1, { timeout: 20_000 });
  await expect(bens.line('from the tunnel')).toHaveCount(1);
});

test('who reads what was before stays there, is told how much is new, and what is new is marked elsewhere @chromium', async ({
  server,
  newcomer,
}) => {
  test.setTimeout(120_000);
  const { ana, ben, anas, bens } = await twoWhoTalk(server.url, newcomer);
  const bot = await joinAsBot(server.url, sessionIdOf(ana), { name: 'Talker' });
  const say = async (text: string) => {
    for (;;) {
      const outcome = await bot.client.chat.send(text);
      if (outcome.ok) return;
      for (const item of bot.client.chat.state.items) if (item.kind === 'pending') bot.client.chat.discard(item.opId);
      await new Promise((resolve) => setTimeout(resolve, (!outcome.ok && outcome.error.retryAfterMs) || 500));
    }
  };
  for (let n = 0; n < 18; n += 1) await say(`line ${n} of several, long enough to fill the panel of a party after a few of them`);
  await expect(bens.line('line 17 of')).toBeVisible();
  await bens.log.evaluate((log) => log.scrollTo(0, 0));
  const first = bens.line('line 0 of');
  await expect(first).toBeInViewport();
  const placeBefore = await first.boundingBox();
  await expect(ben.page.getByRole('button', { name: 'To the newest' })).toBeVisible();
  await say('one more');
  await expect(ben.page.getByRole('button', { name: '1 new' })).toBeVisible();
  expect((await first.boundingBox())?.y).toBeCloseTo(placeBefore?.y ?? 0, 0);
  await ben.page.getByRole('button', { name: '1 new' }).click();
  await expect(bens.line('one more')).toBeInViewport();

  await ana.page.getByRole('tab', { name: /^People/ }).click();
  await say('are you there?');
  await expect(ana.page.getByRole('tab', { name: /^Chat.*1 new|^Chat.*1/ })).toBeVisible();
  await anas.open();
  await expect(anas.line('are you there?')).toBeVisible();
  await expect(ana.page.getByRole('tab', { name: 'Chat', exact: true })).toBeVisible();
  // Arrows go from line to line, Enter opens what can be done.
  await anas.log.focus();
  await ana.page.keyboard.press('ArrowUp');
  await expect(anas.line('are you there?')).toBeFocused();
  await ana.page.keyboard.press('ArrowUp');
  await expect(anas.line('one more')).toBeFocused();
  await ana.page.keyboard.press('Enter');
  await expect(ana.page.getByRole('menuitem', { name: 'Reply' })).toBeVisible();
  await ana.page.keyboard.press('Escape');
  bot.close();
});

test('in full screen the chat is over the video, and can be answered there @chromium', async ({ server, newcomer }) => {
  const { ana, ben, anas, bens } = await twoWhoTalk(server.url, newcomer);
  await ana.page.locator('body').click({ position: { x: 5, y: 5 } });
  await ana.page.keyboard.press('f');
  const over = ana.page.getByRole('list', { name: 'Chat, the newest' });
  await expect(anas.log).toBeHidden();
  await bens.say('Can you see this?');
  await expect(over.getByText('Can you see this?')).toBeVisible();
  await ana.page.keyboard.press('Enter');
  await expect(anas.box).toBeFocused();
  await ana.page.keyboard.insertText('I can');
  await ana.page.keyboard.press('Enter');
  await expect(bens.line('I can')).toBeVisible();
  await expect(over.getByText('I can')).toBeVisible();
  await expect.poll(() => ana.page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
  await ana.page.keyboard.press('Escape');
  await ana.page.evaluate(() => document.exitFullscreen().catch(() => {}));
  await expect(anas.log).toBeVisible();
  // On the video a line goes after a while.
  await ben.page.setViewportSize(PHONE_ON_ITS_SIDE);
  const bensOver = ben.page.getByRole('list', { name: 'Chat, the newest' });
  await anas.say('Gone soon');
  await expect(bensOver.getByText('Gone soon')).toBeVisible();
  await expect(bensOver.getByText('Gone soon')).toHaveCount(0, { timeout: 15_000 });
});

test('reactions are seen by the other over the video; who wants nothing to move reads how many @chromium', async ({ server, newcomer }) => {
  const { ana, ben, anas, bens } = await twoWhoTalk(server.url, newcomer);
  await anas.page.getByRole('button', { name: 'React with 😂' }).click();
  await expect(ben.page.locator('.reaction[data-reaction="😂"]')).toBeVisible();
  await expect(ana.page.locator('.reaction[data-reaction="😂"]')).toBeVisible();
  await expect(ben.page.locator('.reaction')).toHaveCount(0, { timeout: 10_000 });
  await ben.page.emulateMedia({ reducedMotion: 'reduce' });
  // In Firefox a page behind others does not hear of it.
  await ben.page.bringToFront();
  await anas.page.getByRole('button', { name: 'React with 🔥' }).click();
  await expect(ben.page.locator('.reaction-counts [data-reaction="🔥"]')).toHaveText('🔥 1');

  // All emojis come from this server; what was picked is one press away the next time.
  const elsewhere: string[] = [];
  bens.page.on('request', (request) => {
    if (!request.url().startsWith(server.url) && /^http/.test(request.url())) elsewhere.push(request.url());
  });
  await bens.page.getByRole('button', { name: 'React with another emoji' }).click();
  const picker = ben.page.getByRole('dialog', { name: 'React with another emoji' });
  await picker.getByRole('searchbox').or(picker.getByLabel('Find an emoji')).first().fill('fox');
  await picker.getByRole('gridcell', { name: /fox/i }).first().click();
  await expect(ana.page.locator('[data-reaction="🦊"]').first()).toBeVisible();
  await ben.page.keyboard.press('Escape');
  await expect(ben.page.getByRole('button', { name: 'React with 🦊' })).toBeVisible();
  await bens.page.getByRole('button', { name: 'Emoji', exact: true }).click();
  await ben.page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: '🦊' }).first().click();
  await ben.page.keyboard.press('Escape');
  await expect(bens.box).toHaveValue('🦊');
  expect(elsewhere).toEqual([]);
});

test('a host slows the chat down and clears it; the box counts down @chromium', async ({ server, newcomer }) => {
  const { ana, ben, anas, bens } = await twoWhoTalk(server.url, newcomer);
  await ana.page.getByRole('button', { name: 'Chat options' }).click();
  await ana.page.getByRole('menuitemradio', { name: 'One line in 10 seconds' }).click();
  await expect(ben.page.getByText('Slow mode: one line in 10 seconds')).toBeVisible();
  await bens.sayFirmly('slowly');
  await expect(ben.page.getByText(/you can write again in \d+ seconds?/)).toBeVisible();
  await anas.sayFirmly('hosts may');
  await anas.sayFirmly('talk on');
  await ana.page.getByRole('button', { name: 'Chat options' }).click();
  await ana.page.getByRole('menuitem', { name: 'Clear the chat' }).click();
  await ana.page.getByRole('alertdialog').getByRole('button', { name: 'Clear' }).click();
  await expect(bens.lines).toHaveCount(0);
  await expect(bens.log.getByText(/cleared the chat/)).toBeVisible();
  await expect(ben.page.getByRole('button', { name: 'Chat options' })).toBeVisible();
});

test('a host quiets somebody from the chat, who reads why and until when; a link that comes too early keeps nobody quiet @chromium', async ({
  server,
  newcomer,
}) => {
  const { ana, ben, anas, bens } = await twoWhoTalk(server.url, newcomer);
  await bens.say('see https://example.com/early');
  await expect(bens.log.getByText(/Links wait until you have been here for a minute/)).toBeVisible();
  await bens.sayFirmly('noise');
  await anas.choose('noise', 'Mute');
  await expect(ben.page.getByText('A host has muted you: you can write again when a host lets you.')).toBeVisible();
  await expect(bens.box).toBeDisabled();
  await anas.choose('noise', 'Unmute');
  await expect(bens.box).toBeEnabled();
  await anas.choose('noise', 'Time-out for 10 minutes');
  await expect(ben.page.getByText(/^A host gave you a time-out: you can write again at \d/)).toBeVisible();
  await expect(ben.page.getByText(/^\((10:00|9:\d\d)\)$/)).toBeVisible();
  await expect(bens.box).toBeDisabled();
  // Two presses on the name end it, also of somebody who has left.
  await ben.page.goto('about:blank');
  await anas.log.getByRole('button', { name: 'More about Ben' }).first().click();
  await ana.page.getByRole('menuitem', { name: 'Ban' }).click();
  await expect(ana.page.getByRole('dialog', { name: /Ben/ })).toBeVisible();
});

test('new lines are read aloud, unless that is turned off @chromium', async ({ server, newcomer }) => {
  const { ana, anas, bens } = await twoWhoTalk(server.url, newcomer);
  await bens.sayFirmly('read this');
  await expect(anas.spoken).toContainText('read this');
  await anas.sayFirmly('my own words');
  await expect(anas.spoken).not.toContainText('my own words');
  await ana.page.getByRole('button', { name: 'Chat options' }).click();
  await ana.page.getByRole('group', { name: 'Read aloud' }).getByRole('menuitemradio', { name: 'Nothing' }).click();
  await bens.sayFirmly('and not this');
  await expect(anas.line('and not this')).toBeVisible();
  await expect(anas.spoken).toBeEmpty();
});

test('on a phone the chat is below the video, and the video stays in sight @chromium', async ({ server, newcomer }) => {
  const { ana, anas, bens } = await twoWhoTalk(server.url, newcomer);
  await ana.page.setViewportSize(PHONE_UPRIGHT);
  await bens.say('Hello phone');
  await expect(anas.line('Hello phone')).toBeInViewport();
  await expect(ana.player).toBeInViewport();
  await expect(anas.box).toBeInViewport();
  // A tap on a line shows what can be done with it.
  await anas.line('Hello phone').click();
  await expect(anas.line('Hello phone').getByRole('button', { name: 'Reply' })).toBeInViewport();
  await ana.page.setViewportSize(PHONE_ON_ITS_SIDE);
  await expect(anas.log).toBeHidden();
  await ana.showControls();
  await ana.page.getByRole('button', { name: 'Write in the chat' }).click();
  await expect(anas.box).toBeFocused();
  await ana.page.keyboard.insertText('from a phone');
  await ana.page.keyboard.press('Enter');
  await expect(bens.line('from a phone')).toBeVisible();
});
