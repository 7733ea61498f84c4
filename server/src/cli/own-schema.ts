import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { MIGRATIONS_FOLDER } from '../platform/database/migrate.ts';
import type { BackupTable } from './backup-file.ts';

/** What the migrations of all versions have made in schema `public`: whatever else is there belongs to others. */
export interface OwnSchema {
  readonly tables: readonly string[];
  readonly enums: readonly string[];
}

interface DrizzleSnapshot {
  readonly tables: Record<string, { name: string }>;
  readonly enums: Record<string, { name: string }>;
}

/** Reads what the snapshots beside the migrations say. */
export function ownSchema(folder: string = MIGRATIONS_FOLDER): OwnSchema {
  const meta = join(folder, 'meta');
  const snapshots = readdirSync(meta)
    .filter((name) => name.endsWith('_snapshot.json'))
    .map((name) => JSON.parse(readFileSync(join(meta, name), 'utf8')) as DrizzleSnapshot);
  const names = (of: 'tables' | 'enums') => [
    ...new Set(snapshots.flatMap((snapshot) => Object.values(snapshot[of]).map((entry) => entry.name))),
  ];
  return { tables: names('tables').sort(), enums: names('enums').sort() };
}

/** The own tables that a database has. */
export async function presentTables(client: Client, { tables }: OwnSchema): Promise<string[]> {
  const found = await client.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' and table_name = any($1) order by table_name`,
    [tables],
  );
  return found.rows.map((row) => row.name);
}

/** A name as SQL writes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The columns of a table but for those that the database computes itself. */
export async function describeTable(client: Client, table: string): Promise<BackupTable> {
  const columns = await client.query<{ name: string; type: string }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
       from pg_attribute a join pg_class t on t.oid = a.attrelid join pg_namespace n on n.oid = t.relnamespace
      where n.nspname = 'public' and t.relname = $1 and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by a.attnum`,
    [table],
  );
  return { table, columns: columns.rows };
}
