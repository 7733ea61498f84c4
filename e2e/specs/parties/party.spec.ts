import { machineNowMs } from '../../fixtures/bot.ts';
import type { PartyPage } from '../../fixtures/party.page.ts';
import { expect, test } from '../../fixtures/test.ts';
import { expectUndisturbed } from '../../fixtures/together.ts';
import { goThroughEverything } from '../../fixtures/whole-flow.ts';

// In Chromium the same flow goes over two instances: cluster.spec.ts.
test('three people, from a link to the same frame and through everything that happens @firefox', async ({
  ownServer: server,
  newcomer,
}) => {
  test.setTimeout(240_000);
  const venue = {
    url: server.url,
    port: server.port,
    goneWithinMs: 5000,
    mishapName: 'the server is killed and comes back',
    async mishap(people: readonly PartyPage[]) {
      await server.kill('SIGKILL');
      for (const person of people) {
        await expect(person.pill).toHaveAttribute('data-sync-phase', 'reconnecting');
      }
      const goneMs = machineNowMs();
      await people[0]?.expectPlaying(0.5);
      await server.start();
      for (const person of people) {
        await person.expectInSync(20_000);
        await expectUndisturbed(person, goneMs);
      }
    },
  };
  await goThroughEverything(venue, newcomer);
});
