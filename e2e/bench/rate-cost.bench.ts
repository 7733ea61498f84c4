// What one write of `playbackRate` costs: the drift ladder's pulses rest on it. On a bare page with one video of the
// sample clip: the rate goes up by 2 % for half a second and back; what was gained is compared with what arithmetic
// says. Half of the difference is the cost of one write. It is told for the media clock and for the picture: a browser
// picks frames for the refreshes of a screen, so the picture answers in steps of a refresh (16.7 ms at 60 Hz) or not at all.
// And how far the picture is from the media clock to begin with, start by start.

import { type Browser, chromium, firefox, type Page } from '@playwright/test';
import { chromiumLaunch, firefoxLaunch } from '../fixtures/browsers.ts';
import { type Measure, medianOffsetMs, readVideo, watchFrames } from '../fixtures/frames.ts';
import { serveStatic } from '../fixtures/static-site.ts';
import { startNoiseMeter } from './noise.ts';
import { BenchReport } from './report.ts';

const PULSE_RATE = 1.02;
const PULSE_MS = 500;
const WINDOW_MS = 1000;
const RUNS = process.argv.includes('--quick') ? 4 : 10;

const PAGE = `<!doctype html><title>rate cost</title><video src="/sample.mp4" width="640" preload="auto"></video>`;

interface Condition {
  readonly muted: boolean;
  readonly keepPitch: boolean;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface PulseCost {
  readonly clockMs: number;
  readonly pictureMs: number;
  readonly dropped: number;
}

/** Plays for a second, pulses, plays for another second; milliseconds lost per write against arithmetic. */
async function costOfPulse(page: Page, rate: number): Promise<PulseCost> {
  await wait(WINDOW_MS + 200);
  const before = await readVideo(page);
  const pulseMs = await page.evaluate(
    async ([pulseRate, lengthMs]) => {
      const video = document.querySelector('video');
      if (!video) throw new Error('No video');
      const upMs = performance.now();
      video.playbackRate = pulseRate;
      await new Promise((resolve) => setTimeout(resolve, lengthMs));
      video.playbackRate = 1;
      return performance.now() - upMs;
    },
    [rate, PULSE_MS] as const,
  );
  // The change has passed through the decoder's queue after a while.
  await wait(WINDOW_MS + 500);
  const after = await readVideo(page);
  const cost = (measure: Measure) => {
    const offsetBefore = medianOffsetMs(before.frames, 1, before.nowMs - WINDOW_MS, before.nowMs, measure);
    const offsetAfter = medianOffsetMs(after.frames, 1, after.nowMs - WINDOW_MS, after.nowMs, measure);
    if (offsetBefore === null || offsetAfter === null) throw new Error('The video does not play');
    return ((rate - 1) * pulseMs - (offsetAfter - offsetBefore)) / 2;
  };
  return {
    clockMs: cost('clock'),
    pictureMs: cost('picture'),
    dropped: after.droppedFrames - before.droppedFrames,
  };
}

async function measure(browser: Browser, url: string, { muted, keepPitch }: Condition, rate: number) {
  const context = await browser.newContext();
  await watchFrames(context);
  const page = await context.newPage();
  await page.goto(url);
  await page.evaluate(
    async ([mute, pitch]) => {
      const video = document.querySelector('video');
      if (!video) throw new Error('No video');
      video.muted = mute;
      video.preservesPitch = pitch;
      video.currentTime = 20;
      await video.play();
    },
    [muted, keepPitch] as const,
  );
  await wait(2000);
  const runs: PulseCost[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await costOfPulse(page, rate));
  await context.close();
  return runs;
}

/** How far the picture is ahead of the media clock after each of several starts, in ms: every start meets the screen anew. */
async function displayLeads(browser: Browser, url: string): Promise<number[]> {
  const context = await browser.newContext();
  await watchFrames(context);
  const page = await context.newPage();
  await page.goto(url);
  const leads: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await page.evaluate(
      async (positionS) => {
        const video = document.querySelector('video');
        if (!video) throw new Error('No video');
        video.pause();
        video.currentTime = positionS;
        await new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
        await video.play();
      },
      20 + run * 7.013,
    );
    await wait(WINDOW_MS + 700);
    const { frames, nowMs } = await readVideo(page);
    const picture = medianOffsetMs(frames, 1, nowMs - WINDOW_MS, nowMs, 'picture');
    const clock = medianOffsetMs(frames, 1, nowMs - WINDOW_MS, nowMs, 'clock');
    if (picture === null || clock === null) throw new Error('The video does not play');
    leads.push(picture - clock);
  }
  await context.close();
  return leads;
}

const report = new BenchReport('rate-cost');
const noise = startNoiseMeter();
const site = await serveStatic(PAGE);
const browsers = [
  { name: 'chromium', launch: () => chromium.launch(chromiumLaunch()) },
  { name: 'firefox', launch: () => firefox.launch(firefoxLaunch()) },
];
for (const { name, launch } of browsers) {
  const browser = await launch();
  await noise.take();
  const leads = await displayLeads(browser, site.url);
  const row = 'picture ahead of the media clock, per start';
  report.add({ row, browser: name, unit: 'ms', bar: null, runs: leads, noise: await noise.take() });
  for (const muted of [false, true]) {
    const sound = muted ? 'muted' : 'sound on';
    const conditions = [
      { what: 'no change of rate', keepPitch: true, rate: 1 },
      { what: 'rate written, pitch kept', keepPitch: true, rate: PULSE_RATE },
      { what: 'rate written, pitch free', keepPitch: false, rate: PULSE_RATE },
    ];
    for (const { what, keepPitch, rate } of conditions) {
      await noise.take();
      const runs = await measure(browser, site.url, { muted, keepPitch }, rate);
      const beside = await noise.take();
      const add = (of: string, unit: string, values: readonly number[]) =>
        report.add({ row: `${what}, ${sound}: ${of}`, browser: name, unit, bar: null, runs: values, noise: beside });
      add(
        'media clock',
        'ms per write',
        runs.map((run) => run.clockMs),
      );
      add(
        'picture',
        'ms per write',
        runs.map((run) => run.pictureMs),
      );
      add(
        'dropped',
        'frames per pulse',
        runs.map((run) => run.dropped),
      );
    }
  }
  await browser.close();
}
await site.stop();
noise.stop();
report.finish({ pulse: { rate: PULSE_RATE, ms: PULSE_MS } });
