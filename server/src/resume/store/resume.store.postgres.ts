import type { Database } from '../../platform/database/database.ts';
import { createPostgresDeadLetters } from './resume.dead-letters.postgres.ts';
import { createPostgresHistory } from './resume.history.postgres.ts';
import { createPostgresRetention } from './resume.retention.postgres.ts';
import type { ColdResumeStore } from './resume.store.ts';
import { createPostgresTitleReads, createPostgresTitleWrites } from './resume.titles.postgres.ts';

/** Durable store: positions in PostgreSQL, embedded or not. */
export function createPostgresResumeStore(database: Database): ColdResumeStore {
  return {
    ...createPostgresTitleWrites(database),
    ...createPostgresTitleReads(database),
    ...createPostgresHistory(database),
    ...createPostgresRetention(database),
    ...createPostgresDeadLetters(database),
    // What is written is in the database, and nothing is cached in front of it.
    settle: async () => {},
    invalidate: async () => [],
  };
}
