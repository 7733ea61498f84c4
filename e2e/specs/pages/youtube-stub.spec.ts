import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { frozenFrame, readVideo, watchFrames } from '../../fixtures/frames.ts';
import { stubYoutube, YOUTUBE_URL, type YoutubeStubOptions } from '../../stubs/youtube/youtube-stub.ts';

// The stub is driven by the very element that react-player uses, on a page without the product.

const reactPlayer = fileURLToPath(new URL('../../../web/node_modules/react-player/package.json', import.meta.url));
const elementFile = createRequire(realpathSync(reactPlayer)).resolve('youtube-video-element');
const elementEntry = elementFile.replace(/[\\/]cjs[\\/]/, '/');
const mixinFile = createRequire(realpathSync(elementEntry)).resolve('media-played-ranges-mixin');

interface YoutubeElement extends HTMLElement {
  currentTime: number;
  playbackRate: number;
  readonly paused: boolean;
  readonly duration: number;
  play(): Promise<void>;
  pause(): Promise<void>;
  readonly api: { getAvailablePlaybackRates(): number[]; getPlayerState(): number };
}

declare global {
  interface Window {
    log: string[];
    /** The element under test. */
    youtube(): YoutubeElement;
  }
}

const ORIGIN = 'http://localhost:4399';

async function openElement(context: BrowserContext, page: Page, options: YoutubeStubOptions): Promise<void> {
  await watchFrames(context);
  await stubYoutube(context, options);
  const imports = JSON.stringify({ imports: { 'media-played-ranges-mixin': '/mixin.js' } });
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/element.js' || pathname === '/mixin.js') {
      const body = readFileSync(pathname === '/element.js' ? elementEntry : mixinFile, 'utf8');
      await route.fulfill({ contentType: 'text/javascript', body });
      return;
    }
    await route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><script type="importmap">${imports}</script>
<script type="module" src="/element.js"></script>
<youtube-video src="${YOUTUBE_URL}" style="width:640px;height:360px"></youtube-video>
<script>
  window.log = [];
  window.youtube = () => document.querySelector('youtube-video');
  for (const type of ['loadedmetadata', 'play', 'playing', 'pause', 'ratechange', 'error', 'ended'])
    window.youtube().addEventListener(type, () => window.log.push(type));
</script>`,
    });
  });
  await page.goto(ORIGIN);
  await page.waitForFunction(() => window.log.includes('loadedmetadata'), undefined, { timeout: 15_000 });
}

test('plays, pauses, seeks and changes its rate as the API says', { tag: '@chromium' }, async ({ context, page }) => {
  await openElement(context, page, {});
  expect(await page.evaluate(() => Math.round(window.youtube().duration))).toBe(300);
  expect(await page.evaluate(() => window.youtube().api.getAvailablePlaybackRates())).toContain(1.25);
  expect(await page.evaluate(() => window.youtube().paused)).toBe(true);

  await page.evaluate(() => window.youtube().play());
  await page.waitForFunction(() => window.youtube().currentTime > 1);
  const { frames, paused } = await readVideo(page);
  expect(paused).toBe(false);
  expect(frames.length).toBeGreaterThan(15);

  await page.evaluate(() => {
    window.youtube().playbackRate = 1.3;
  });
  await page.waitForFunction(() => window.log.includes('ratechange'));
  expect(await page.evaluate(() => window.youtube().playbackRate)).toBe(1.25);

  await page.evaluate(() => {
    window.youtube().currentTime = 100;
  });
  await page.waitForFunction(() => window.youtube().currentTime > 100.3);
  expect(await page.evaluate(() => window.youtube().paused)).toBe(false);

  await page.evaluate(() => window.youtube().pause());
  await page.waitForFunction(() => window.log.includes('pause'));
  await page.evaluate(() => {
    window.youtube().currentTime = 200.05;
  });
  await expect.poll(() => frozenFrame(page).catch(() => null)).toBe(6001);
  await expect.poll(() => page.evaluate(() => window.youtube().api.getPlayerState())).toBe(2);
});

test('its clock moves in steps, and an advert holds it', { tag: '@chromium' }, async ({ context, page }) => {
  await openElement(context, page, { advertMs: 1200 });
  const startedMs = (await readVideo(page)).nowMs;
  await page.evaluate(() => {
    void window.youtube().play();
  });
  await page.waitForFunction(() => window.youtube().currentTime > 0.5);
  const { frames } = await readVideo(page, startedMs);
  const first = frames.find((frame) => frame.mediaTimeS > 0);
  expect((first?.displayedAtMs ?? 0) - startedMs).toBeGreaterThan(1200);
  const steps = await page.evaluate(async () => {
    const seen = new Set<number>();
    const untilMs = performance.now() + 1000;
    while (performance.now() < untilMs) {
      seen.add(window.youtube().currentTime);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return seen.size;
  });
  expect(steps).toBeGreaterThan(4);
  expect(steps).toBeLessThan(16);
});

test('an error code arrives', { tag: '@chromium' }, async ({ context, page }) => {
  await openElement(context, page, { errorCode: 150 });
  await page.evaluate(() => {
    void window.youtube().play();
  });
  await page.waitForFunction(() => window.log.includes('error'));
});
