import { fsyncSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProcess } from '../../child-process.testing.ts';
import { createLogger } from '../../log/log.ts';
import { makeDataDir } from '../database.testing.ts';
import type { Database } from '../database.ts';
import { openDatabase } from '../open-database.ts';
import { DurableNodeFS, durableStartParams } from './durable-node-fs.ts';
import { embeddedConnection, embeddedFolder } from './embedded-server.ts';
import { FolderInUseError, folderHolder } from './folder-lock.ts';
import { tidy } from './maintenance.ts';

const log = createLogger({ level: 'silent' });

describe('durability', { timeout: 120_000 }, () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await makeDataDir();
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('syncs the log once for every commit, and for nothing else', async () => {
    let syncs = 0;
    const fs = new DurableNodeFS(join(embeddedFolder(dataDir), 'postgres'), (fd) => {
      syncs += 1;
      fsyncSync(fd);
    });
    const pglite = await PGlite.create({ fs, startParams: durableStartParams(PGlite.defaultStartParams) });
    await pglite.exec('create table row (id int)');
    const settings = await pglite.query(`select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method') order by name`);
    expect(settings.rows).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'synchronous_commit', setting: 'on' },
      { name: 'wal_sync_method', setting: 'fsync' },
    ]);
    syncs = 0;
    for (let id = 0; id < 20; id++) await pglite.query('insert into row values ($1)', [id]);
    expect(syncs).toBe(20);
    await pglite.query('select count(*) from row');
    expect(syncs).toBe(20);
    await pglite.exec('checkpoint');
    expect(syncs).toBeGreaterThan(20);
    await pglite.close();
  });

  it('stops rather than acknowledge what it could not sync', async () => {
    let broken = false;
    const fs = new DurableNodeFS(join(embeddedFolder(dataDir), 'postgres'), (fd) => {
      if (broken) throw new Error('the disk is gone');
      fsyncSync(fd);
    });
    const pglite = await PGlite.create({ fs, startParams: durableStartParams(PGlite.defaultStartParams) });
    await pglite.exec('create table row (id int)');
    broken = true;
    await expect(pglite.query('insert into row values (1)')).rejects.toThrow();
  });

  it('has every acknowledged row after kill -9 at any moment, round after round', async () => {
    const acknowledged = new Set<number>();
    const rounds = [1, 7, 40, 300];
    for (const [round, rows] of rounds.entries()) {
      const first = round * 100_000;
      const writer = startProcess(new URL('./writer.testing.ts', import.meta.url), [dataDir, String(first)]);
      for (let row = 0; row < rows; row++) acknowledged.add(Number(await writer.nextLine()));
      for (const line of await writer.killNow()) acknowledged.add(Number(line));
      const database = await openDatabase({ databaseUrl: null, dataDir, log });
      const found = await database.run((db) => db.execute(sql`select id from written`));
      const ids = new Set(found.rows.map((row) => Number(row.id)));
      expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([]);
      // Nothing but what was being written when the kill came may be there beside it: one row a writer.
      expect(ids.size - acknowledged.size).toBeLessThanOrEqual(3 * (round + 1));
      await database.stop();
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(rounds.reduce((sum, rows) => sum + rows));
  });

  it('opens after a first start that was killed halfway', async () => {
    const folder = join(dataDir, 'halfway');
    for (let attempt = 0; attempt < 2; attempt++) {
      const writer = startProcess(new URL('./writer.testing.ts', import.meta.url), [folder, '0']);
      // The lock appears first, the database is being made after it.
      await expect.poll(() => holds(folder), { timeout: 20_000, interval: 5 }).toBe(true);
      await writer.killNow();
    }
    const database = await openDatabase({ databaseUrl: null, dataDir: folder, log });
    expect(database.health()).toEqual({ ok: true });
    await database.stop();
  });
});

async function holds(dataDir: string): Promise<boolean> {
  return folderHolder(embeddedFolder(dataDir)).then(
    (holder) => holder !== null,
    () => false,
  );
}

describe('the embedded database', { timeout: 60_000 }, () => {
  let database: Database;
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await makeDataDir();
    database = await openDatabase({ databaseUrl: null, dataDir, log });
    await database.run((db) => db.execute(sql`create table row (id serial primary key, text text)`));
  });
  afterAll(async () => {
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('refuses a second opening of its folder, in words', async () => {
    const second = await openDatabase({ databaseUrl: null, dataDir, log }).catch((error: unknown) => error);
    expect(second).toBeInstanceOf(FolderInUseError);
    expect(String(second)).toContain(`process ${process.pid}`);
    expect(database.health()).toEqual({ ok: true });
  });

  it('keeps wire clients apart that use it at the same time', async () => {
    const others = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const client = new pg.Client(embeddedConnection(embeddedFolder(dataDir)));
        await client.connect();
        return client;
      }),
    );
    const ask = async (client: pg.Client, who: number) => {
      for (let i = 0; i < 100; i++) {
        const result = await client.query('select $1::int as i, $2::int as who', [i, who]);
        expect(result.rows).toEqual([{ i, who }]);
      }
    };
    const write = (i: number) => database.run((db) => db.execute(sql`insert into row (text) values (${`text ${i}`})`));
    await Promise.all([...others.map(ask), ...Array.from({ length: 100 }, (_, i) => write(i))]);
    const count = await database.run((db) => db.execute(sql`select count(*)::int as n from row`));
    expect(count.rows).toEqual([{ n: 100 }]);
    await Promise.all(others.map((client) => client.end()));
  });

  it('takes back the transaction of a client that vanishes, and serves the others', async () => {
    const client = new pg.Client(embeddedConnection(embeddedFolder(dataDir)));
    client.on('error', () => {});
    await client.connect();
    await client.query('begin');
    await client.query(`insert into row (text) values ('never')`);
    const waiting = database.run((db) => db.execute(sql`select count(*)::int as n from row where text = 'never'`));
    client.connection.stream.destroy();
    expect((await waiting).rows).toEqual([{ n: 0 }]);
  });

  it('checkpoints when much was written, so that its folder and its recovery stay small', async () => {
    const written = async () => {
      const result = await database.run((db) =>
        db.execute(sql`select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::float8 as bytes from pg_control_checkpoint()`),
      );
      return Number(result.rows[0]?.bytes);
    };
    await database.run((db) => db.execute(sql`insert into row (text) select repeat('y', 1000) from generate_series(1, 20000)`));
    expect(await written()).toBeGreaterThan(16 * 1024 * 1024);
    await tidy(database, true);
    expect(await written()).toBeLessThan(1024 * 1024);
  });
});

describe('a data folder with a very long path', { timeout: 60_000 }, () => {
  it('puts its sockets elsewhere', async () => {
    const root = mkdtempSync(join(tmpdir(), 'cw-'));
    const dataDir = join(root, 'a'.repeat(120));
    const database = await openDatabase({ databaseUrl: null, dataDir, log });
    expect(database.health()).toEqual({ ok: true });
    await expect(openDatabase({ databaseUrl: null, dataDir, log })).rejects.toBeInstanceOf(FolderInUseError);
    await database.stop();
    rmSync(root, { recursive: true, force: true });
  });
});

describe('a start that does not wait', { timeout: 60_000 }, () => {
  it('goes on without the database, and is told when it is there', async () => {
    const dataDir = await makeDataDir();
    const database = await openDatabase({ databaseUrl: null, dataDir, log, startWaitMs: 1 });
    expect(database.health()).toMatchObject({ ok: false });
    await expect(database.run((db) => db.execute(sql`select 1`))).rejects.toMatchObject({ code: 'unavailable' });
    await new Promise<void>((resolve) => database.onRecover(resolve));
    expect(database.health()).toEqual({ ok: true });
    await database.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
