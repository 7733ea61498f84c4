import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../log/log.ts';
import { makeDataDir } from './database.testing.ts';
import type { Database } from './database.ts';
import { embeddedConnection, embeddedFolder } from './embedded/embedded-server.ts';
import { openDatabase } from './open-database.ts';
import { startTestPostgres, type TestPostgres } from './postgres.testing.ts';

/** Longest a person should wait for the refusal, in milliseconds. */
const FAST_MS = 6500;

const lines: { level: number; msg: string; reason?: string }[] = [];
const log = createLogger({ level: 'info', destination: { write: (line: string) => lines.push(JSON.parse(line)) } });

const recovery = (database: Database) => new Promise<void>((resolve) => database.onRecover(resolve));
const one = (database: Database) => database.run((db) => db.execute(sql`select 1 as one`));

describe('PostgreSQL away', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.remove());

  it('at start: the server starts, says so, and finds it when it comes', async () => {
    const databaseUrl = await postgres.createDatabase();
    await postgres.stop();
    lines.length = 0;
    const database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log });
    expect(database.health()).toEqual({ ok: false, error: expect.stringContaining('ECONNREFUSED') });
    expect(lines.filter((line) => line.level >= 50)).toEqual([
      expect.objectContaining({
        msg: 'PostgreSQL cannot be reached; starting without it and trying again',
        reason: expect.stringContaining('ECONNREFUSED'),
      }),
    ]);
    await expect(one(database)).rejects.toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
    const recovered = recovery(database);
    await postgres.start();
    await recovered;
    expect(database.health()).toEqual({ ok: true });
    expect((await one(database)).rows).toEqual([{ one: 1 }]);
    const migrations = await database.run((db) => db.execute(sql`select * from drizzle.__drizzle_migrations`));
    expect(migrations.fields.map((field) => field.name)).toContain('hash');
    await database.stop();
  });

  it('later: calls in flight and after it are refused, and all is well again when it is back', async () => {
    const databaseUrl = await postgres.createDatabase();
    const database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log });
    await database.run((db) => db.execute(sql`create table row (id int)`));
    const inFlight = database.transaction(async (tx) => {
      await tx.execute(sql`insert into row values (1)`);
      await postgres.stop();
      await tx.execute(sql`insert into row values (2)`);
    });
    await expect(inFlight).rejects.toMatchObject({ code: 'unavailable' });
    expect(database.health().ok).toBe(false);
    await expect(one(database)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(database.transaction((tx) => tx.execute(sql`select 1`))).rejects.toMatchObject({
      code: 'unavailable',
    });
    const recovered = recovery(database);
    await postgres.start();
    await recovered;
    const rows = await database.run((db) => db.execute(sql`select id from row`));
    expect(rows.rows).toEqual([]);
    await database.stop();
  });

  it('idle: is noticed without anybody asking', async () => {
    const databaseUrl = await postgres.createDatabase();
    const database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log });
    await one(database);
    await postgres.stop();
    await expect.poll(() => database.health().ok, { timeout: 6000 }).toBe(false);
    const recovered = recovery(database);
    await postgres.start();
    await recovered;
    await database.stop();
  });

  it('hanging: a call is refused soon', async () => {
    const databaseUrl = await postgres.createDatabase();
    const database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log });
    await one(database);
    postgres.freeze();
    const startedMs = performance.now();
    const call = database.transaction((tx) => tx.execute(sql`select 1`));
    await expect(call).rejects.toMatchObject({ code: 'unavailable' });
    expect(performance.now() - startedMs).toBeLessThan(FAST_MS);
    const recovered = recovery(database);
    postgres.thaw();
    await recovered;
    expect((await one(database)).rows).toEqual([{ one: 1 }]);
    await database.stop();
  });
});

describe('the embedded database breaking', { timeout: 60_000 }, () => {
  it('is started again by itself, with everything that was acknowledged', async () => {
    const dataDir = await makeDataDir();
    const database = await openDatabase({ databaseUrl: null, dataDir, log });
    await database.run((db) => db.execute(sql`create table row (id int)`));
    await database.run((db) => db.execute(sql`insert into row values (1)`));
    const recovered = recovery(database);
    // A start-up packet of protocol 3.0 that ends in the middle of a name: PGlite throws on it, and its queue stops.
    const { host, port } = embeddedConnection(embeddedFolder(dataDir));
    const wire = connect(`${host}/.s.PGSQL.${port}`);
    wire.on('error', () => {});
    wire.write(Buffer.from([0, 0, 0, 12, 0, 3, 0, 0, 0x75, 0x73, 0x65, 0x72]));
    await recovered;
    const rows = await database.run((db) => db.execute(sql`select id from row`));
    expect(rows.rows).toEqual([{ id: 1 }]);
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
