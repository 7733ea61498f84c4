import type { BrowserContext, Page } from '@playwright/test';
import { type Bot, createSession, joinAsBot } from '../../fixtures/bot.ts';
import type { PartyPage } from '../../fixtures/party.page.ts';
import { expect, test } from '../../fixtures/test.ts';
import { expectSameStill, expectTogether } from '../../fixtures/together.ts';

// Every version of a timeline was asked for by somebody. An echo, a player's own movement taken for a person's, would
// make versions that nobody asked for.

const SAMPLE_S = 300;

declare global {
  interface Window {
    commandsSent: number;
  }
}

/** Counts the playback commands that a page sends, where they leave it. */
const countCommands = (context: BrowserContext) =>
  context.addInitScript(() => {
    window.commandsSent = 0;
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function count(this: WebSocket, data) {
      // Stating the medium's length is the program's, not the person's.
      if (typeof data === 'string' && data.includes('"playback:command"') && !data.includes('"duration"')) {
        window.commandsSent += 1;
      }
      send.call(this, data);
    };
  });

const sentBy = (page: Page) => page.evaluate(() => window.commandsSent);

/** Versions of the timeline that a person's command made. */
const versionsHeard = (bot: Bot) =>
  new Set(bot.heard.filter(({ timeline }) => timeline.cause.kind !== 'duration').map(({ timeline }) => timeline.version)).size;

/** Waits until all is quiet, then asserts that no more versions were made than commands sent. */
async function expectNoEcho(bot: Bot, people: readonly PartyPage[], versionsBefore: number): Promise<void> {
  const total = async () => (await Promise.all(people.map(({ page }) => sentBy(page)))).reduce((sum, n) => sum + n, 0);
  let before = -1;
  await expect
    .poll(
      async () => {
        const now = await total();
        const quiet = now === before;
        before = now;
        return quiet;
      },
      { intervals: [1500], message: 'commands stop when the hands stop' },
    )
    .toBe(true);
  const versions = versionsHeard(bot) - versionsBefore;
  expect(versions, 'somebody did something').toBeGreaterThan(0);
  expect(versions, 'versions made, against commands sent').toBeLessThanOrEqual(before);
}

test('two people drag the seek bar and hold arrow keys at once: no echo', { tag: '@chromium' }, async ({ server, newcomer }) => {
  test.setTimeout(120_000);
  const { info, cookie } = await createSession(server.url, { media: { titleId: 'sample' } });
  const bot = await joinAsBot(server.url, info.id, { name: 'Counter', cookie });
  const ana = await newcomer('Ana', { prepare: countCommands });
  const ben = await newcomer('Ben', { prepare: countCommands });
  const people = [ana, ben];
  for (const person of people) await person.join(`${server.url}/s/${info.id}`);

  await test.step('playing, dragging', async () => {
    await ana.play();
    await expectTogether(ana, ben);
    const versionsBefore = versionsHeard(bot);
    const drag = async (person: PartyPage, fromS: number, toS: number) => {
      const from = await person.placeOnSeekBar(fromS, SAMPLE_S);
      const to = await person.placeOnSeekBar(toS, SAMPLE_S);
      await person.page.mouse.move(from.x, from.y);
      await person.page.mouse.down();
      await person.page.mouse.move(to.x, to.y, { steps: 25 });
      await person.page.mouse.up();
    };
    await Promise.all([drag(ana, 20, 150), drag(ben, 250, 80)]);
    await expectNoEcho(bot, people, versionsBefore);
    await expectTogether(ana, ben);
  });

  await test.step('playing, holding arrow keys', async () => {
    const versionsBefore = versionsHeard(bot);
    const hold = async ({ page }: PartyPage, key: string) => {
      await page.getByRole('region', { name: 'Player' }).hover();
      for (let press = 0; press < 25; press += 1) {
        await page.keyboard.down(key);
        await page.waitForTimeout(33);
      }
      await page.keyboard.up(key);
    };
    await Promise.all([hold(ana, 'ArrowRight'), hold(ben, 'ArrowLeft')]);
    await expectNoEcho(bot, people, versionsBefore);
    await expectTogether(ana, ben);
  });

  await test.step('pausing at the same moment', async () => {
    const versionsBefore = versionsHeard(bot);
    await Promise.all([ana.pause(), ben.pause()]);
    await expectNoEcho(bot, people, versionsBefore);
    // Whoever came second may have pressed what had just become "Play": either way all agree.
    if (bot.client.state.playback?.timeline.playing) await expectTogether(ana, ben);
    else await expectSameStill(ana, ben);
  });

  bot.close();
});
