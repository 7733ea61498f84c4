import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { Client } from 'pg';
import { OperatorError } from '../operator-error.ts';

/** The migrations that came with this version, as `drizzle-kit generate` wrote them. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Where the migrator notes what it has applied. */
export const MIGRATIONS_TABLE = { schema: 'drizzle', name: '__drizzle_migrations' } as const;

/** One number that all Cowatch instances agree on, for PostgreSQL's advisory locks. */
const MIGRATION_LOCK = 0x63_6f_77_61;

/** The database was written by a newer version than this one. */
export class SchemaTooNewError extends OperatorError {
  constructor(where: string) {
    super(`${where} was made by a newer version of Cowatch: run that version, or restore a backup made by this one into an empty one.`);
  }
}

/** Encodings that have every character; `SQL_ASCII` takes bytes as they come. */
const ENCODINGS: ReadonlySet<string> = new Set(['UTF8', 'SQL_ASCII']);

/** The database refuses most of what people write. */
export class OtherEncodingError extends OperatorError {
  constructor(where: string, encoding: string) {
    super(`${where} has the encoding ${encoding}: create one with ENCODING 'UTF8' and restore a backup into it.`);
  }
}

/** @throws OtherEncodingError where the database lacks characters */
export async function assertEncoding(client: Client, where: string): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('show server_encoding');
  const encoding = rows[0]?.server_encoding ?? 'UTF8';
  if (!ENCODINGS.has(encoding)) throw new OtherEncodingError(where, encoding);
}

/**
 * Brings the database to this version's schema. Instances that start together wait for each other.
 * @param options.locked on a real server: the embedded database has one session, and no other to wait for.
 * @param options.where the database, as an operator knows it.
 * @throws SchemaTooNewError when it already is further.
 */
export async function migrateDatabase(
  client: Client,
  options: { readonly locked: boolean; readonly where: string; readonly folder?: string },
): Promise<void> {
  const folder = options.folder ?? MIGRATIONS_FOLDER;
  if (options.locked) await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    if ((await newestApplied(client)) > newestKnown(folder)) throw new SchemaTooNewError(options.where);
    await migrate(drizzle(client), {
      migrationsFolder: folder,
      migrationsSchema: MIGRATIONS_TABLE.schema,
      migrationsTable: MIGRATIONS_TABLE.name,
    });
  } finally {
    if (options.locked) await client.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}

/** When the newest migration of this version was made, in Unix milliseconds: what names a schema version; 0 without any. */
export function newestKnown(folder: string = MIGRATIONS_FOLDER): number {
  const journal = JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8')) as { entries: { when: number }[] };
  return Math.max(0, ...journal.entries.map((entry) => entry.when));
}

/** The same of the newest migration the database has; 0 without any. */
export async function newestApplied(client: Client): Promise<number> {
  const database = drizzle(client);
  const { schema, name } = MIGRATIONS_TABLE;
  const table = sql`${sql.identifier(schema)}.${sql.identifier(name)}`;
  const there = await database.execute(sql`select to_regclass(${`${schema}.${name}`}) is not null as there`);
  if (there.rows[0]?.there !== true) return 0;
  const newest = await database.execute(sql`select coalesce(max(created_at), 0)::text as newest from ${table}`);
  return Number(newest.rows[0]?.newest ?? 0);
}
