import { expect, type Page, test } from '@playwright/test';
import { frozenFrame, readVideo, SAMPLE_FPS, skewOf, watchFrames } from '../../fixtures/frames.ts';
import { type StaticSite, serveStatic } from '../../fixtures/static-site.ts';

// The measure itself is measured here, on a page without any product: what every other spec says about frames rests on it.

const PAGE = `<!doctype html><title>two videos</title>
<div id="light"><video src="/sample.mp4" width="320" muted preload="auto"></video></div>
<div id="host"></div>
<script>
  const root = document.querySelector('#host').attachShadow({ mode: 'closed' });
  root.innerHTML = '<video src="/sample.mp4" width="320" muted preload="auto"></video>';
  window.videos = [document.querySelector('video'), root.querySelector('video')];
</script>`;

declare global {
  interface Window {
    videos: readonly [HTMLVideoElement, HTMLVideoElement];
  }
}

let site: StaticSite;

test.beforeAll(async () => {
  site = await serveStatic(PAGE);
});

test.afterAll(async () => {
  await site.stop();
});

test.beforeEach(async ({ context, page }) => {
  await watchFrames(context);
  await page.goto(site.url);
  await page.waitForFunction(() => window.videos.every((video) => video.readyState === 4));
});

const SHADOWED = { index: 1 };

/** Starts both videos, the second one `aheadS` further on, and waits until both have shown two seconds of frames. */
async function playBoth(page: Page, fromS: number, aheadS: number): Promise<number> {
  await page.evaluate(
    async ([from, ahead]) => {
      window.videos[0].currentTime = from;
      window.videos[1].currentTime = from + ahead;
      const ready = (video: HTMLVideoElement) => new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
      await Promise.all(window.videos.map(ready));
      await Promise.all(window.videos.map((video) => video.play()));
    },
    [fromS, aheadS] as const,
  );
  const startedMs = (await readVideo(page)).nowMs;
  await page.waitForFunction((from) => window.videos[0].currentTime > from + 2.2, fromS);
  return startedMs;
}

test('both videos are seen, also the one inside a closed shadow root', async ({ page }) => {
  const startedMs = await playBoth(page, 5, 0);
  for (const which of [{}, SHADOWED]) {
    const { frames, src, nowMs } = await readVideo(page, startedMs, which);
    expect(src).toContain('/sample.mp4');
    const seconds = (nowMs - startedMs) / 1000;
    expect(frames.length / seconds).toBeGreaterThan(SAMPLE_FPS * 0.7);
    const first = frames[0];
    const last = frames.at(-1);
    if (!first || !last) throw new Error('No frames');
    const mediaMs = (last.mediaTimeS - first.mediaTimeS) * 1000;
    const shownMs = last.displayedAtMs - first.displayedAtMs;
    expect(Math.abs(mediaMs - shownMs)).toBeLessThan(250);
    expect(Math.abs(nowMs - Date.now())).toBeLessThan(1000);
  }
});

test('a known distance between two videos is what the probe measures', async ({ page }) => {
  await playBoth(page, 20, 0.5);
  const skewMs = await skewOf([page, SHADOWED], page);
  const truthMs = await page.evaluate(() => (window.videos[1].currentTime - window.videos[0].currentTime) * 1000);
  expect(Math.abs(skewMs - truthMs)).toBeLessThan(100);
  expect(skewMs).toBeGreaterThan(400);
});

test('a paused picture tells its own number', async ({ page }) => {
  for (const frameNumber of [0, 1, 371, 4529, 8999]) {
    await page.evaluate(
      async (positionS) => {
        const seeks = window.videos.map(async (video) => {
          const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
          video.currentTime = positionS;
          await seeked;
        });
        await Promise.all(seeks);
      },
      (frameNumber + 0.5) / SAMPLE_FPS,
    );
    await expect.poll(() => frozenFrame(page)).toBe(frameNumber);
    await expect.poll(() => frozenFrame(page, SHADOWED)).toBe(frameNumber);
  }
});

test('writes of position, rate and pitch are counted, and what the browser does by itself is not', async ({ page }) => {
  const startedMs = await playBoth(page, 30, 0);
  await page.evaluate(() => {
    window.videos[0].preservesPitch = false;
    window.videos[0].playbackRate = 1.01;
    window.videos[0].playbackRate = 1;
    window.videos[0].currentTime = 60;
  });
  await page.waitForFunction(() => window.videos[0].currentTime > 60.2);
  const { events } = await readVideo(page, startedMs);
  const valuesOf = (kind: string) => events.filter((event) => event.kind === kind).map((event) => event.value);
  expect(valuesOf('rate-write')).toEqual([1.01, 1]);
  expect(valuesOf('pitch-write')).toEqual([0]);
  expect(valuesOf('seek-write')).toEqual([60]);
  expect(valuesOf('seeking')).toHaveLength(1);
  const other = await readVideo(page, startedMs, SHADOWED);
  expect(other.events.filter((event) => event.kind.endsWith('-write'))).toEqual([]);
});
