import type { Logger } from '../log/log.ts';
import type { OperatorError } from '../operator-error.ts';
import type { Database } from './database.ts';
import type { DatabaseSource } from './database-source.ts';
import { EmbeddedSource } from './embedded/embedded-source.ts';
import { findTemplate } from './embedded/template.ts';
import { MIGRATIONS_FOLDER } from './migrate.ts';
import { openPooledDatabase } from './pooled-database.ts';
import { postgresSource } from './postgres-source.ts';

export interface DatabaseOptions {
  /** URL of a PostgreSQL; null: the embedded one in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly log: Logger;
  /** Longest wait for the database before going on without it, in milliseconds; by default as long as its first attempt takes. */
  readonly startWaitMs?: number;
  /** Called with an error that no waiting heals, where it is found after the database was given back: the process should end. */
  onFatal?(error: OperatorError): void;
  /** Folder of the empty database that a new one is copied from, instead of the one in the build; for tests. */
  readonly templateFolder?: string;
  /** Folder of other migrations than this version's; for tests. */
  readonly migrationsFolder?: string;
}

/**
 * Opens the database and brings its schema up to date.
 *
 * A PostgreSQL that cannot be reached does not stop this: it is named by `health()` and tried again in the background.
 * @throws OperatorError: FolderInUseError, SchemaTooNewError, or any other that no waiting heals.
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { log, startWaitMs = Number.POSITIVE_INFINITY, onFatal = () => {} } = options;
  return openPooledDatabase(sourceOf(options), { log, startWaitMs, onFatal });
}

function sourceOf({ databaseUrl, dataDir, log, templateFolder, migrationsFolder = MIGRATIONS_FOLDER }: DatabaseOptions): DatabaseSource {
  if (databaseUrl !== null) return postgresSource(databaseUrl, migrationsFolder);
  // Other migrations than this version's would not expect the tables of the template.
  const template = () => (migrationsFolder === MIGRATIONS_FOLDER ? findTemplate(templateFolder) : null);
  return new EmbeddedSource({ dataDir, log, migrationsFolder, template });
}
