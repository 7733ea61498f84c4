// First visits on a slow phone: how long until something is painted and until the page is of use, what had to be fetched
// for it, and how far what was there moved. Each round visits all pages and the barest page that somebody else would
// build, one after the other, so that what else the machine does is the same for all.

import { chromium } from '@playwright/test';
import { chromiumLaunch } from '../fixtures/browsers.ts';
import { startServer } from '../fixtures/server.ts';
import { keeps } from '../fixtures/test.ts';
import { startNoiseMeter } from './noise.ts';
import { serveBarest } from './pages/barest.ts';
import { type Visit, visit } from './pages/visit.ts';
import { BenchReport } from './report.ts';

const ROUNDS = process.argv.includes('--quick') ? 2 : 7;

/** What a slow phone is owed: first paint and the gate of a party in milliseconds, and nothing that jumps. */
const BARS = { firstPaintMs: 1500, gateMs: 3500, layoutShift: 0.05 } as const;

const server = await startServer();
const barest = await serveBarest();
const browser = await chromium.launch(chromiumLaunch());
const noise = startNoiseMeter();
const report = new BenchReport('pages');
try {
  await keeps(server.url);
  const created = await fetch(`${server.url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ media: { titleId: 'sample' } }),
  });
  const { id } = (await created.json()) as { id: string };
  const pages = [
    { name: 'floor', url: barest.url, usable: 'button', bar: null },
    { name: 'home', url: `${server.url}/`, usable: '#root form input:enabled', bar: null },
    { name: 'party', url: `${server.url}/s/${id}`, usable: '#root form button[type=submit]', bar: BARS.gateMs },
    { name: 'history', url: `${server.url}/history`, usable: '#root main h1', bar: null },
  ];
  const visits = new Map<string, Visit[]>(pages.map(({ name }) => [name, []]));
  await noise.take();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, url, usable } of pages) visits.get(name)?.push(await visit(browser, url, usable));
  }
  const meanwhile = await noise.take();
  for (const { name, bar } of pages) {
    const runs = visits.get(name) ?? [];
    const add = (what: string, unit: string, limit: number | null, read: (visit: Visit) => number) =>
      report.add({
        row: `${name}: ${what}`,
        browser: 'chromium',
        unit,
        bar: limit,
        runs: runs.map(read),
        noise: meanwhile,
      });
    const own = name !== 'floor';
    add('first paint', 'ms', own ? BARS.firstPaintMs : null, (it) => it.firstPaintMs);
    add('of use', 'ms', bar, (it) => it.usableMs);
    add('scripts until then', 'scripts', null, (it) => it.scripts);
    add('fetched before the first paint', 'kB', null, (it) => it.bytesBeforePaint / 1000);
    add('fetched until of use', 'kB', null, (it) => it.bytesUntilUsable / 1000);
    add('layout shift', 'CLS', own ? BARS.layoutShift : null, (it) => it.layoutShift);
  }
  report.finish();
} finally {
  noise.stop();
  await browser.close();
  await barest.stop();
  await server.stop();
}
