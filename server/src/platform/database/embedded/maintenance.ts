import { sql } from 'drizzle-orm';
import type { Logger } from '../../log/log.ts';
import type { Database } from '../database.ts';

/** How often to look, in milliseconds. */
const INTERVAL_MS = 60_000;

/** So much log written since the last checkpoint calls for one: it bounds the folder and the time a start takes after a kill. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024;

/** Looks between two clean-ups of dead rows. */
const LOOKS_PER_VACUUM = 60;

/**
 * Does for the embedded database what PostgreSQL's background processes do on a real server: single-user mode has
 * neither a checkpointer nor an autovacuum. Returns its stop.
 */
export function keepTidy(database: Database, log: Logger): () => void {
  let looks = 0;
  const timer = setInterval(() => {
    looks += 1;
    tidy(database, looks % LOOKS_PER_VACUUM === 0).catch((error) => {
      log.warn({ err: error }, 'tidying the embedded database failed');
    });
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Checkpoints where enough was written, and cleans up where asked to. */
export async function tidy(database: Database, vacuum: boolean): Promise<void> {
  if (!database.health().ok) return;
  await database.run(async (handle) => {
    if (vacuum) await handle.execute(sql`vacuum (analyze)`);
    const since = await handle.execute(
      sql`select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::text as bytes from pg_control_checkpoint()`,
    );
    if (Number(since.rows[0]?.bytes) > CHECKPOINT_BYTES) await handle.execute(sql`checkpoint`);
  });
}
