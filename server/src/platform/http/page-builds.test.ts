import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../config.ts';
import { HealthRegistry } from '../health/health.ts';
import { createLogger } from '../log/log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { HttpApp } from './http.types.ts';
import { createHttpApp } from './http-app.ts';
import { buildOf, KEPT_BUILDS, keepBuild } from './page-builds.ts';

const lines: Record<string, unknown>[] = [];
const log = createLogger({ level: 'info', destination: { write: (line: string) => lines.push(JSON.parse(line)) } });

let root: string;
let webRoot: string;
let builds: string;
let app: HttpApp | null = null;
beforeEach(() => {
  lines.length = 0;
  root = mkdtempSync(join(tmpdir(), 'cowatch-builds-'));
  [webRoot, builds] = [join(root, 'web'), join(root, 'data', 'pages')];
  mkdirSync(join(root, 'media'));
});
afterEach(async () => {
  await app?.close();
  app = null;
  rmSync(root, { recursive: true, force: true });
});

const nameOf = (n: number) => `176418000000${n}-0000000${n}`;

/** What a build leaves behind, in the place of the one before. */
function build(n: number): void {
  rmSync(webRoot, { recursive: true, force: true });
  mkdirSync(join(webRoot, 'assets'), { recursive: true });
  writeFileSync(join(webRoot, 'index.html'), `<meta name="cowatch-build" content="${nameOf(n)}"><title>page</title>`);
  writeFileSync(join(webRoot, 'assets', `menu-${n}.js`), `menu ${n}`);
  writeFileSync(join(webRoot, 'assets', `menu-${n}.js.br`), `small menu ${n}`);
}

async function serve(): Promise<HttpApp> {
  const config = loadConfig({ DATA_DIR: '/nonexistent' });
  const [metrics, health] = [createMetrics({ processMetrics: false }), new HealthRegistry()];
  const roots = { webRoot, mediaRoot: join(root, 'media'), builds };
  app = await createHttpApp({ config, log, metrics, health, roots, registerApi: () => {} });
  return app;
}

describe('pages of earlier builds', () => {
  it('are served piece by piece to tabs that have them open', async () => {
    build(1);
    await keepBuild(webRoot, builds, log);
    build(2);
    await keepBuild(webRoot, builds, log);
    const server = await serve();
    const old = await server.inject({ url: '/assets/menu-1.js', headers: { 'accept-encoding': 'br' } });
    expect(old.statusCode).toBe(200);
    expect(old.payload).toBe('small menu 1');
    expect(old.headers['content-encoding']).toBe('br');
    expect(old.headers['content-type']).toContain('javascript');
    expect(old.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await server.inject('/assets/menu-2.js')).payload).toBe('menu 2');
    expect((await server.inject({ method: 'HEAD', url: '/assets/menu-1.js' })).statusCode).toBe(200);
    expect((await server.inject({ method: 'POST', url: '/assets/menu-1.js' })).statusCode).toBe(404);
  });

  it('a piece that no build has is nothing, for nobody to keep, and never the page', async () => {
    build(1);
    await keepBuild(webRoot, builds, log);
    const server = await serve();
    const answer = await server.inject('/assets/menu-9.js');
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'not_found' });
    expect(answer.headers['cache-control']).toBe('no-store');
    writeFileSync(join(builds, 'secret.js'), 'secret');
    for (const url of ['/assets/..%2f..%2fsecret.js', '/assets/..%2fsecret.js', '/assets/%2e%2e/%2e%2e/secret.js', '/assets/.']) {
      expect((await server.inject(url)).statusCode, url).toBeGreaterThanOrEqual(400);
    }
  });

  it('another instance has kept are served too, for the time in which an update goes from one to the next', async () => {
    build(1);
    const server = await serve();
    expect((await server.inject('/assets/menu-2.js')).statusCode).toBe(404);
    const others = join(root, 'other');
    mkdirSync(join(others, 'assets'), { recursive: true });
    writeFileSync(join(others, 'index.html'), `<meta name="cowatch-build" content="${nameOf(2)}">`);
    writeFileSync(join(others, 'assets', 'menu-2.js'), 'menu 2');
    await keepBuild(others, builds, log);
    expect((await server.inject('/assets/menu-2.js')).payload).toBe('menu 2');
  });

  it(`are forgotten in the order in which they were last served, but for ${KEPT_BUILDS}`, async () => {
    for (const n of [1, 2, 3, 4]) {
      build(n);
      await keepBuild(webRoot, builds, log);
      utimesSync(join(builds, nameOf(n)), n, n);
    }
    // A step back to the oldest, and on to a new one.
    build(1);
    await keepBuild(webRoot, builds, log);
    build(5);
    await keepBuild(webRoot, builds, log);
    expect(readdirSync(builds).sort()).toEqual([1, 3, 4, 5].map(nameOf));
    expect(existsSync(join(builds, nameOf(1), 'assets', 'menu-1.js'))).toBe(true);
  });

  it('cost nothing but a word in the log where they cannot be kept', async () => {
    build(1);
    writeFileSync(join(root, 'data'), 'a file where a folder must be');
    await keepBuild(webRoot, builds, log);
    expect(lines).toMatchObject([{ level: 40, reason: expect.stringContaining('ENOTDIR') }]);
    const server = await serve();
    expect((await server.inject('/assets/menu-1.js')).statusCode).toBe(200);
    expect((await server.inject('/assets/menu-9.js')).statusCode).toBe(404);
  });
});

describe('the build of the pages', () => {
  it('is what the page says, and nothing where it says nothing of the kind', () => {
    expect(buildOf(webRoot)).toBeNull();
    build(1);
    expect(buildOf(webRoot)).toBe(nameOf(1));
    writeFileSync(join(webRoot, 'index.html'), '<meta name="cowatch-build" content="../..">');
    expect(buildOf(webRoot)).toBeNull();
  });
});
