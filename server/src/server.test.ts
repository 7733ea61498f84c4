import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { startProcess, type TestProcess } from './platform/child-process.testing.ts';
import { makeDataDir } from './platform/database/database.testing.ts';
import type { FeatureFactory } from './platform/feature.ts';
import { createLogger } from './platform/log/log.ts';
import { startServer } from './server.ts';

let dataDir: string;
const children: TestProcess[] = [];
beforeEach(async () => {
  dataDir = await makeDataDir({ migrated: true });
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.killNow();
  rmSync(dataDir, { recursive: true, force: true });
});

const log = createLogger({ level: 'silent' });
/** Nothing listens there: the discard port. */
const NOWHERE = 'postgresql://nobody@127.0.0.1:9/nothing';

describe('startServer', { timeout: 60_000 }, () => {
  it('mounts features, and ends them in order', async () => {
    const steps: string[] = [];
    const feature: FeatureFactory = ({ identity, deriveKey, clock }) => ({
      name: 'probe',
      healthParts: [{ name: 'probe', check: () => ({ state: 'degraded', detail: 'as ever' }) }],
      routes(app) {
        steps.push('routes');
        app.get('/probe', (request, reply) => ({
          viewer: identity.ensureViewerId(request, reply).length,
          key: deriveKey('probe').length,
          instance: clock.instanceId.length > 0,
        }));
      },
      commands: () => void steps.push('commands'),
      start: async () => void steps.push('start'),
      flush: async () => {
        steps.push('flush');
        throw new Error('must not keep the others from ending');
      },
      stop: async () => void steps.push('stop'),
    });
    const config = loadConfig({ PORT: '0', BIND_ADDRESS: '127.0.0.1', DATA_DIR: dataDir });
    const server = await startServer({ config, log, features: [feature] });
    expect(steps).toEqual(['commands', 'routes', 'start']);
    const url = `http://127.0.0.1:${server.port}`;
    expect(await (await fetch(`${url}/api/v1/probe`)).json()).toEqual({ viewer: 22, key: 32, instance: true });
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: 'degraded',
      parts: { probe: { state: 'degraded', detail: 'as ever' }, database: {} },
    });
    await server.stop();
    expect(steps).toEqual(['commands', 'routes', 'start', 'flush', 'stop']);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('takes back what it started where it cannot listen', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const config = loadConfig({
      PORT: String(port),
      BIND_ADDRESS: '127.0.0.1',
      DATA_DIR: dataDir,
      DATABASE_URL: NOWHERE,
    });
    let stopped = false;
    const feature: FeatureFactory = () => ({
      name: 'probe',
      stop: async () => {
        stopped = true;
      },
    });
    await expect(startServer({ config, log, features: [feature] })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is taken by another program: stop that one, or set PORT to another number.`,
    );
    expect(stopped).toBe(true);
    taken.close();
  });
});

describe('the program', { timeout: 60_000 }, () => {
  const start = (env: Record<string, string>) => {
    const main = new URL('./main.ts', import.meta.url);
    const child = startProcess(main, [], { DATA_DIR: dataDir, PORT: '0', BIND_ADDRESS: '127.0.0.1', ...env });
    children.push(child);
    return child;
  };

  it('says where it is and what it runs on, and ends well when told to', async () => {
    const child = start({});
    await child.lineThat(/Cowatch \d+\.\d+\.\d+ is running/);
    const url = /http:\S+/.exec(await child.lineThat(/Open/))?.[0] ?? '';
    await child.lineThat(/Parties +on this server, kept in the database/);
    expect(await child.lineThat(/Database/)).toContain(`embedded PostgreSQL, in ${dataDir}`);
    await child.lineThat(/ffmpeg +(\d|not found)/);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'alive' });
    const second = await start({}).ended();
    expect(second).toEqual({
      code: 1,
      errors: expect.stringContaining(`in use by another Cowatch (process ${child.pid})`),
    });
    child.signal('SIGTERM');
    expect(await child.ended()).toEqual({ code: 0, errors: '' });
  });

  it('starts without its PostgreSQL, and says so', async () => {
    const child = start({ DATABASE_URL: NOWHERE, LOG_LEVEL: 'error' });
    expect(JSON.parse(await child.lineThat(/"level":50/))).toMatchObject({
      msg: 'PostgreSQL cannot be reached; starting without it and trying again',
    });
    const url = /http:\S+/.exec(await child.lineThat(/Open/))?.[0] ?? '';
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: 'degraded', parts: { database: { state: 'down' } } });
  });

  it('ends with one sentence where its database turns out to be beyond help while it runs', async () => {
    const child = start({});
    const url = /http:\S+/.exec(await child.lineThat(/Open/))?.[0] ?? '';
    const ready = async () => (await (await fetch(`${url}/readyz`)).json()) as { status: string };
    await expect.poll(async () => (await ready()).status, { timeout: 30_000 }).toBe('ok');
    rmSync(join(dataDir, 'database', 'postgres', 'global', 'pg_control'));
    const { code, errors } = await child.ended();
    expect(code).toBe(1);
    expect(errors).toMatch(/^Cowatch cannot go on\.\nDATA_DIR: .* is damaged .*restore a backup.*\n$/);
  });

  it.each([
    ['database/postgres/global/pg_control', 'DATA_DIR: the database in'],
    ['auth-secret', 'DATA_DIR: the secret in'],
  ])('does not start with a damaged %s, and says what to do in one sentence', async (file, message) => {
    writeFileSync(join(dataDir, file), '');
    const { code, errors } = await start({}).ended();
    expect(code).toBe(1);
    expect(errors).toMatch(/^Cowatch cannot (start|go on)\.\n[^\n]+\n$/);
    expect(errors).toContain(message);
    expect(errors).toContain('backup');
  });

  it.each([
    [{ PORT: 'x' }, 'PORT must be a whole number'],
    [{ REDIS_URL: 'redis://x' }, 'DATABASE_URL must be set where REDIS_URL is'],
    [{ BIND_ADDRESS: '203.0.113.1', DATABASE_URL: NOWHERE }, 'set BIND_ADDRESS to one'],
  ])('does not start with %j, and says what to change', async (env, message) => {
    const { code, errors } = await start(env).ended();
    expect(code).toBe(1);
    expect(errors).toContain('Cowatch cannot start.');
    expect(errors).toContain(message);
    expect(errors).not.toContain(' at ');
  });
});
