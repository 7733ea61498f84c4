import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';
import type { Logger } from '../log/log.ts';
import { OperatorError } from '../operator-error.ts';
import type { Database } from './database.ts';
import { describe } from './database-errors.ts';
import { type EmbeddedServer, embeddedFolder, startEmbeddedServer } from './embedded/embedded-server.ts';
import { FolderInUseError } from './embedded/folder-lock.ts';
import { assertFreeSpace, DamagedDatabaseError, FolderGoneError, OtherVersionError, openingError } from './embedded/inspect-folder.ts';
import { keepTidy } from './embedded/maintenance.ts';
import { findTemplate } from './embedded/template.ts';
import { assertEncoding, migrateDatabase, OtherEncodingError, SchemaTooNewError } from './migrate.ts';
import { type DatabaseSource, openPooledDatabase } from './pooled-database.ts';

export interface DatabaseOptions {
  /** URL of a PostgreSQL; null: the embedded one in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly log: Logger;
  /** Longest wait for the database before going on without it, in milliseconds; by default as long as its first attempt takes. */
  readonly startWaitMs?: number;
  /** Told of what no waiting heals, where it is found after the database was given back: the process should end. */
  onFatal?(error: OperatorError): void;
  /** Where the empty database is that a new one is copied from, instead of in the build; for tests. */
  readonly templateFolder?: string;
  /** Folder of other migrations than this version's; for tests. */
  readonly migrationsFolder?: string;
}

/** Time-outs of a real server, in milliseconds: short, because a person waits at the other end. */
const CONNECT_TIMEOUT_MS = 2000;
const STATEMENT_TIMEOUT_MS = 4000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
const PROBE_INTERVAL_MS = 5000;
const POOL_SIZE = 10;

/** How long a statement waits for the embedded database's one connection: a backup holds it for a while. */
const EMBEDDED_WAIT_MS = 10_000;

/**
 * Opens the database and brings its schema up to date.
 *
 * A PostgreSQL that cannot be reached does not stop this: it is named by `health()` and tried again in the background.
 * @throws OperatorError: FolderInUseError, SchemaTooNewError, or whatever else no waiting heals.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, log, startWaitMs = Number.POSITIVE_INFINITY, onFatal = () => {} } = options;
  const pooled = { log, startWaitMs, onFatal };
  if (databaseUrl !== null) return openPooledDatabase(postgresSource(databaseUrl, options), pooled);
  const database = await openPooledDatabase(embeddedSource(options), pooled);
  const stopTidying = keepTidy(database, log);
  return {
    ...database,
    async stop() {
      stopTidying();
      await database.stop();
    },
  };
}

function postgresSource(databaseUrl: string, options: DatabaseOptions): DatabaseSource {
  const connection = {
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'cowatch',
    keepAlive: true,
  };
  return {
    kind: 'postgres',
    label: 'PostgreSQL',
    pool: () => ({
      ...connection,
      max: POOL_SIZE,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      // A little longer than the server's own, which leaves the connection usable.
      query_timeout: STATEMENT_TIMEOUT_MS + 1000,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    }),
    prepare: () =>
      withClient(connection, async (client) => {
        const where = 'DATABASE_URL: the database it names';
        await assertEncoding(client, where);
        await migrateDatabase(client, { locked: true, where, ...migrationsOf(options) });
      }),
    fatal(error, attempt) {
      if (error instanceof SchemaTooNewError || error instanceof OtherEncodingError) return error;
      // Who starts it can mend what it says; later on the server may be wrong, and the parties go on.
      return attempt === 'first' ? settingError(error) : null;
    },
    probeIntervalMs: PROBE_INTERVAL_MS,
    onLost: () => {},
    stop: async () => {},
  };
}

/** What is wrong with `DATABASE_URL`, where it is that; never with a password in it. */
function settingError(thrown: unknown): OperatorError | null {
  const error = thrown instanceof DrizzleQueryError ? thrown.cause : thrown;
  if (!(error instanceof pg.DatabaseError)) return null;
  const way = {
    '28P01': 'PostgreSQL does not know this user with this password: set the right ones',
    '28000': 'PostgreSQL does not let this user in: set another one, or allow it in pg_hba.conf',
    '3D000': 'there is no such database: create it, or name another one',
    '42501': 'this user may not create tables in this database: give it to them (ALTER DATABASE … OWNER TO …)',
  }[error.code ?? ''];
  return way === undefined ? null : new OperatorError(`DATABASE_URL: ${way} (${error.message}).`, error);
}

/** Failed attempts in a row at opening a database anew that was served before, after which it counts as damaged. */
const REOPENINGS_MAX = 3;

function embeddedSource(options: DatabaseOptions): DatabaseSource {
  const { dataDir, log } = options;
  const folder = embeddedFolder(dataDir);
  let server: EmbeddedServer | null = null;
  let wasServed = false;
  let failures = 0;
  let leaving: Promise<void> = Promise.resolve();
  let tellLost: (reason: string) => void = () => {};

  /** The folder is gone, and the lock with it: if it comes back, it is taken anew. */
  const leave = () => {
    const left = server;
    server = null;
    leaving = left?.stop().catch((error) => log.debug({ err: error }, 'leaving a folder that is gone failed')) ?? leaving;
  };
  return {
    kind: 'embedded',
    label: 'The embedded PostgreSQL',
    pool: () => ({
      ...server?.connection,
      max: 1,
      connectionTimeoutMillis: EMBEDDED_WAIT_MS,
      idleTimeoutMillis: 0,
    }),
    async prepare() {
      await leaving;
      try {
        server ??= await startEmbeddedServer(dataDir, log, {
          wasServed,
          // Other migrations than this version's would not expect its tables.
          template: options.migrationsFolder === undefined ? findTemplate(options.templateFolder) : null,
          onExit: (reason) => tellLost(reason),
          onGone(error) {
            leave();
            tellLost(error.message);
          },
        });
        await server.ensureRunning();
      } catch (error) {
        if (error instanceof FolderGoneError) leave();
        throw error;
      }
      await withClient(server.connection, (client) =>
        migrateDatabase(client, {
          locked: false,
          where: `DATA_DIR: the database in ${folder}`,
          ...migrationsOf(options),
        }),
      );
      assertFreeSpace(folder);
      wasServed = true;
      failures = 0;
    },
    fatal(error, attempt) {
      if (attempt === 'first') return error instanceof OperatorError ? error : openingError(folder, describe(error), error);
      failures += 1;
      if (error instanceof DamagedDatabaseError) return error.certain || failures >= REOPENINGS_MAX ? error : null;
      const isFatal = [SchemaTooNewError, FolderInUseError, OtherVersionError].some((kind) => error instanceof kind);
      return isFatal ? (error as OperatorError) : null;
    },
    // Its thread says when it ends.
    probeIntervalMs: null,
    onLost: (callback) => {
      tellLost = callback;
    },
    stop: async () => {
      await leaving;
      await server?.stop();
    },
  };
}

function migrationsOf(options: DatabaseOptions): { folder?: string } {
  return options.migrationsFolder === undefined ? {} : { folder: options.migrationsFolder };
}

/** Runs work on a connection of its own. */
export async function withClient<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  // The promise of the statement in flight tells of a broken connection; without a listener the process would end.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
