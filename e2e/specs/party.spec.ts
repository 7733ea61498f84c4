import { machineNowMs } from '../fixtures/bot.ts';
import { readVideo, SAMPLE_FPS } from '../fixtures/frames.ts';
import { startLinkProxy } from '../fixtures/proxy.ts';
import { expect, test } from '../fixtures/test.ts';
import { expectSameStill, expectTogether, expectUndisturbed } from '../fixtures/together.ts';

const SAMPLE_S = 300;

test('three people, from a link to the same frame and through everything that happens', async ({
  ownServer: server,
  newcomer,
}) => {
  test.setTimeout(240_000);
  const ana = await newcomer('Ana');
  const ben = await newcomer('Ben');
  const cleo = await newcomer('Cleo');
  const cleosLink = await startLinkProxy({ targetPort: server.port });

  const link = await test.step('create and share', async () => {
    await ana.startWithSample(server.url);
    const shared = await ana.partyLink();
    expect(shared).toMatch(new RegExp(`^${server.url}/s/[A-Za-z0-9_-]{22}$`));
    return shared;
  });

  await test.step('join and play', async () => {
    await ben.join(link);
    await expect(ana.people.getByRole('listitem')).toHaveCount(2);
    await ana.play();
    await ana.expectPlaying();
    await ben.expectPlaying();
    await expectTogether(ana, ben);
    await ana.expectInSync();
    await ben.expectInSync();
  });

  await test.step('pause, by somebody else', async () => {
    await ben.pause();
    await expectSameStill(ana, ben);
    await expect(ana.playButton).toBeVisible();
  });

  await test.step('seek while paused', async () => {
    await ana.seekTo(120, SAMPLE_S);
    await expect.poll(async () => Math.abs((await readVideo(ben.page)).currentTimeS - 120)).toBeLessThan(2);
    const frame = await expectSameStill(ana, ben);
    expect(Math.abs(frame / SAMPLE_FPS - 120)).toBeLessThan(2);
  });

  await test.step('seek while playing', async () => {
    await ben.play();
    await ana.expectPlaying();
    await ben.seekTo(200, SAMPLE_S);
    await expect.poll(async () => (await readVideo(ana.page)).currentTimeS).toBeGreaterThan(198);
    await ana.expectPlaying();
    await expectTogether(ana, ben);
  });

  await test.step('speed', async () => {
    await ana.setSpeed(1.5);
    for (const person of [ana, ben]) {
      await expect.poll(async () => Math.round((await readVideo(person.page)).rate * 10)).toBe(15);
    }
    await expectTogether(ana, ben);
    await ben.setSpeed(1);
    await expectTogether(ana, ben);
  });

  await test.step('a late join, without a flicker for those who are there', async () => {
    await expectTogether(ana, ben);
    await ana.expectPlaying(2);
    const beforeMs = machineNowMs();
    await cleo.join(link.replace(server.url, cleosLink.url));
    await cleo.expectPlaying();
    await expectTogether(ana, ben, cleo);
    await expectUndisturbed(ana, beforeMs);
    await expectUndisturbed(ben, beforeMs);
  });

  await test.step('reload', async () => {
    await ben.page.reload();
    await ben.passGate();
    await ben.expectPlaying();
    await expectTogether(ana, ben, cleo);
  });

  await test.step('offline and back', async () => {
    cleosLink.cut();
    await expect(cleo.pill).toHaveAttribute('data-sync-phase', 'reconnecting');
    await cleo.expectPlaying(0.5);
    await ana.seekTo(60, SAMPLE_S);
    await ana.expectPlaying();
    cleosLink.heal();
    await cleo.expectInSync(20_000);
    await expectTogether(ana, ben, cleo);
  });

  await test.step('the server is killed and comes back', async () => {
    await server.kill('SIGKILL');
    for (const person of [ana, ben, cleo]) {
      await expect(person.pill).toHaveAttribute('data-sync-phase', 'reconnecting');
    }
    const goneMs = machineNowMs();
    await ana.expectPlaying(0.5);
    await server.start();
    for (const person of [ana, ben, cleo]) {
      await person.expectInSync(20_000);
      await expectUndisturbed(person, goneMs);
    }
    await expectTogether(ana, ben, cleo);
    await cleo.pause();
    await expectSameStill(ana, ben, cleo);
    await cleo.play();
  });

  await test.step('the owner removes somebody, who cannot come back', async () => {
    await ana.remove('Ben');
    await expect(ben.page.getByRole('heading', { name: 'You were removed from this party' })).toBeVisible();
    await expect(ana.people.getByRole('listitem').filter({ hasText: 'Ben' })).toHaveCount(0);
    await ben.page.goto(link);
    await ben.page.getByRole('button', { name: /^Join/ }).click();
    await expect(ben.page.getByRole('heading', { name: 'You were removed from this party' })).toBeVisible();
    await ana.expectPlaying();
    await expectTogether(ana, cleo);
  });

  await cleosLink.stop();
});
