import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { embeddedFolder } from '../platform/database/embedded/embedded-server.ts';
import { TEMPLATE_DATABASE, TEMPLATE_FOLDER, TEMPLATE_STAMP, templateStamp } from '../platform/database/embedded/template.ts';
import { openDatabase } from '../platform/database/open-database.ts';
import { createLogger } from '../platform/log/log.ts';

export interface MakeTemplateOptions {
  /** Where it goes. */
  readonly target?: string;
  /** A data folder with an empty database to make it of; a new one where it is left out. */
  readonly dataDir?: string;
}

/** Makes the empty database that first starts copy; part of the build. It is whole or not there. */
export async function makeTemplate({ target = TEMPLATE_FOLDER, dataDir }: MakeTemplateOptions = {}): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const workplace = mkdtempSync(`${target}.`);
  const from = dataDir ?? join(workplace, 'data');
  try {
    const database = await openDatabase({ databaseUrl: null, dataDir: from, log: createLogger({ level: 'warn' }) });
    await database.stop();
    const made = join(workplace, 'made');
    cpSync(join(embeddedFolder(from), 'postgres'), join(made, TEMPLATE_DATABASE), { recursive: true });
    readable(made);
    writeFileSync(join(made, TEMPLATE_STAMP), templateStamp());
    if (existsSync(target)) rmSync(target, { recursive: true });
    renameSync(made, target);
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}

/** Read permission for all users: the server may run as another one than the build. */
function readable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}
