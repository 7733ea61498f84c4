import { DrizzleQueryError } from 'drizzle-orm';
import pg from 'pg';
import { OperatorError } from '../operator-error.ts';
import type { DatabaseSource } from './database-source.ts';
import { assertEncoding, migrateDatabase, OtherEncodingError, SchemaTooNewError } from './migrate.ts';
import { withClient } from './with-client.ts';

/** Time-outs of a real server, in milliseconds: short, because a person waits at the other end. */
const CONNECT_TIMEOUT_MS = 2000;
const STATEMENT_TIMEOUT_MS = 4000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;
const PROBE_INTERVAL_MS = 5000;
const POOL_SIZE = 10;

/** A PostgreSQL server. */
export function postgresSource(databaseUrl: string, migrationsFolder: string): DatabaseSource {
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
        await migrateDatabase(client, { locked: true, where, folder: migrationsFolder });
      }),
    fatal(error, attempt) {
      if (error instanceof SchemaTooNewError || error instanceof OtherEncodingError) return error;
      // At the start the operator can mend what it says; later the server may be wrong, and the parties go on.
      return attempt === 'first' ? settingError(error) : null;
    },
    probeIntervalMs: PROBE_INTERVAL_MS,
    onLost: () => {},
    maintain: () => () => {},
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
