import { chromium } from '@playwright/test';
import { createSession, joinAsBot } from '../../fixtures/bot.ts';
import { chromiumLaunch } from '../../fixtures/browsers.ts';
import { expect, test } from '../../fixtures/test.ts';

test('a browser that blocks autoplay offers "Join playback", and one press is enough', { tag: '@chromium' }, async ({
  server,
  newcomer,
}) => {
  const { info, cookie } = await createSession(server.url, { media: { titleId: 'sample' } });
  const host = await joinAsBot(server.url, info.id, { name: 'Host', cookie });
  await host.client.play();

  const strict = await chromium.launch(chromiumLaunch({ autoplay: false }));
  try {
    // Whatever Playwright asks of a page counts as a gesture. So the page presses "Join" itself, which does not, and
    // says when the offer is there; only then is it looked at.
    const ana = await newcomer('Ana', {
      browser: strict,
      prepare: (context) =>
        context.addInitScript(() => {
          const buttons = (name: RegExp) =>
            [...document.querySelectorAll('button')].filter((button) => name.test(button.textContent ?? ''));
          const look = setInterval(() => {
            const [offer] = buttons(/^Join playback$/);
            if (offer) {
              clearInterval(look);
              console.info('offer is there');
              return;
            }
            document.querySelector<HTMLButtonElement>('form button[type=submit]:not([aria-busy=true])')?.click();
          }, 100);
        }),
    });
    const offered = ana.page.waitForEvent('console', {
      predicate: (message) => message.text() === 'offer is there',
      timeout: 20_000,
    });
    await ana.page.goto(`${server.url}/s/${info.id}`);
    await offered;
    await expect(ana.pill).toHaveAttribute('data-sync-phase', 'blocked');
    await host.until(({ state }) => state.members.some((member) => member.state === 'blocked'));
    await ana.joinPlayback.click();
    await ana.expectPlaying();
    await ana.expectInSync();
    await expect(ana.joinPlayback).toBeHidden();
  } finally {
    host.close();
    await strict.close();
  }
});
