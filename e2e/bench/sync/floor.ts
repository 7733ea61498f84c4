import { chromium, firefox } from '@playwright/test';
import { machineNowMs } from '../../fixtures/bot.ts';
import { chromiumLaunch, firefoxLaunch } from '../../fixtures/browsers.ts';
import { readVideo, watchFrames } from '../../fixtures/frames.ts';
import { serveStatic } from '../../fixtures/static-site.ts';
import { median, percentile } from '../../fixtures/statistics.ts';
import { droppedPercent, errorsOf, windowMedians } from './analysis.ts';
import { type BrowserName, wait } from './stage.ts';

const PAGE = `<!doctype html><title>floor</title>
<video src="/sample.mp4" width="640" muted preload="auto"></video>`;

export interface Floor {
  /** 95th percentile of |skew − its median| of two players that nobody keeps together, in ms. */
  readonly wobbleP95Ms: number;
  /** Frames dropped by them, in percent. */
  readonly droppedPercent: number;
}

/** The same measures on two players without any sync: below this nothing can be told on this machine. */
export async function measureFloor(kind: BrowserName, forMs: number): Promise<Floor> {
  const site = await serveStatic(PAGE);
  const launch = () => (kind === 'chromium' ? chromium.launch(chromiumLaunch()) : firefox.launch(firefoxLaunch()));
  const browsers = [await launch(), await launch()];
  try {
    const pages = await Promise.all(
      browsers.map(async (browser) => {
        const context = await browser.newContext({ viewport: { width: 800, height: 520 } });
        await watchFrames(context);
        const page = await context.newPage();
        await page.goto(site.url);
        await page.waitForFunction(() => document.querySelector('video')?.readyState === 4);
        return page;
      }),
    );
    await Promise.all(pages.map((page) => page.evaluate(() => document.querySelector('video')?.play())));
    await wait(3000);
    const fromMs = machineNowMs();
    await wait(forMs);
    const toMs = machineNowMs() - 200;
    const after = await Promise.all(pages.map((page) => readVideo(page, fromMs)));
    const [one = [], other = []] = after.map(({ frames }) =>
      windowMedians(
        errorsOf(frames, (machineMs) => (machineMs - fromMs) / 1000, 'picture'),
        fromMs,
        toMs,
      ),
    );
    const skews = one.flatMap((value, moment) => {
      const beside = other[moment];
      return value === null || beside === null || beside === undefined ? [] : [value - beside];
    });
    const middle = median(skews);
    return {
      wobbleP95Ms: percentile(
        skews.map((skew) => Math.abs(skew - middle)),
        95,
      ),
      droppedPercent: Math.max(...after.map(({ frames }) => droppedPercent(frames))),
    };
  } finally {
    for (const browser of browsers) await browser.close();
    await site.stop();
  }
}
