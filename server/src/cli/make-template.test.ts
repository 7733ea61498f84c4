import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDataDir } from '../platform/database/database.testing.ts';
import type { Database } from '../platform/database/database.ts';
import { sql } from '../platform/database/database.ts';
import { findTemplate, TEMPLATE_STAMP } from '../platform/database/embedded/template.ts';
import { openDatabase } from '../platform/database/open-database.ts';
import { createLogger } from '../platform/log/log.ts';
import { makeTemplate } from './make-template.ts';

const log = createLogger({ level: 'silent' });

describe('the database that the build prepares', { timeout: 120_000 }, () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cw-template-'));
    const dataDir = await makeDataDir();
    await makeTemplate({ target: join(folder, 'template'), dataDir });
    rmSync(dataDir, { recursive: true, force: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const templateFolder = () => join(folder, 'template');
  const one = async (database: Database, query: ReturnType<typeof sql>) =>
    Object.values((await database.run((db) => db.execute(query))).rows[0] ?? {})[0];
  const identity = sql`select system_identifier::text from pg_control_system()`;

  it('is what first starts open, with all tables, and each has one of its own', async () => {
    const identities: unknown[] = [];
    for (const dataDir of [join(folder, 'one'), join(folder, 'two')]) {
      const database = await openDatabase({ databaseUrl: null, dataDir, log, templateFolder: templateFolder() });
      identities.push(await one(database, identity));
      expect(await one(database, sql`select count(*)::int from session_snapshots`)).toBe(0);
      await database.run((db) =>
        db.execute(sql`insert into session_marks (session_id, seen_at_ms) values (${dataDir.slice(-22).padEnd(22, 'x')}, 1)`),
      );
      expect(await one(database, sql`select count(*)::int from session_marks`)).toBe(1);
      await database.stop();
    }
    // PostgreSQL makes up a number for each database that it makes itself.
    expect(new Set(identities).size).toBe(1);
  });

  it('is not opened by a version that it was not made for', () => {
    expect(findTemplate(templateFolder())).toBe(join(templateFolder(), 'postgres'));
    writeFileSync(join(templateFolder(), TEMPLATE_STAMP), 'another version');
    expect(findTemplate(templateFolder())).toBeNull();
    expect(findTemplate(join(folder, 'nowhere'))).toBeNull();
  });
});
