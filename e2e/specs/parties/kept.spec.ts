import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, keeps, test } from '../../fixtures/test.ts';

test('a party that cannot be saved says so quietly, goes on, and says once that it is saved @chromium', async ({
  ownServer: server,
  newcomer,
}) => {
  await keeps(server.url);
  const ana = await newcomer('Ana');
  await ana.startWithSample(server.url);
  const line = ana.page.getByRole('status').filter({ hasText: 'This party isn’t saved yet' });
  await expect(line).toHaveCount(0);

  const folder = join(server.dataDir, 'database');
  await rename(folder, `${folder}-away`);
  await expect
    .poll(async () => (await (await fetch(`${server.url}/readyz`)).text()).includes('has vanished'), { timeout: 5000 })
    .toBe(true);
  await ana.play();
  await ana.expectPlaying();
  await expect(line).toBeVisible();

  await rename(`${folder}-away`, folder);
  await expect(ana.page.getByRole('list', { name: 'What just happened' }).getByText('Saved')).toBeVisible({
    timeout: 20_000,
  });
  await expect(line).toHaveCount(0);
});
