import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { makeDataDir } from './platform/database/database.testing.ts';
import { openDatabase } from './platform/database/open-database.ts';
import { createLogger } from './platform/log/log.ts';
import { startTestServer } from './protocol.testing.ts';
import { CREATE_WAIT_MS } from './sessions/session.limits.ts';

const log = createLogger({ level: 'silent' });
const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

describe('a server whose database is still starting', { timeout: 60_000 }, () => {
  it('[KEPT5] says of every part what it can do, and a new party waits and is durable', async () => {
    const dataDir = await makeDataDir();
    const database = await openDatabase({ databaseUrl: null, dataDir, log, startWaitMs: 0 });
    undo.push(
      () => rmSync(dataDir, { recursive: true, force: true }),
      () => database.stop(),
    );
    const server = await startTestServer({ database });
    undo.push(() => server.stop());
    const ana = await server.person('Ana');
    expect(database.health()).toMatchObject({ ok: false, starting: true });
    const startedMs = performance.now();
    const creating = ana.createSession();
    const saved = ana.http('PUT', '/resume/title:a', { positionMs: 60_000 });
    expect(server.health.report()).toMatchObject({
      status: 'degraded',
      parts: {
        accounts: { state: 'down', detail: expect.stringContaining('still starting') },
        parties: { state: 'degraded', detail: expect.stringContaining('still starting') },
        positions: { state: 'down', detail: expect.stringContaining('still starting') },
      },
    });
    expect((await saved).status).toBe(503);

    const created = await creating;
    // On a machine so busy that the database takes longer than people wait, it is not kept yet, and says so.
    if (performance.now() - startedMs < CREATE_WAIT_MS) expect(created).not.toHaveProperty('kept');
    await expect.poll(() => server.health.report().status, { timeout: 50_000 }).toBe('ok');
    expect(await server.stored(created.id)).not.toBeNull();
    expect(server.health.report()).toMatchObject({
      status: 'ok',
      parts: { accounts: { state: 'ok' }, parties: { state: 'ok' }, positions: { state: 'ok' } },
    });
    expect((await ana.http('PUT', '/resume/title:a', { positionMs: 60_000 })).status).toBe(200);
  });
});
