import { existsSync, renameSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { DurableNodeFS, durableStartParams, syncPath, syncTree } from './durable-node-fs.ts';
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from './embedded-worker.types.ts';
import { sharedSession } from './shared-session.ts';

// The embedded PostgreSQL lives in a thread of its own, because a query runs synchronously in WebAssembly and would
// hold up every clock exchange on the main thread.

/** Wire clients at once: the server's own one, its migrations, a backup. */
const MAX_CLIENTS = 8;

function post(message: EmbeddedWorkerMessage): void {
  parentPort?.postMessage(message);
}

async function openFolder(folder: string): Promise<PGlite> {
  return PGlite.create({ fs: new DurableNodeFS(folder), startParams: durableStartParams(PGlite.defaultStartParams) });
}

/**
 * Puts a database beside its place and moves it there when it is whole and on the disk: a start that is killed halfway
 * leaves nothing that looks like a database.
 */
async function putDatabase(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await fill(unfinished);
  await syncTree(unfinished);
  renameSync(unfinished, folder);
  syncPath(dirname(folder));
}

async function makeDatabase(folder: string): Promise<void> {
  await (await openFolder(folder)).close();
}

async function main({ folder, socketPath, template }: EmbeddedWorkerData): Promise<void> {
  if (!existsSync(join(folder, 'PG_VERSION'))) {
    if (template !== null) await putDatabase(folder, (unfinished) => cp(template, unfinished, { recursive: true }));
    else {
      await putDatabase(folder, makeDatabase);
      // Making it takes 200 MB more than having it: they go with this thread.
      post({ kind: 'made' });
      process.exit();
    }
  }
  const pglite = await openFolder(folder);
  const session = sharedSession(pglite, (error) => {
    post({ kind: 'broken', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    process.exit(1);
  });
  const server = new PGLiteSocketServer({
    // It asks for no more of a PGlite than `SharedSession` has.
    db: session as unknown as PGlite,
    path: socketPath,
    maxConnections: MAX_CLIENTS,
  });
  await server.start();
  parentPort?.once('message', async () => {
    await server.stop();
    await pglite.close();
    post({ kind: 'stopped' });
    parentPort?.close();
  });
  post({ kind: 'ready' });
}

await main(workerData as EmbeddedWorkerData);
