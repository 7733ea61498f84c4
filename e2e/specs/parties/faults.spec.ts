import { createSession } from '../../fixtures/bot.ts';
import { readVideo } from '../../fixtures/frames.ts';
import { type PartyPage, write } from '../../fixtures/party.page.ts';
import { expect, test } from '../../fixtures/test.ts';
import { expectTogether } from '../../fixtures/together.ts';

// What links do to people who watch: each test makes one fault, on a media server that has it, and asks what two people
// see of it.

const FILM_S = 300;
const positionOf = async ({ page }: PartyPage) => (await readVideo(page)).currentTimeS;

/** Ana and Ben in a party of their own with this link; Ana starts it. */
type Two = { readonly ana: PartyPage; readonly ben: PartyPage; readonly url: string };

const both = test.extend<{ watch: (link: string) => Promise<Two> }>({
  watch: async ({ server, newcomer }, use) => {
    await use(async (link) => {
      const { info } = await createSession(server.url, { media: { url: link } });
      const url = `${server.url}/s/${info.id}`;
      const [ana, ben] = [await newcomer('Ana'), await newcomer('Ben')];
      await ana.join(url);
      await ben.join(url);
      return { ana, ben, url };
    });
  },
});

both(
  'a link that expires is told, and a fresh one of the same file keeps everyone’s place',
  async ({ media, watch }) => {
    const film = media.serve('film', { signed: true, bytesPerSecond: 150_000, path: 'films/The.Film.2010.mp4' });
    const { ana, ben } = await watch(film.url);
    await ana.play();
    await ana.expectPlaying();
    await ben.expectPlaying();

    const fresh = film.sign();
    // What has been loaded plays on; beyond it the link is asked again.
    await ana.seekTo(200, FILM_S);
    for (const { page } of [ana, ben]) {
      const told = page.getByRole('alert').filter({ hasText: 'This link has expired, or it is not for everyone.' });
      await expect(told.getByRole('button', { name: 'Change video' })).toBeVisible({ timeout: 20_000 });
    }

    await ana.page.getByRole('alert').getByRole('button', { name: 'Change video' }).click();
    const dialog = ana.page.getByRole('dialog');
    await write(dialog.getByRole('textbox', { name: 'Paste a video link' }), fresh);
    await dialog.getByRole('button', { name: 'Play this instead' }).click();
    await expect(dialog).toBeHidden();
    await ana.expectPlaying();
    await ben.expectPlaying();
    for (const person of [ana, ben]) {
      expect(await positionOf(person)).toBeGreaterThan(195);
      expect(await positionOf(person)).toBeLessThan(215);
    }
    await expectTogether(ana, ben);
  },
);
