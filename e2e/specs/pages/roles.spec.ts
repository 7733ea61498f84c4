import { chips, fourInParty, knock, notOpen, setDoor, waiting } from '../../fixtures/roles-flow.ts';
import { expect, test } from '../../fixtures/test.ts';

// Roles that hold: an owner, a host, a member, and one who will be no joy.

test('rights are given, taken and told; who is muted or has a time-out reads so, and what they may not do says why', async ({
  server,
  newcomer,
}) => {
  const { ana, ben, cleo, dev } = await fourInParty(server.url, newcomer);

  // A stranger replaces no film, and everybody plays it.
  await cleo.showPanel('Party');
  const change = cleo.page.getByRole('button', { name: 'Change video' });
  await expect(change).toHaveAttribute('aria-description', 'Only hosts may change the video');
  await expect(cleo.page.getByRole('radio')).toHaveCount(0);
  await ana.showPanel('Party');
  await ana.page.getByRole('button', { name: 'Change the video' }).click();
  await ana.page.getByRole('menuitemradio', { name: 'Everyone' }).click();
  await expect(change).not.toHaveAttribute('aria-disabled');
  await ana.page.getByRole('button', { name: 'Invite people' }).click();
  await ana.page.getByRole('menuitemradio', { name: 'Only hosts' }).click();
  await expect(cleo.page.getByRole('banner').getByRole('button', { name: 'Invite' })).toHaveAttribute(
    'aria-description',
    'Only hosts may invite',
  );
  await ana.page.getByRole('button', { name: 'Play, pause and jump' }).click();
  await ana.page.getByRole('menuitemradio', { name: 'Only the owner' }).click();
  await ana.showPanel('People');
  await ben.showControls();
  await expect(ben.playButton).toHaveAttribute('aria-description', 'Only the owner may control this party');
  // What is the owner's alone is the owner's to give.
  await expect(ben.page.getByRole('button', { name: /^Who may control/ })).toHaveAttribute('aria-description', /Only the owner/);
  await ana.page.getByRole('button', { name: /^Who may control/ }).click();
  await ana.page.getByRole('menuitemradio', { name: 'Everyone' }).click();
  await expect(ben.playButton).not.toHaveAttribute('aria-disabled');

  // A host keeps a member quiet, and not the owner.
  await expect(ben.person('Ana').getByRole('button', { name: /^More about/ })).toHaveCount(0);
  await ben.aboutPerson('Cleo', 'Mute');
  await expect(chips(cleo)).toContainText('A host muted you');
  await expect(ana.person('Cleo')).toContainText('Muted');
  await ben.aboutPerson('Cleo', 'Unmute');
  await expect(chips(cleo)).toContainText('You may write again');
  await expect(ana.person('Cleo')).not.toContainText('Muted');

  await ben.aboutPerson('Dev', 'Time-out for 10 minutes');
  await expect(dev.page.getByText(/A host gave you a time-out · you can watch ?(10:00|9:\d\d)/)).toBeVisible();
  await expect(ana.person('Dev')).toContainText(/Time-out ?9:\d\d/);
  await dev.showControls();
  await expect(dev.playButton).toHaveAttribute('aria-description', /You have a time-out/);
  await dev.page.keyboard.press('k');
  await expect(chips(dev)).toContainText('You have a time-out');
  await ana.aboutPerson('Dev', 'End time-out');
  await expect(chips(dev)).toContainText('Your time-out is over');
  await expect(dev.playButton).not.toHaveAttribute('aria-disabled');
});

test('two presses end a nuisance: banned is banned, by whatever door they try, until a host says otherwise @chromium', async ({
  server,
  newcomer,
}) => {
  const { ana, ben, cleo, dev, link } = await fourInParty(server.url, newcomer);

  await ben.aboutPerson('Dev', 'Ban from party');
  await expect(notOpen(dev)).toBeVisible();
  const dialog = ben.page.getByRole('dialog', { name: 'Dev is banned' });
  // All of them sit at this machine: whom else their address keeps out is said before it does.
  await expect(dialog).toContainText('It lasts 24 hours, and Cleo would have to leave too');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(ana.people.getByRole('listitem')).toHaveCount(3);

  // Before the gate, and not after it.
  for (const open of [() => dev.page.reload(), () => dev.page.goto(link)]) {
    await open();
    await expect(notOpen(dev)).toBeVisible();
    await expect(dev.page.getByRole('button', { name: /^Join/ })).toHaveCount(0);
  }

  // Hosts read what was done, and take it back.
  await ana.showPanel('Party');
  await ana.page.getByRole('button', { name: 'Banned people and what hosts did' }).click();
  const log = ana.page.getByRole('dialog', { name: 'Banned people and what hosts did' });
  await expect(log.getByText('Ben banned Dev')).toBeVisible();
  await expect(log.getByText('Ana made Ben a host')).toBeVisible();
  await log.getByRole('button', { name: 'Let back in: Dev' }).click();
  await expect(log.getByText('Nobody is banned.')).toBeVisible();
  await expect(log.getByText('Ana lifted the ban of Dev')).toBeVisible();
  await ana.page.keyboard.press('Escape');
  await dev.page.goto(link);
  await dev.passGate();

  // Taken back where it was done, too.
  await ana.showPanel('People');
  await ana.aboutPerson('Dev', 'Ban from party');
  await ana.page.getByRole('dialog', { name: 'Dev is banned' }).getByRole('button', { name: 'Undo' }).click();
  await dev.page.goto(link);
  await dev.passGate();
  await expect(ana.people.getByRole('listitem')).toHaveCount(4);

  // With their address whoever shares it has to leave, as it was said; hosts stay.
  await ana.aboutPerson('Dev', 'Ban from party');
  await ana.page.getByRole('button', { name: 'Keep it out for 24 hours' }).click();
  await expect(notOpen(cleo)).toBeVisible();
  await expect(ana.people.getByRole('listitem')).toHaveCount(2);
  await expect(ben.pill).toBeVisible();
  const again = await newcomer('Dev');
  await again.page.goto(link);
  await expect(notOpen(again)).toBeVisible();
});

test('who was removed may knock; whoever knocks is let in without a reload, or told no @chromium', async ({ server, newcomer }) => {
  const { ana, ben, cleo, dev, link } = await fourInParty(server.url, newcomer);

  await ana.remove('Dev');
  await expect(dev.page.getByRole('heading', { name: 'You were removed from this party' })).toBeVisible();
  await dev.page.getByRole('button', { name: 'Ask to come back' }).click();
  await expect(waiting(dev)).toBeVisible();
  // Every host is asked, wherever they look, and one answer is enough.
  await expect(ben.person('Dev')).toHaveCount(0);
  await expect(ben.page.getByRole('button', { name: 'Let in: Dev' })).toBeVisible();
  await expect(chips(ana)).toContainText('Dev wants to come in');
  await chips(ana).getByRole('button', { name: 'Not now' }).click();
  await expect(notOpen(dev)).toBeVisible();
  await expect(chips(ben).getByText('Dev wants to come in')).toBeHidden();

  // Who was sent away is not heard again for a while; known again, they are not asked for a name.
  await dev.page.goto(link);
  await expect(notOpen(dev)).toBeVisible();

  await ana.remove('Cleo');
  await cleo.page.getByRole('button', { name: 'Ask to come back' }).click();
  await expect(waiting(cleo)).toBeVisible();
  await chips(ben).getByRole('button', { name: 'Let in' }).click();
  await expect(cleo.pill).toBeVisible();
  await expect(ana.people.getByRole('listitem')).toHaveCount(3);

  // A removal is taken back as it was done.
  await ana.remove('Cleo');
  await ana.page.getByRole('status').filter({ hasText: 'Cleo was removed' }).getByRole('button', { name: 'Undo' }).click();
  await cleo.page.getByRole('button', { name: 'Ask to come back' }).click();
  await expect(cleo.pill).toBeVisible();

  // New people ask first, many are told as one, and who gave up is forgotten.
  await setDoor(ana, 'New people ask first');
  const [eve, finn] = [await newcomer('Eve'), await newcomer('Finn')];
  await knock(eve, link);
  await knock(finn, link);
  await expect(chips(ana)).toContainText('Eve and 1 more want to come in');
  await chips(ana).getByRole('button', { name: 'Show' }).click();
  await expect(ana.page.getByRole('heading', { name: '2 people want to come in' })).toBeVisible();
  await finn.page.getByRole('button', { name: 'Never mind' }).click();
  await expect(ana.page.getByRole('heading', { name: '1 person wants to come in' })).toBeVisible();
  await ana.page.getByRole('region', { name: '1 person wants to come in' }).getByRole('button', { name: 'Let in: Eve' }).click();
  await expect(eve.pill).toBeVisible();
  // Who has been in is not asked again.
  await eve.page.reload();
  await expect(eve.pill).toBeVisible();
});

test('a locked party and an old link let nobody new in, and everybody back @chromium', async ({ server, newcomer }) => {
  const { ana, cleo, link } = await fourInParty(server.url, newcomer);
  await setDoor(ana, 'Nobody new');
  const eve = await newcomer('Eve');
  await eve.page.goto(link);
  await expect(notOpen(eve)).toBeVisible();
  await cleo.page.reload();
  await expect(cleo.pill).toBeVisible();
  await setDoor(ana, 'Everybody who has it');

  await ana.showPanel('Party');
  await ana.page.getByRole('button', { name: 'Make a new link' }).click();
  await ana.page.getByRole('alertdialog').getByRole('button', { name: 'Make a new one' }).click();
  await expect(ana.page.getByText('There is a new link')).toBeVisible();
  await expect(ana.page).toHaveURL(/\?k=/);
  const next = await ana.partyLink();
  expect(next).not.toBe(link);
  expect(ana.page.url()).toBe(next);
  await eve.page.goto(link);
  await expect(notOpen(eve)).toBeVisible();
  await cleo.page.goto(link);
  await expect(cleo.pill).toBeVisible();
  // Who has only stood before the door is nobody to be welcomed back.
  await eve.page.goto(next);
  await expect(eve.page.getByRole('button', { name: /^Join/ })).toBeVisible();
  await eve.passGate();
  await expect(cleo.people.getByText('Eve', { exact: true })).toBeVisible();
});

test('a replaced video is brought back by one press; a party that was handed over is the other’s to end @chromium', async ({
  server,
  newcomer,
}) => {
  const { ana, ben, cleo } = await fourInParty(server.url, newcomer);
  await ana.page.keyboard.press('3');
  await ana.expectInSync();
  await ben.showPanel('Party');
  await ben.page.getByRole('button', { name: 'Change video' }).click();
  await ben.page.getByRole('dialog').getByRole('textbox').fill(`${server.url}/media/sample.mp4?other=1`);
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Play this instead' }).click();
  await expect(chips(ana)).toContainText('Ben changed the video');
  // Who may not replace it is told, and may not bring it back either.
  await expect(chips(cleo)).toContainText('Ben changed the video');
  await expect(chips(cleo).getByRole('button', { name: /^Back to/ })).toHaveCount(0);
  const before = await ana.page.evaluate(() => document.querySelector('video')?.currentTime ?? -1);
  expect(before).toBeLessThan(1);
  await chips(ana)
    .getByRole('button', { name: /^Back to/ })
    .click();
  await expect(chips(cleo)).toContainText('Ana brought the video back');
  await expect(chips(ben).getByRole('button', { name: /^Back to/ })).toHaveCount(0);
  await expect.poll(() => cleo.page.evaluate(() => document.querySelector('video')?.currentTime ?? 0)).toBeGreaterThan(2);

  await ana.aboutPerson('Ben', 'Hand the party over');
  await ana.page.getByRole('alertdialog', { name: 'Hand the party over to Ben?' }).getByRole('button', { name: 'Hand over' }).click();
  await expect(chips(cleo)).toContainText('Ben owns the party now');
  await expect(chips(ben)).toContainText('The party is yours now');
  await ana.showPanel('Party');
  await expect(ana.page.getByRole('button', { name: 'End party for everyone' })).toHaveCount(0);
  await ben.page.getByRole('button', { name: 'End party for everyone' }).click();
  await ben.page.getByRole('alertdialog').getByRole('button', { name: 'End it' }).click();
  for (const person of [ana, ben, cleo]) {
    await expect(person.page.getByRole('heading', { name: 'This party has ended' })).toBeVisible();
  }
});
