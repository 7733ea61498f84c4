import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MIGRATIONS_FOLDER } from '../migrate.ts';

/**
 * An empty database with all tables, which the build makes once: a first start copies it, which takes a fraction of the
 * time that PostgreSQL needs to make one.
 */
export const TEMPLATE_FOLDER = fileURLToPath(new URL('../../../../dist/database-template', import.meta.url));

/** The database itself within the template. */
export const TEMPLATE_DATABASE = 'postgres';

/** Says what it was made for; written last. */
export const TEMPLATE_STAMP = 'made-for';

/** What a template must have been made for: this PGlite and these migrations. */
export function templateStamp(): string {
  const hash = createHash('sha256').update(`pglite ${pgliteVersion()}\0`);
  for (const name of readdirSync(MIGRATIONS_FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort()) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(MIGRATIONS_FOLDER, name)))
      .update('\0');
  }
  return hash.update(readFileSync(join(MIGRATIONS_FOLDER, 'meta', '_journal.json'))).digest('hex');
}

/** The database that a new one can be copied from; null where none was made, or for another version. */
export function findTemplate(folder = TEMPLATE_FOLDER): string | null {
  const stamp = join(folder, TEMPLATE_STAMP);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== templateStamp()) return null;
  return join(folder, TEMPLATE_DATABASE);
}

/** Version of the embedded PostgreSQL's package. */
export function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const text = readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
