import { createSession, joinAsBot, machineNowMs } from '../../fixtures/bot.ts';
import { socketsOf, wallClockAheadMs } from '../../fixtures/cluster.ts';
import { readVideo } from '../../fixtures/frames.ts';
import type { PartyPage } from '../../fixtures/party.page.ts';
import type { CowatchServer } from '../../fixtures/server.ts';
import { expect, test } from '../../fixtures/test.ts';
import { expectTogether, expectUndisturbed } from '../../fixtures/together.ts';
import { goThroughEverything } from '../../fixtures/whole-flow.ts';

/** Whoever was on an instance that died is on another one by then, in milliseconds. */
const MOVED_WITHIN_MS = 5000;

/** Longest time for which one and the same frame was seen since `sinceMs`, in milliseconds. */
async function longestStandstillMs({ page }: PartyPage, sinceMs: number): Promise<number> {
  const { frames, nowMs } = await readVideo(page, sinceMs);
  const timesMs = [sinceMs, ...frames.map(({ displayedAtMs }) => displayedAtMs), nowMs];
  return Math.max(...timesMs.slice(1).map((timeMs, index) => timeMs - (timesMs[index] ?? timeMs)));
}

/** A bound of sanity: a busy machine may drop frames, a party that stops does not go on within it. */
const STANDSTILL_MAX_MS = 1000;

const people = (instance: CowatchServer) => socketsOf(instance);

// What browsers do differently is seen on one instance; what instances do is the same for all of them.
test('the whole flow, with people on two instances whose wall clocks are 3 s apart @chromium', async ({ cluster, newcomer }) => {
  test.setTimeout(240_000);
  const [one, two] = cluster.instances;
  const apartMs = (await wallClockAheadMs(two)) - (await wallClockAheadMs(one));
  expect(Math.round(apartMs / 1000), 'seconds between the wall clocks').toBe(3);

  const venue = {
    url: cluster.url,
    port: cluster.port,
    // What an instance that was killed had said of its people is believed for 12 s and looked at every 5 s.
    goneWithinMs: 20_000,
    mishapName: 'an instance is killed, and its people are on the other one',
    async mishap(three: readonly PartyPage[]) {
      const counts = [await people(one), await people(two)];
      expect([...counts].sort(), 'people are on both instances').toEqual([1, 2]);
      // The one where most people are.
      const [dying, staying] = counts[0] === 2 ? [one, two] : [two, one];

      const killedMs = machineNowMs();
      await dying.kill('SIGKILL');
      await expect
        .poll(() => people(staying), {
          message: 'everybody is on the other instance',
          timeout: MOVED_WITHIN_MS,
          intervals: [100],
        })
        .toBe(three.length);
      for (const person of three) await person.expectInSync(20_000);
      for (const person of three) {
        await expectUndisturbed(person, killedMs);
        expect(await longestStandstillMs(person, killedMs), `${person.name}'s picture never stopped`).toBeLessThan(STANDSTILL_MAX_MS);
      }
      await expectTogether(...three);

      await dying.start();
    },
  };
  await goThroughEverything(venue, newcomer);
});

test('both instances are replaced one after the other, and nobody notices', { tag: '@chromium' }, async ({ cluster, newcomer }) => {
  test.setTimeout(120_000);
  const [one, two] = cluster.instances;
  const { info, cookie } = await createSession(cluster.url, { media: { titleId: 'sample' } });
  const host = await joinAsBot(cluster.url, info.id, { name: 'Host', cookie });
  const ana = await newcomer('Ana');
  await ana.join(info.url);
  await host.client.play();
  await ana.expectPlaying();
  await ana.expectInSync();

  const sinceMs = machineNowMs();
  for (const [leaving, other] of [
    [one, two],
    [two, one],
  ] as const) {
    await leaving.kill('SIGTERM');
    await expect.poll(() => people(other), { timeout: MOVED_WITHIN_MS }).toBe(2);
    await leaving.start();
  }
  await host.until(({ state }) => state.connection === 'joined');
  await ana.expectInSync();
  await expectUndisturbed(ana, sinceMs);
  expect(await longestStandstillMs(ana, sinceMs)).toBeLessThan(STANDSTILL_MAX_MS);

  await host.client.pause();
  await ana.expectStopped();
  host.close();
});
