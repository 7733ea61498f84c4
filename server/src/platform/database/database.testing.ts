import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { createLogger } from '../log/log.ts';
import type { Database } from './database.ts';
import { embeddedFolder } from './embedded/embedded-server.ts';
import { findTemplate, pgliteVersion } from './embedded/template.ts';
import { openDatabase } from './open-database.ts';
import { createTestDatabase, dropTestDatabase } from './postgres.testing.ts';

/** A database and what stands behind it, to be removed together. */
export interface TestDatabase {
  readonly database: Database;
  remove(): Promise<void>;
}

/** The same database with some of its methods replaced, as by ones that fail. */
export function replacing(database: Database, methods: Partial<Pick<Database, 'run' | 'transaction'>>): Database {
  return {
    kind: database.kind,
    run: (work) => database.run(work),
    transaction: (work) => database.transaction(work),
    health: () => database.health(),
    started: (waitMs) => database.started(waitMs),
    onRecover: (callback) => database.onRecover(callback),
    stop: () => database.stop(),
    ...methods,
  };
}

export interface TestDatabaseOptions {
  /** Other migrations than the server's own. */
  readonly migrationsFolder?: string;
}

/**
 * Both databases, for suites that every store sits on both:
 * `describe.each(TEST_DATABASES)('… on $kind', ({ open }) => { … })`. Each `open` gives an empty, migrated database; the
 * PostgreSQL server behind the second kind is started once for all test files.
 */
export const TEST_DATABASES: readonly {
  readonly kind: Database['kind'];
  open(options?: TestDatabaseOptions): Promise<TestDatabase>;
}[] = [
  { kind: 'embedded', open: openEmbeddedTestDatabase },
  { kind: 'postgres', open: openPostgresTestDatabase },
];

/** An empty embedded database in a temporary folder. */
export async function openEmbeddedTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const dataDir = await makeDataDir({ migrated: options.migrationsFolder === undefined });
  const database = await openDatabase({ databaseUrl: null, dataDir, log: quiet, ...options });
  return {
    database,
    async remove() {
      await database.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * A temporary data folder in which an embedded database has been made already: making one takes seconds, copying one
 * does not.
 * @param options.migrated with this version's tables, where the build has prepared one; else with none
 */
export async function makeDataDir({ migrated = false } = {}): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cw-'));
  const template = (migrated ? findTemplate() : null) ?? (await emptyTemplate());
  cpSync(template, join(embeddedFolder(dataDir), 'postgres'), { recursive: true });
  return dataDir;
}

/** A database without tables, made once per version of PGlite and machine; it stays in the temporary folder. */
async function emptyTemplate(): Promise<string> {
  const template = join(tmpdir(), `cowatch-test-template-${pgliteVersion()}-${process.getuid?.() ?? 0}`);
  if (!existsSync(template)) {
    const made = mkdtempSync(join(tmpdir(), 'cw-'));
    const nothing = join(made, 'no-migrations');
    mkdirSync(join(nothing, 'meta'), { recursive: true });
    writeFileSync(join(nothing, 'meta', '_journal.json'), '{"version":"7","dialect":"postgresql","entries":[]}');
    const options = { databaseUrl: null, dataDir: made, log: quiet, migrationsFolder: nothing };
    await (await openDatabase(options)).stop();
    try {
      renameSync(join(embeddedFolder(made), 'postgres'), template);
    } catch {
      // Another test process was faster.
    }
    rmSync(made, { recursive: true, force: true });
  }
  return template;
}

/** An empty database on the real PostgreSQL server that all test files share. */
export async function openPostgresTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { adminUrl, template } = inject('postgres');
  const url = await createTestDatabase(adminUrl, options.migrationsFolder === undefined ? template : undefined);
  const database = await openDatabase({ databaseUrl: url, dataDir: '/nonexistent', log: quiet, ...options });
  return {
    database,
    async remove() {
      await database.stop();
      await dropTestDatabase(adminUrl, url);
    },
  };
}

const quiet = createLogger({ level: 'silent' });
