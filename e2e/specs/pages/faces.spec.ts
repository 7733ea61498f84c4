import { expect, test } from '../../fixtures/test.ts';

test('two people of one name are told apart, and one picks how they look', { tag: '@chromium' }, async ({ server, newcomer }) => {
  const ana = await newcomer('Ana');
  const other = await newcomer('Ana');
  await ana.startWithSample(server.url);
  await ana.page.getByRole('button', { name: 'Invite' }).first().click();
  const dialog = ana.page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'What do your friends call you?' }).fill('Ana');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const link = await dialog.getByRole('textbox', { name: 'Party link' }).inputValue();
  await ana.page.keyboard.press('Escape');
  await other.join(link);
  for (const { people } of [ana, other]) {
    await expect(people.getByText('Ana', { exact: true })).toBeVisible();
    await expect(people.getByText('Ana 2', { exact: true })).toBeVisible();
  }
  await other.play();
  await expect(ana.page.getByText('Ana 2 pressed play')).toBeVisible();

  const kite = ana.people.getByRole('listitem').filter({ hasText: 'Ana 2' }).getByText('🪁');
  await expect(kite).toBeHidden();
  await other.page.getByRole('button', { name: 'Change how I look' }).click();
  const picker = other.page.getByRole('dialog', { name: 'Change how I look' });
  await picker.getByRole('radio', { name: '🪁' }).check();
  await picker.getByRole('radio', { name: 'Violet' }).check();
  await expect(kite).toBeVisible();
  await other.page.keyboard.press('Escape');
  // It goes along to the next visit.
  await other.page.reload();
  await expect(other.pill).toBeVisible();
  await expect(other.people.getByRole('listitem').filter({ hasText: 'you' }).getByText('🪁')).toBeVisible();
});
