import pg from 'pg';
import type { Logger } from '../log/log.ts';
import type { Database } from './database.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded/embedded-server.ts';
import { keepTidy } from './embedded/maintenance.ts';
import { migrateDatabase, SchemaTooNewError } from './migrate.ts';
import { type DatabaseSource, openPooledDatabase } from './pooled-database.ts';

export interface DatabaseOptions {
  /** URL of a PostgreSQL; null: the embedded one in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly log: Logger;
  /** Longest wait for the database before going on without it, in milliseconds; by default as long as its first attempt takes. */
  readonly startWaitMs?: number;
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
 * @throws FolderInUseError, SchemaTooNewError, or whatever keeps the embedded database from opening.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, log, startWaitMs = Number.POSITIVE_INFINITY } = options;
  if (databaseUrl !== null) return openPooledDatabase(postgresSource(databaseUrl, options), log, startWaitMs);
  const database = await openPooledDatabase(embeddedSource(options), log, startWaitMs);
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
      withClient(connection, (client) => migrateDatabase(client, { locked: true, ...migrationsOf(options) })),
    isFatal: (error) => error instanceof SchemaTooNewError,
    probeIntervalMs: PROBE_INTERVAL_MS,
    onLost: () => {},
    stop: async () => {},
  };
}

function embeddedSource(options: DatabaseOptions): DatabaseSource {
  let server: EmbeddedServer | null = null;
  let tellLost: (reason: string) => void = () => {};
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
      if (server === null)
        server = await startEmbeddedServer(options.dataDir, options.log, (reason) => tellLost(reason));
      else await server.ensureRunning();
      await withClient(server.connection, (client) =>
        migrateDatabase(client, { locked: false, ...migrationsOf(options) }),
      );
    },
    isFatal: () => true,
    // Its thread says when it ends.
    probeIntervalMs: null,
    onLost: (callback) => {
      tellLost = callback;
    },
    stop: async () => {
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
