import { expect, keeps, test } from '../../fixtures/test.ts';

// Known people are not asked again.

test('whoever was in comes back in at once: after a reload, from recent parties, in a new window', {
  tag: '@chromium',
}, async ({ server, newcomer }) => {
  const ana = await newcomer('Ana');
  const ben = await newcomer('Ben');
  await ana.startWithSample(server.url);
  const link = await ana.partyLink();
  await ben.join(link);
  const gate = ben.page.getByRole('textbox', { name: 'Your name' });

  await ben.page.reload();
  await expect(ben.pill).toBeVisible();
  await expect(gate).toBeHidden();
  await expect(ana.people.getByText('Ben', { exact: true })).toBeVisible();

  await ben.page.goto(server.url);
  await ben.page
    .getByRole('link', { name: /sample/i })
    .first()
    .click();
  await expect(ben.pill).toBeVisible();

  await ben.page.close();
  const again = await ben.page.context().newPage();
  await again.goto(link);
  await expect(again.locator('[data-sync-phase]')).toBeVisible();
  await expect(again.getByRole('list', { name: 'People' }).getByText('Ben', { exact: true })).toBeVisible();

  // Who owns it is not asked either.
  await ana.page.reload();
  await expect(ana.pill).toBeVisible();

  // Banned, they read that it is not open to them, and see no gate before it.
  await ana.aboutPerson('Ben', 'Ban from party');
  const shut = again.getByRole('heading', { name: 'This party isn’t open to you' });
  await expect(shut).toBeVisible();
  await again.reload();
  await expect(shut).toBeVisible();
  await expect(again.getByRole('button', { name: /^Join/ })).toBeHidden();
  await again.goto(server.url);
  await expect(again.getByRole('textbox', { name: 'Paste a video link' })).toBeVisible();
  await expect(again.getByRole('link', { name: /sample/i })).toHaveCount(0);
});

test('the starter is asked for a name at the first invite, once, and may skip it', { tag: '@chromium' }, async ({ server, newcomer }) => {
  const ana = await newcomer('Ana');
  const { page } = ana;
  await ana.startWithSample(server.url);
  const dialog = page.getByRole('dialog');
  const field = dialog.getByRole('textbox', { name: 'What do your friends call you?' });
  const invite = () => page.getByRole('button', { name: 'Invite' }).first().click();
  await invite();
  await field.fill('Ana');
  await field.press('Enter');
  await expect(field).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(ana.people.getByText('Ana', { exact: true })).toBeVisible();
  await invite();
  await expect(dialog.getByRole('textbox', { name: 'Party link' })).toBeVisible();
  await expect(field).toBeHidden();

  const ben = await newcomer('Ben');
  await ben.startWithSample(server.url);
  await ben.page.getByRole('button', { name: 'Invite' }).first().click();
  await ben.page.getByRole('dialog').getByRole('button', { name: 'Not now' }).click();
  await expect(ben.page.getByRole('textbox', { name: 'What do your friends call you?' })).toBeHidden();
  await expect(ben.page.getByRole('textbox', { name: 'Party link' })).toBeVisible();
});

test('a name is its viewer’s: who signs in on my laptop is asked under their own', { tag: '@chromium' }, async ({ server, newcomer }) => {
  await keeps(server.url);
  const ana = await newcomer('Ana');
  const ben = await newcomer('Ben');
  await ana.startWithSample(server.url);
  const link = await ana.partyLink();
  await ben.join(link);
  const username = `cleo-${crypto.randomUUID().slice(0, 12)}`;
  const data = { username, password: 'a few words make one', deviceName: 'A laptop', bringGuest: false };
  expect((await ben.page.request.post(`${server.url}/api/v1/account`, { data })).status()).toBe(201);
  await ben.page.goto(link);
  const gate = ben.page.getByRole('textbox', { name: 'Your name' });
  await expect(gate).toHaveValue(username);
  await ben.page.getByRole('button', { name: `Join as ${username}` }).click();
  await expect(ben.pill).toBeVisible();
  await expect(ana.people.getByText(username, { exact: true })).toBeVisible();
});
