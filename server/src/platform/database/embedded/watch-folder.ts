import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DATABASE_FOLDERS } from './inspect-folder.ts';

/** Folders and files that a database cannot be without. What is written to them is kept only while they are the same ones. */
const WATCHED = ['.', ...DATABASE_FOLDERS, 'PG_VERSION', join('global', 'pg_control')];

/**
 * Looks again and again whether the folder of a database is still the one it was at first: what PostgreSQL writes to files
 * that were removed is kept nowhere. Calls back once, when it is not. Returns its stop.
 */
export function watchFolder(folder: string, intervalMs: number, onGone: () => void): () => void {
  let first: string | null = null;
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    // Moved away, removed, emptied, or another disk mounted over it.
    const now = await identityOf(folder).catch(() => null);
    looking = false;
    first ??= now;
    if (now !== null && now === first) return;
    clearInterval(timer);
    onGone();
  };
  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  void look();
  return () => clearInterval(timer);
}

async function identityOf(folder: string): Promise<string> {
  const found = await Promise.all(WATCHED.map((name) => stat(join(folder, name))));
  return found.map(({ dev, ino }) => `${dev}:${ino}`).join(' ');
}
