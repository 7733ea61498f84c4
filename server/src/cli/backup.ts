import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, ClientConfig } from 'pg';
import type { Config } from '../config.ts';
import { embeddedConnection, embeddedFolder, withEmbeddedServer } from '../platform/database/embedded/embedded-server.ts';
import { folderHolder } from '../platform/database/embedded/folder-lock.ts';
import { MIGRATIONS_FOLDER, newestApplied } from '../platform/database/migrate.ts';
import { withClient } from '../platform/database/with-client.ts';
import type { Logger } from '../platform/log/log.ts';
import { OperatorError } from '../platform/operator-error.ts';
import { BACKUP_VERSION, type BackupItem, writeBackup } from './backup-file.ts';
import { describeTable, ownSchema, presentTables, quoted } from './own-schema.ts';

/** Rows fetched at once: those with pictures take up to 200 kB as text. */
const FETCHED_ROWS = 200;

export interface BackupOptions {
  readonly config: Pick<Config, 'databaseUrl' | 'dataDir'>;
  readonly file: string;
  readonly log: Logger;
  readonly cowatch: string;
  readonly now: Date;
  readonly migrationsFolder?: string;
}

/** There is nothing to back up. */
export class NothingToBackUpError extends OperatorError {
  constructor(folder: string) {
    super(`There is no database in ${folder} to back up (see DATA_DIR and DATABASE_URL).`);
  }
}

/**
 * Writes everything the database holds at one moment into a file, while the server runs or while it does not.
 * Returns the number of rows.
 */
export async function backUp(options: BackupOptions): Promise<number> {
  const { file, cowatch, now, migrationsFolder = MIGRATIONS_FOLDER } = options;
  return onDatabase(options, async (client) => {
    // One moment for all tables. The embedded database has one session: others wait until this ends.
    await client.query('begin transaction isolation level repeatable read read only');
    for (const setting of TEXT_SETTINGS) await client.query(setting);
    const schema = await newestApplied(client);
    const tables = await presentTables(client, ownSchema(migrationsFolder));
    const header = {
      format: 'cowatch-backup',
      version: BACKUP_VERSION,
      cowatch,
      schema,
      createdAt: now.toISOString(),
    } as const;
    const rows = await writeBackup(file, header, dump(client, tables));
    await client.query('commit');
    return rows;
  });
}

/** Makes values come out as text in one way, however the server is set up. */
const TEXT_SETTINGS = [
  `set local datestyle to 'ISO, YMD'`,
  `set local intervalstyle to 'postgres'`,
  `set local timezone to 'UTC'`,
  `set local extra_float_digits to 1`,
  `set local bytea_output to 'hex'`,
];

async function* dump(client: Client, tables: readonly string[]): AsyncGenerator<BackupItem> {
  for (const table of tables) {
    const description = await describeTable(client, table);
    yield description;
    const columns = description.columns.map(({ name }) => `${quoted(name)}::text`).join(', ');
    await client.query(`declare dump no scroll cursor for select ${columns} from public.${quoted(table)}`);
    for (;;) {
      const fetched = await client.query<(string | null)[]>({
        text: `fetch ${FETCHED_ROWS} from dump`,
        rowMode: 'array',
      });
      yield* fetched.rows;
      if (fetched.rows.length < FETCHED_ROWS) break;
    }
    await client.query('close dump');
  }
  const sequences = await client.query<{ sequence: string; last: string }>(
    // First the sequences, then their values: asked of any other relation, the function fails.
    `with own as materialized (
       select s.oid, s.relname as sequence
         from pg_class s join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i')
         join pg_class t on t.oid = d.refobjid join pg_namespace n on n.oid = t.relnamespace
        where s.relkind = 'S' and n.nspname = 'public' and t.relname = any($1))
     select sequence, pg_sequence_last_value(oid)::text as last from own
      where pg_sequence_last_value(oid) is not null order by sequence`,
    [tables],
  );
  yield* sequences.rows;
}

/** Connects to the database wherever it runs; an embedded one that does not run is started for the while. */
async function onDatabase<T>({ config, log }: BackupOptions, work: (client: Client) => Promise<T>): Promise<T> {
  if (config.databaseUrl !== null) {
    return withClient({ connectionString: config.databaseUrl, application_name: 'cowatch-backup' }, work);
  }
  const folder = embeddedFolder(config.dataDir);
  if (!existsSync(join(folder, 'postgres', 'PG_VERSION'))) throw new NothingToBackUpError(folder);
  const holder = await folderHolder(folder);
  if (holder !== null) return withClient(clientOf(holder.socketFolder), work);
  return withEmbeddedServer(config.dataDir, log, ({ host }) => withClient(clientOf(host), work));
}

function clientOf(socketFolder: string): ClientConfig {
  return { ...embeddedConnection(socketFolder), connectionTimeoutMillis: 10_000 };
}
