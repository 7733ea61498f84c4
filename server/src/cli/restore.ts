import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import type { Client } from 'pg';
import type { Config } from '../config.ts';
import { withEmbeddedServer } from '../platform/database/embedded/embedded-server.ts';
import { MIGRATIONS_FOLDER, MIGRATIONS_TABLE, newestKnown } from '../platform/database/migrate.ts';
import { withClient } from '../platform/database/with-client.ts';
import type { Logger } from '../platform/log/log.ts';
import { OperatorError } from '../platform/operator-error.ts';
import { BackupFileError, type BackupRow, type BackupTable, checkBackup, readBackup } from './backup-file.ts';
import { describeTable, ownSchema, presentTables, quoted } from './own-schema.ts';

/** Values sent with one statement, below PostgreSQL's limit of 65,535. */
const VALUES_PER_INSERT = 20_000;
const ROWS_PER_INSERT = 500;

/** How often, and how long apart in milliseconds, to look whether servers have gone from the database. */
const SERVER_LOOKS = 15;
const SERVER_LOOK_INTERVAL_MS = 200;

export interface RestoreOptions {
  readonly config: Pick<Config, 'databaseUrl' | 'dataDir'>;
  readonly file: string;
  readonly log: Logger;
  /** Throw away what the database holds now. */
  readonly replace: boolean;
  readonly migrationsFolder?: string;
}

/** The database is not in a state in which a backup may be put into it; the message says what to do. */
export class RestoreRefusedError extends OperatorError {}

/**
 * Puts a backup into the database: all of it, in one transaction, or nothing. Checked before anything is touched.
 * Returns the number of rows.
 * @throws BackupFileError, RestoreRefusedError, FolderInUseError
 */
export async function restore(options: RestoreOptions): Promise<number> {
  const { file, replace, migrationsFolder: folder = MIGRATIONS_FOLDER } = options;
  const header = await checkBackup(file);
  if (header.schema > newestKnown(folder)) {
    throw new RestoreRefusedError(`${file} was made by a newer version of Cowatch (${header.cowatch}): restore it with that one.`);
  }
  return onDatabase(options, async (client, shared) => {
    if (shared) await refuseWhileServersRun(client);
    await client.query('begin');
    try {
      if (!replace) await refuseWhereAnything(client, folder);
      await clear(client, folder);
      await prepareMigrations(client);
      await applyMigrations(client, folder, (madeAtMs) => madeAtMs <= header.schema);
      const rows = await fill(client, file);
      // What this version has beyond the backup's.
      await applyMigrations(client, folder, (madeAtMs) => madeAtMs > header.schema);
      await client.query('commit');
      return rows;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    }
  });
}

async function refuseWhileServersRun(client: Client): Promise<void> {
  // The connections of a server that has just been stopped take a moment to go.
  for (let look = 0; look < SERVER_LOOKS; look++) {
    const others = await client.query(`select 1 from pg_stat_activity where datname = current_database() and application_name = 'cowatch'`);
    if (others.rows.length === 0) return;
    await setTimeout(SERVER_LOOK_INTERVAL_MS);
  }
  throw new RestoreRefusedError('A Cowatch server uses this database: stop every server first.');
}

async function refuseWhereAnything(client: Client, folder: string): Promise<void> {
  for (const table of await presentTables(client, ownSchema(folder))) {
    const some = await client.query(`select 1 from public.${quoted(table)} limit 1`);
    if (some.rows.length > 0) {
      throw new RestoreRefusedError('The database is not empty: with --replace, everything in it is thrown away first.');
    }
  }
}

/** Takes away what migrations of any version have made, and nothing else. */
async function clear(client: Client, folder: string): Promise<void> {
  const own = ownSchema(folder);
  for (const table of own.tables) await client.query(`drop table if exists public.${quoted(table)} cascade`);
  for (const name of own.enums) await client.query(`drop type if exists public.${quoted(name)} cascade`);
  await client.query(`drop schema if exists ${quoted(MIGRATIONS_TABLE.schema)} cascade`);
}

const NOTES = sql`${sql.identifier(MIGRATIONS_TABLE.schema)}.${sql.identifier(MIGRATIONS_TABLE.name)}`;

/** Makes the table in which the migrator notes what it has applied, as the migrator itself would. */
async function prepareMigrations(client: Client): Promise<void> {
  const database = drizzle(client);
  await database.execute(sql`create schema ${sql.identifier(MIGRATIONS_TABLE.schema)}`);
  await database.execute(sql`create table ${NOTES} (id serial primary key, hash text not null, created_at bigint)`);
}

/** Applies some of the migrations within the transaction that is open, which the migrator itself would not. */
async function applyMigrations(client: Client, folder: string, wanted: (madeAtMs: number) => boolean): Promise<void> {
  const database = drizzle(client);
  for (const { sql: statements, hash, folderMillis } of readMigrationFiles({ migrationsFolder: folder })) {
    if (!wanted(folderMillis)) continue;
    for (const statement of statements) await database.execute(sql.raw(statement));
    await database.execute(sql`insert into ${NOTES} (hash, created_at) values (${hash}, ${folderMillis})`);
  }
}

async function fill(client: Client, file: string): Promise<number> {
  const foreignKeys = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
       from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  // Rows come table by table; what they refer to may come later.
  for (const { table, name } of foreignKeys.rows) await client.query(`alter table ${table} drop constraint ${quoted(name)}`);
  let rows = 0;
  let table: BackupTable | null = null;
  let waiting: BackupRow[] = [];
  const insertWaiting = async () => {
    if (table !== null && waiting.length > 0) await insert(client, table, waiting);
    rows += waiting.length;
    waiting = [];
  };
  for await (const item of readBackup(file)) {
    if (Array.isArray(item)) {
      waiting.push(item);
      const full = waiting.length * item.length >= VALUES_PER_INSERT || waiting.length >= ROWS_PER_INSERT;
      if (full) await insertWaiting();
      continue;
    }
    await insertWaiting();
    if ('table' in item) table = await typed(client, item, file);
    else await client.query('select setval($1::regclass, $2)', [`public.${quoted(item.sequence)}`, item.last]);
  }
  await insertWaiting();
  for (const { table: of, name, definition } of foreignKeys.rows) {
    await client.query(`alter table ${of} add constraint ${quoted(name)} ${definition}`);
  }
  return rows;
}

/** The table with the types it has here: a file may name what it likes. */
async function typed(client: Client, { table, columns }: BackupTable, file: string): Promise<BackupTable> {
  const here = new Map((await describeTable(client, table)).columns.map(({ name, type }) => [name, type]));
  return {
    table,
    columns: columns.map(({ name }) => {
      const type = here.get(name);
      if (type === undefined) throw new BackupFileError(`${file} has a column ${table}.${name} that this version never had.`);
      return { name, type };
    }),
  };
}

async function insert(client: Client, { table, columns }: BackupTable, rows: readonly BackupRow[]): Promise<void> {
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  const values = rows.map((_row, at) => {
    const places = columns.map(({ type }, column) => `$${at * columns.length + column + 1}::text::${type}`);
    return `(${places.join(', ')})`;
  });
  const text = `insert into public.${quoted(table)} (${names}) overriding system value values ${values.join(', ')}`;
  await client.query(text, rows.flat());
}

/** @param work takes also whether other programs may be on the database, which on the embedded one the folder's lock rules out. */
async function onDatabase<T>({ config, log }: RestoreOptions, work: (client: Client, shared: boolean) => Promise<T>): Promise<T> {
  if (config.databaseUrl !== null) {
    const connection = { connectionString: config.databaseUrl, application_name: 'cowatch-restore' };
    return withClient(connection, (client) => work(client, true));
  }
  return withEmbeddedServer(config.dataDir, log, (connection) => withClient(connection, (client) => work(client, false)));
}
