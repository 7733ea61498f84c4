import type { TestProject } from 'vitest/node';
import { createLogger } from '../log/log.ts';
import { openDatabase } from './open-database.ts';
import { createTestDatabase, startTestPostgres } from './postgres.testing.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The PostgreSQL server that all test files share: a database for statements about others, and one with this version's tables to copy. */
    readonly postgres: { readonly adminUrl: string; readonly template: string };
  }
}

/** Global set-up of the tests that need real parts; returns its tear-down. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  const url = await createTestDatabase(server.adminUrl);
  const database = await openDatabase({ databaseUrl: url, dataDir: '/nonexistent', log: createLogger({ level: 'silent' }) });
  await database.stop();
  project.provide('postgres', { adminUrl: server.adminUrl, template: url.slice(url.lastIndexOf('/') + 1) });
  return () => server.remove();
}
