import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProcess } from '../platform/child-process.testing.ts';
import { makeDataDir } from '../platform/database/database.testing.ts';
import type { Database } from '../platform/database/database.ts';
import { FolderInUseError } from '../platform/database/embedded/folder-lock.ts';
import { openDatabase } from '../platform/database/open-database.ts';
import { startTestPostgres, type TestPostgres } from '../platform/database/postgres.testing.ts';
import { createLogger } from '../platform/log/log.ts';
import { backUp, NothingToBackUpError } from './backup.ts';
import { BackupFileError } from './backup-file.ts';
import { RestoreRefusedError, restore } from './restore.ts';

const log = createLogger({ level: 'silent' });
let folder: string;
let migrations: string;
let postgres: TestPostgres;

/** Migrations of a time before now, with every kind of thing that could get lost. */
const FIRST = `create type mood as enum ('glad', 'sad');
--> statement-breakpoint
create table "person" (id bigserial primary key, name text not null, mood mood, boss bigint references person (id));
--> statement-breakpoint
create table "album" (
  id int generated always as identity primary key, owner bigint not null references person (id), doc jsonb, bytes bytea,
  at timestamptz, score float8, tags text[], twice int generated always as (1 + 1) stored);
--> statement-breakpoint
create table "empty" (id int)`;
const SECOND = `alter table "person" add column shoe int not null default 42`;

function writeMigrations(into: string, texts: readonly string[]): string {
  mkdirSync(join(into, 'meta'), { recursive: true });
  const entries = texts.map((text, idx) => {
    writeFileSync(join(into, `000${idx}_m.sql`), text);
    const tables = Object.fromEntries(['person', 'album', 'empty'].map((name) => [`public.${name}`, { name }]));
    const snapshot = { tables, enums: { 'public.mood': { name: 'mood' } } };
    writeFileSync(join(into, 'meta', `000${idx}_snapshot.json`), JSON.stringify(snapshot));
    return { idx, version: '7', when: 1000 * (idx + 1), tag: `000${idx}_m`, breakpoints: true };
  });
  writeFileSync(join(into, 'meta', '_journal.json'), JSON.stringify({ version: '7', dialect: 'postgresql', entries }));
  return into;
}

beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cwbak-'));
  migrations = writeMigrations(join(folder, 'migrations'), [FIRST]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Place = { readonly databaseUrl: string | null; readonly dataDir: string };
const embedded = async (): Promise<Place> => ({ databaseUrl: null, dataDir: await makeDataDir() });
const onPostgres = async (): Promise<Place> => ({
  databaseUrl: await postgres.createDatabase(),
  dataDir: '/nonexistent',
});

const open = (place: Place, migrationsFolder = migrations) => openDatabase({ ...place, log, migrationsFolder });
const save = (config: Place, file: string) =>
  backUp({ config, file, log, cowatch: '0.0.1', now: new Date(0), migrationsFolder: migrations });
const load = (config: Place, file: string, replace = false, migrationsFolder = migrations) =>
  restore({ config, file, log, replace, migrationsFolder });

async function using<T>(place: Place, work: (database: Database) => Promise<T>, migrationsFolder?: string): Promise<T> {
  const database = await open(place, migrationsFolder);
  try {
    return await work(database);
  } finally {
    await database.stop();
  }
}

const fillWithEverything = (place: Place) =>
  using(place, async (database) => {
    await database.transaction(async (tx) => {
      // The boss comes after whoever has him: rows refer to later rows.
      await tx.execute(sql`insert into person (id, name, mood) values (7000, 'Zoë "quote" \\ back', 'glad')`);
      await tx.execute(sql`insert into person (name, boss) values ('line
break', 7000), ('', null), ('\u{1F600} NULL', 1)`);
      await tx.execute(sql`update person set boss = 2 where id = 1`);
      await tx.execute(sql`insert into album (owner, doc, bytes, at, score, tags) values
        (7000, '{"a":[1,null,"x"]}', '\\x00ff10', '2026-01-02 03:04:05.678901+02', 0.1::float8 + 0.2::float8, '{a,"b,c",null}'),
        (1, 'null', '', 'infinity', 'NaN', '{}'), (2, null, null, null, null, null)`);
      await tx.execute(sql`insert into person (name) select 'many ' || n from generate_series(1, 2500) n`);
    });
  });

/** What is in a backup, in an order that does not matter. */
function contentOf(file: string): string[] {
  return gunzipSync(readFileSync(file)).toString().trimEnd().split('\n').slice(1, -1).sort();
}

describe('backup and restore', () => {
  it('carry everything from one kind of database to the other and back', { timeout: 60_000 }, async () => {
    const [first, second, third] = [await embedded(), await onPostgres(), await embedded()];
    const file = (name: string) => join(folder, `${name}.backup`);
    await fillWithEverything(first);
    expect(await save(first, file('a'))).toBe(2507);
    expect(await load(second, file('a'))).toBe(2507);
    expect(await save(second, file('b'))).toBe(2507);
    expect(await load(third, file('b'))).toBe(2507);
    await save(third, file('c'));
    expect(contentOf(file('b'))).toEqual(contentOf(file('a')));
    expect(contentOf(file('c'))).toEqual(contentOf(file('a')));
    for (const place of [second, third]) {
      await using(place, async (database) => {
        const albums = await database.run((db) => db.execute(sql`select * from album order by id`));
        expect(albums.rows[0]).toMatchObject({
          doc: { a: [1, null, 'x'] },
          score: 0.1 + 0.2,
          tags: ['a', 'b,c', null],
          twice: 2,
        });
        expect(albums.rows[0]?.bytes).toEqual(Buffer.from([0, 255, 16]));
        // Numbers given out go on where they were, and references are guarded again.
        const next = await database.run((db) => db.execute(sql`insert into person (name) values ('next') returning id::int`));
        expect(next.rows).toEqual([{ id: 2504 }]);
        const dangling = database.run((db) => db.execute(sql`insert into album (owner) values (99999)`));
        await expect(dangling).rejects.toHaveProperty('cause.code', '23503');
      });
      rmSync(place.dataDir, { recursive: true, force: true });
    }
    rmSync(first.dataDir, { recursive: true, force: true });
  });

  it('bring an older backup to the newer schema', async () => {
    const old = await onPostgres();
    const file = join(folder, 'old.backup');
    await fillWithEverything(old);
    await save(old, file);
    const newer = writeMigrations(join(folder, 'newer'), [FIRST, SECOND]);
    const place = await onPostgres();
    await using(place, async () => {}, newer);
    expect(await load(place, file, true, newer)).toBe(2507);
    await using(
      place,
      async (database) => {
        const shoes = await database.run((db) => db.execute(sql`select distinct shoe from person`));
        expect(shoes.rows).toEqual([{ shoe: 42 }]);
      },
      newer,
    );
    // And a newer one is not pressed into the older schema.
    const newerFile = join(folder, 'newer.backup');
    await backUp({ config: place, file: newerFile, log, cowatch: '9.9.9', now: new Date(0), migrationsFolder: newer });
    await expect(load(await onPostgres(), newerFile)).rejects.toThrow(/made by a newer version of Cowatch \(9\.9\.9\)/);
  });
});

describe('a backup while the server runs', { timeout: 60_000 }, () => {
  it.each([
    ['embedded', embedded],
    ['postgres', onPostgres],
  ])('is of one moment on %s, and nobody waits for long', async (_kind, place) => {
    const where = await place();
    const database = await open(where);
    await database.run((db) => db.execute(sql`insert into person (name) select repeat('x', 300) from generate_series(1, 20000)`));
    let stop = false;
    let longestMs = 0;
    let written = 0;
    const write = async () => {
      while (!stop) {
        const sinceMs = performance.now();
        // Two tables, one transaction: a backup has both or neither.
        await database.transaction(async (tx) => {
          const person = await tx.execute(sql`insert into person (name) values ('pair') returning id`);
          await tx.execute(sql`insert into album (owner) values (${person.rows[0]?.id})`);
        });
        longestMs = Math.max(longestMs, performance.now() - sinceMs);
        written += 1;
      }
    };
    const writing = write();
    const file = join(folder, 'live.backup');
    await expect.poll(() => written).toBeGreaterThan(3);
    await save(where, file);
    const during = written;
    await expect.poll(() => written).toBeGreaterThan(during + 3);
    stop = true;
    await writing;
    await database.stop();
    const lines = gunzipSync(readFileSync(file)).toString().split('\n');
    const pairs = lines.filter((line) => line.includes('"pair"')).length;
    const start = lines.findIndex((line) => line.startsWith('{"table":"album"'));
    const albums = lines.slice(start + 1).findIndex((line) => !line.startsWith('['));
    expect(pairs).toBeGreaterThan(3);
    expect(albums).toBe(pairs);
    expect(longestMs).toBeLessThan(5000);
    rmSync(where.dataDir, { recursive: true, force: true });
  });

  it('works from another process, through the lock file', async () => {
    const dataDir = await makeDataDir();
    const writer = new URL('../platform/database/embedded/writer.testing.ts', import.meta.url);
    const server = startProcess(writer, [dataDir, '0']);
    for (let i = 0; i < 50; i++) await server.nextLine();
    const file = join(folder, 'other.backup');
    // The writer's own table is none of a migration, so only the schema is in it; that it could be read is the point.
    expect(await backUp({ config: { databaseUrl: null, dataDir }, file, log, cowatch: '0.0.1', now: new Date(0) })).toBe(0);
    await server.nextLine();
    const config = { databaseUrl: null, dataDir };
    await expect(restore({ config, file, log, replace: true })).rejects.toBeInstanceOf(FolderInUseError);
    await server.killNow();
    rmSync(dataDir, { recursive: true, force: true });
  });
});

describe('refusals', () => {
  let place: Place;
  let file: string;
  beforeEach(async () => {
    place = await onPostgres();
    file = join(folder, 'good.backup');
    await fillWithEverything(place);
    await save(place, file);
  });

  const names = () => using(place, async (database) => (await database.run((db) => db.execute(sql`select name from person`))).rows.length);

  it('a database that is not empty, unless it is to be replaced', async () => {
    await expect(load(place, file)).rejects.toThrow(/not empty: with --replace/);
    expect(await names()).toBe(2504);
    await using(place, (database) => database.run((db) => db.execute(sql`insert into person (name) values ('later')`)));
    expect(await load(place, file, true)).toBe(2507);
    expect(await names()).toBe(2504);
  });

  it('a database that a server uses', async () => {
    await using(place, async (database) => {
      await database.run((db) => db.execute(sql`select 1`));
      await expect(load(place, file, true)).rejects.toBeInstanceOf(RestoreRefusedError);
    });
    expect(await names()).toBe(2504);
  });

  it('a file that is not what it was, before anything is touched', async () => {
    const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
    const [header = '', ...rest] = lines;
    const bad: [string, Buffer, RegExp][] = [
      ['changed', zip([header, ...rest.map((line) => line.replace('many 77"', 'many 78"'))]), /checksum/],
      ['shortened', zip(lines.slice(0, -1)), /not whole/],
      ['without a row', zip([...lines.slice(0, 100), ...lines.slice(101)]), /checksum/],
      ['of another version', zip([header.replace('"version":1', '"version":2'), ...rest]), /version 2 of the backup format/],
      ['of another program', zip(['{"format":"other"}', ...rest]), /no backup of Cowatch/],
      ['cut off', readFileSync(file).subarray(0, 5000), /not whole/],
      ['not compressed', Buffer.from(lines.join('\n')), /no backup/],
      ['empty', Buffer.alloc(0), /not whole|no backup/],
      ['with a line of nonsense', zip([header, 'nonsense', ...rest]), /no JSON/],
    ];
    for (const [what, content, message] of bad) {
      const path = join(folder, 'bad.backup');
      writeFileSync(path, content);
      const error = await load(place, path, true).catch((thrown: unknown) => thrown);
      expect(error, what).toBeInstanceOf(BackupFileError);
      expect(String(error), what).toMatch(message);
    }
    await expect(load(place, join(folder, 'nowhere'), true)).rejects.toThrow(/There is no file/);
    expect(await names()).toBe(2504);
  });

  it('a restore that fails halfway changes nothing', async () => {
    // Of the right form and with the right checksum, but with a row that the schema does not allow.
    const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
    const broken = lines.slice(0, -1).map((line) => line.replace('["7000","Zoë', '["not a number","Zoë'));
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256')
      .update(`${broken.join('\n')}\n`)
      .digest('hex');
    const path = join(folder, 'broken.backup');
    writeFileSync(path, zip([...broken, JSON.stringify({ rows: 2507, sha256 })]));
    await expect(load(place, path, true)).rejects.toThrow(/invalid input syntax/);
    expect(await names()).toBe(2504);
  });

  it('a file that exists already or cannot be used, and a folder without a database', async () => {
    const before = readFileSync(file);
    await expect(save(place, file)).rejects.toThrow(/exists already/);
    expect(readFileSync(file)).toEqual(before);
    await expect(save(place, join(folder, 'nowhere', 'x'))).rejects.toThrow(/nowhere\/x cannot be used: there is no such/);
    await expect(save(place, join(file, 'x'))).rejects.toThrow(/a part of this path is no folder/);
    await expect(load(place, folder, true)).rejects.toThrow(/it is a folder/);
    const nothing = { databaseUrl: null, dataDir: join(folder, 'nothing') };
    await expect(save(nothing, join(folder, 'x'))).rejects.toBeInstanceOf(NothingToBackUpError);
    expect(existsSync(join(folder, 'nothing'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
    copyFileSync(file, join(folder, 'copy'));
  });
});

function zip(lines: readonly string[]): Buffer {
  return gzipSync(`${lines.join('\n')}\n`);
}
