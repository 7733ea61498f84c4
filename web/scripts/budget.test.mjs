import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUDGET_KB, FIRST_VISITS, measure, PAGE_KB } from './budget.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = mkdtempSync(join(tmpdir(), 'cowatch-budget-'));

describe('the session page, built', () => {
  let measured;

  beforeAll(async () => {
    const vite = join(root, '../node_modules/vite/bin/vite.js');
    // A process of its own: this one's NODE_ENV says "test", which would bring React's development build.
    await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', dist, '--emptyOutDir'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
    });
    measured = measure(dist);
  }, 120_000);
  afterAll(() => rmSync(dist, { recursive: true, force: true }));

  it(`needs at most ${BUDGET_KB} kB of JavaScript before its medium's player`, () => {
    expect(measured.joinedKb).toBeLessThanOrEqual(BUDGET_KB);
    // A build of next to nothing would keep any budget.
    expect(measured.joinedKb).toBeGreaterThan(100);
  });

  it.each(Object.entries(FIRST_VISITS))('a first visit to the page of %s asks for few files, in all for little', (page, bar) => {
    const visit = measured.visits.find((each) => each.page === page);
    expect(visit.scripts).toBeLessThanOrEqual(bar.scripts);
    expect(visit.kb).toBeLessThanOrEqual(bar.kb);
  });

  it(`paints first after at most ${PAGE_KB} kB: the page has a shell in it, which waits for no script and no style`, () => {
    expect(measured.pageKb).toBeLessThanOrEqual(PAGE_KB);
    const page = readFileSync(join(dist, 'index.html'), 'utf8');
    const beforeShell = page.slice(0, page.indexOf('id="shell"'));
    expect(beforeShell).not.toMatch(/rel="stylesheet"|<script src/);
    expect(beforeShell).toContain('rel="modulepreload"');
  });

  it('has no engine of a single kind of medium in it', () => {
    const engines = measured.files.filter(({ file }) => /hls|dash|youtube|vimeo|twitch|wistia|spotify|tiktok/i.test(file));
    expect(engines).toEqual([]);
  });
});
