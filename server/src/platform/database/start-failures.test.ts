import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../log/log.ts';
import { OperatorError } from '../operator-error.ts';
import { loadSecret } from '../secrets.ts';
import { makeDataDir } from './database.testing.ts';
import { openDatabase } from './open-database.ts';
import { startTestPostgres, type TestPostgres } from './postgres.testing.ts';

const log = createLogger({ level: 'silent' });

/** What a test has in the temporary folder, and what it gives as `DATA_DIR`. */
let root: string;
let dataDir: string;
let undo: (() => void)[] = [];
beforeEach(async () => {
  root = await makeDataDir();
  dataDir = root;
});
afterEach(() => {
  for (const step of undo.reverse()) step();
  undo = [];
  rmSync(root, { recursive: true, force: true });
});

const inside = (...path: string[]) => join(dataDir, ...path);
const inDatabase = (...path: string[]) => inside('database', 'postgres', ...path);

/** Puts a file system of its own there, with what was there before. */
function mount(options: string): void {
  const kept = mkdtempSync(join(tmpdir(), 'cw-kept-'));
  cpSync(dataDir, kept, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dataDir]).status !== 0) throw new Error('no mount');
  undo.push(
    () => rmSync(kept, { recursive: true, force: true }),
    () => spawnSync('umount', ['-l', dataDir]),
  );
  cpSync(kept, dataDir, { recursive: true });
}

const mayMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'cw-mount-'));
  const may = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]).status === 0;
  if (may) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return may;
})();

/** What is wrong, how it comes about, and what the sentence says beside the name of the variable. */
const KINDS: readonly (readonly [kind: string, make: () => void, says: RegExp])[] = [
  ['the data folder is a file', () => replaceByFile(dataDir), /no folder/],
  ['a part of its path is a file', () => replaceByFile(dataDir, 'deeper'), /no folder/],
  ['the database folder is a file', () => replaceByFile(inside('database')), /no folder/],
  ['the place of the database is a file', () => replaceByFile(inDatabase()), /no folder/],
  ['PG_VERSION is missing', () => rmSync(inDatabase('PG_VERSION')), /damaged \(PG_VERSION is missing\).*backup/],
  ['PG_VERSION is empty', () => truncateSync(inDatabase('PG_VERSION')), /damaged.*backup/],
  ['it is of another PostgreSQL', () => writeFileSync(inDatabase('PG_VERSION'), '12\n'), /PostgreSQL 12.*backup/],
  ['pg_control is missing', () => rmSync(inDatabase('global', 'pg_control')), /damaged.*pg_control.*backup/],
  ['pg_control was cut short', () => truncateSync(inDatabase('global', 'pg_control'), 100), /damaged.*pg_control/],
  ['pg_control is garbage', () => writeFileSync(inDatabase('global', 'pg_control'), Buffer.alloc(8192, 7)), /damaged/],
  ['the log is gone', () => rmSync(inDatabase('pg_wal'), { recursive: true }), /damaged.*pg_wal/],
  ['the log is empty', () => emptied(inDatabase('pg_wal')), /damaged/],
  ['the tables are gone', () => emptied(inDatabase('base')), /damaged/],
];

/** Those that take a file system of their own. */
const MOUNTED: typeof KINDS = [
  ['the disk is full', () => mount('size=64m'), /full.*free some space/],
  ['the disk is too small for a new database', tooSmall, /full.*free some space/],
  ['the disk can only be read', readOnly, /only be read/],
];

function replaceByFile(path: string, deeper?: string): void {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, '');
  if (deeper !== undefined) dataDir = join(path, deeper);
}

function emptied(path: string): void {
  rmSync(path, { recursive: true });
  mkdirSync(path);
}

function tooSmall(): void {
  emptied(dataDir);
  mount('size=8m');
}

function readOnly(): void {
  mount('size=256m');
  if (spawnSync('mount', ['-o', 'remount,ro', dataDir]).status !== 0) throw new Error('no remount');
}

/** One sentence for an operator: names the variable and a way out, and is one line. */
function expectSentence(error: unknown, variable: string, says: RegExp): void {
  expect(error).toBeInstanceOf(OperatorError);
  const { message } = error as OperatorError;
  expect(message).toContain(variable);
  expect(message).toMatch(says);
  expect(message).toMatch(/restore|free|set DATA_DIR|remove|create|run that version|set the right|set another/);
  expect(message).not.toContain('\n');
  expect(message).not.toMatch(/ASSERTIONS| at .*:\d+/);
}

/** What keeps it from opening, however late that is found. */
async function whyNot(open: { databaseUrl: string | null; startWaitMs?: number }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    openDatabase({ dataDir, log, onFatal: resolve, ...open }).then(
      async (database) => {
        if (open.startWaitMs === undefined) {
          await database.stop();
          reject(new Error('it opened'));
        } else undo.push(() => void database.stop());
      },
      (error: unknown) => resolve(error),
    );
  });
}

describe('an embedded database that cannot be opened', { timeout: 60_000 }, () => {
  const kinds = [...KINDS, ...(mayMount ? MOUNTED : [])];

  it.each(kinds)('does not start, and says why: %s', async (_kind, make, says) => {
    make();
    expectSentence(await whyNot({ databaseUrl: null }), 'DATA_DIR', says);
  });

  it.each(kinds.slice(4, 8))('ends later, where it is found later: %s', async (_kind, make, says) => {
    make();
    expectSentence(await whyNot({ databaseUrl: null, startWaitMs: 0 }), 'DATA_DIR', says);
  });

  it('ends later: a newer version of Cowatch has written it', async () => {
    await newer(null);
    expectSentence(await whyNot({ databaseUrl: null, startWaitMs: 0 }), 'DATA_DIR', /newer version of Cowatch/);
  });
});

describe('a PostgreSQL that cannot be used', { timeout: 60_000 }, () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.remove());

  it('was written by a newer version of Cowatch, found at once or later', async () => {
    const databaseUrl = await postgres.createDatabase();
    await newer(databaseUrl);
    expectSentence(await whyNot({ databaseUrl }), 'DATABASE_URL', /newer version of Cowatch/);
    expectSentence(await whyNot({ databaseUrl, startWaitMs: 0 }), 'DATABASE_URL', /newer version of Cowatch/);
  });

  it('has no such database, or does not know the user; the password is not repeated', async () => {
    const url = new URL(await postgres.createDatabase());
    url.password = 'hunter2';
    const nowhere = new URL(url);
    nowhere.pathname = '/nowhere';
    const nobody = new URL(url);
    nobody.username = 'nobody_there';
    expectSentence(await whyNot({ databaseUrl: nowhere.href }), 'DATABASE_URL', /no such database/);
    const error = await whyNot({ databaseUrl: nobody.href });
    expectSentence(error, 'DATABASE_URL', /does not let this user in|does not know this user/);
    expect(String(error)).not.toContain('hunter2');
  });

  it('is of a user who may not make tables, or lacks most characters', async () => {
    const url = new URL(await postgres.createDatabase());
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.query('create role maker_of_nothing login');
    await client.query("create database latin encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'");
    await client.end();
    const guest = new URL(url);
    guest.username = 'maker_of_nothing';
    expectSentence(await whyNot({ databaseUrl: guest.href }), 'DATABASE_URL', /may not create tables/);
    const latin = new URL(url);
    latin.pathname = '/latin';
    expectSentence(await whyNot({ databaseUrl: latin.href }), 'DATABASE_URL', /encoding LATIN1.*UTF8/);
    expectSentence(await whyNot({ databaseUrl: latin.href, startWaitMs: 0 }), 'DATABASE_URL', /encoding LATIN1/);
  });
});

describe('a secret that cannot be used', () => {
  const secret = () => inside('auth-secret');
  const SECRETS: typeof KINDS = [
    ['it is empty', () => writeFileSync(secret(), ''), /damaged.*AUTH_SECRET/],
    ['it was cut short', () => writeFileSync(secret(), 'abc\n'), /damaged.*AUTH_SECRET/],
    ['it is no secret', () => writeFileSync(secret(), '\0'.repeat(64)), /damaged.*AUTH_SECRET/],
    ['it is a folder', () => mkdirSync(secret()), /is a folder/],
    ['the data folder is a file', () => replaceByFile(dataDir), /no folder/],
    ...(mayMount ? ([['the disk can only be read', readOnly, /only be read/]] as const) : []),
  ];

  it.each(SECRETS)('%s', (_kind, make, says) => {
    make();
    let error: unknown;
    try {
      loadSecret({ authSecret: null, dataDir });
    } catch (thrown) {
      error = thrown;
    }
    expectSentence(error, 'DATA_DIR', says);
  });
});

/** Makes a database look as if a version of next year had written it. */
async function newer(databaseUrl: string | null): Promise<void> {
  const database = await openDatabase({ databaseUrl, dataDir, log });
  await database.run((db) => db.execute(sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('newer', 9999999999999)`));
  await database.stop();
}
