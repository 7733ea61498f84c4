// How closely a party is kept together: measured on really playing pages against the server's own timeline, on the one
// clock of this machine.
//
//   npm run bench -- sync [--quick] [--only=chromium|firefox]
//
// A page's error is the media time of a frame less the timeline at the moment the frame is displayed. The skew of two
// pages is the difference of their medians over a second. "Media clock" rows say the same of `currentTime`, which the
// sound follows; a browser picks frames for the refreshes of a screen, so pictures move in steps of a refresh around it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CowatchServer, startServer } from '../fixtures/server.ts';
import { startNoiseMeter } from './noise.ts';
import { plotSvg } from './plot.ts';
import { BenchReport, RESULTS_FOLDER } from './report.ts';
import { QUICK, WHOLE } from './sync/amounts.ts';
import { measureCleanLink } from './sync/clean-link.ts';
import { measureBadLink, measureNoise, measurePair, measureYoutube } from './sync/other-links.ts';
import type { BenchRun } from './sync/run.ts';
import { openScene } from './sync/scene.ts';
import { type BrowserName, openSeat, type Seat } from './sync/stage.ts';

const quick = process.argv.includes('--quick');
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);

/** Every row that one kind of browser can tell by itself. */
async function measureBrowser(run: BenchRun, kind: BrowserName, server: CowatchServer): Promise<void> {
  await measureNoise(run, kind);
  const seats: Seat[] = [];
  const scene = await openScene(server, { titleId: 'sample' });
  try {
    for (let page = 1; page <= run.amounts[kind].pages; page += 1) seats.push(await openSeat(`${kind} ${page}`, kind));
    for (const seat of seats) await seat.join(scene.url);
    await measureCleanLink(run, kind, scene, seats);
    await measureBadLink(run, kind, server, scene, seats);
  } finally {
    for (const seat of seats) await seat.close();
    scene.close();
  }
}

const run: BenchRun = {
  report: new BenchReport('sync'),
  noise: startNoiseMeter(),
  panels: [],
  amounts: quick ? QUICK : WHOLE,
};
const startedMs = performance.now();
const server = await startServer();
try {
  if (only !== 'firefox') {
    await measureBrowser(run, 'chromium', server);
    await measureYoutube(run, server);
  }
  if (only !== 'chromium') await measureBrowser(run, 'firefox', server);
  if (only === undefined) await measurePair(run, server);
} finally {
  run.noise.stop();
  await server.stop();
}
const minutes = Math.round((performance.now() - startedMs) / 6000) / 10;
run.report.finish({ quick, minutes });
mkdirSync(RESULTS_FOLDER, { recursive: true });
const plotPath = join(RESULTS_FOLDER, 'sync-skew.svg');
writeFileSync(plotPath, plotSvg('How far each page’s picture is from the timeline (ms, running median)', run.panels));
console.log(`Plot in ${plotPath}; ${minutes} minutes.`);
