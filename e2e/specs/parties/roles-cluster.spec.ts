import { socketsOf } from '../../fixtures/cluster.ts';
import { chips, fourInParty, knock, notOpen } from '../../fixtures/roles-flow.ts';
import { expect, test } from '../../fixtures/test.ts';

// What hosts do holds on every instance, whichever they are on themselves.

test('roles hold over two instances: rights, mute, kick and knock, ban @chromium', async ({ cluster, newcomer }) => {
  test.setTimeout(180_000);
  const { ana, ben, cleo, dev, link } = await fourInParty(cluster.url, newcomer);
  const counts = await Promise.all(cluster.instances.map((instance) => socketsOf(instance)));
  expect(Math.min(...counts.map((count) => count ?? 0)), 'people are on both instances').toBeGreaterThan(0);

  await ana.page.getByRole('button', { name: /^Who may control/ }).click();
  await ana.page.getByRole('menuitemradio', { name: 'Only hosts' }).click();
  for (const person of [cleo, dev]) {
    await person.showControls();
    await expect(person.playButton).toHaveAttribute('aria-description', 'Only hosts may control this party');
  }
  for (const [host, name, muted] of [
    [ana, 'Cleo', cleo],
    [ben, 'Dev', dev],
  ] as const) {
    await host.aboutPerson(name, 'Mute');
    await expect(chips(muted)).toContainText('A host muted you');
    await expect(ben.person(name)).toContainText('Muted');
  }

  // Removed by one host, let in by the other.
  await ana.remove('Dev');
  await expect(dev.page.getByRole('heading', { name: 'You were removed from this party' })).toBeVisible();
  await knock(dev, link);
  for (const host of [ana, ben]) await expect(chips(host)).toContainText('Dev wants to come in');
  await chips(ben).getByRole('button', { name: 'Let in' }).click();
  await expect(dev.pill).toBeVisible();
  await expect(chips(ana).getByText('Dev wants to come in')).toBeHidden();
  // What they may not do they may not do still.
  await expect(ana.person('Dev')).toContainText('Muted');

  // Banned on the one, not let in by the other: each new connection goes to the next instance.
  await ben.aboutPerson('Dev', 'Ban from party');
  await expect(notOpen(dev)).toBeVisible();
  for (let visit = 0; visit < 4; visit += 1) {
    await dev.page.goto(link);
    await expect(notOpen(dev)).toBeVisible();
  }
  await expect(ana.people.getByRole('listitem')).toHaveCount(3);
});
