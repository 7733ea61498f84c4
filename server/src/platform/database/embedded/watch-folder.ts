import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Files that a database cannot be without. */
const WATCHED = ['PG_VERSION', join('global', 'pg_control')];

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
  const [{ dev, ino }] = await Promise.all([stat(folder), ...WATCHED.map((name) => stat(join(folder, name)))]);
  return `${dev}:${ino}`;
}
