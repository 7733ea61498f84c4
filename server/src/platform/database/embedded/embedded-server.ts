import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../../log/log.ts';
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from './embedded-worker.types.ts';
import { lockFolder } from './folder-lock.ts';
import { socketFolderFor } from './socket-folder.ts';

/** Names that make `pg` connect to an embedded database through its Unix socket. */
export interface EmbeddedConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** How to connect to the embedded database that serves in a socket folder. */
export function embeddedConnection(socketFolder: string): EmbeddedConnection {
  return { host: socketFolder, port: 5432, user: 'postgres', database: 'postgres' };
}

/** The embedded PostgreSQL of this process. */
export interface EmbeddedServer {
  /** How to connect to it. */
  readonly connection: EmbeddedConnection;
  /** Makes sure that it runs: starts its thread anew where it has ended. */
  ensureRunning(): Promise<void>;
  /** Closes the database properly and frees the folder. */
  stop(): Promise<void>;
}

/** The folder of the embedded database within the data folder. */
export function embeddedFolder(dataDir: string): string {
  return join(dataDir, 'database');
}

/**
 * Locks the folder and starts PostgreSQL in a thread. The first start of a folder takes some seconds.
 * @param onExit called when the thread ends without having been asked to.
 * @throws FolderInUseError when another process has the folder.
 */
export async function startEmbeddedServer(
  dataDir: string,
  log: Logger,
  onExit: (reason: string) => void,
): Promise<EmbeddedServer> {
  const folder = embeddedFolder(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const sockets = await socketFolderFor(folder);
  const lock = await lockFolder(folder, sockets.path).catch((error) => {
    sockets.remove();
    throw error;
  });
  const connection = embeddedConnection(lock.socketFolder);
  const data: EmbeddedWorkerData = {
    folder: join(folder, 'postgres'),
    socketPath: join(connection.host, `.s.PGSQL.${connection.port}`),
  };

  let running: Promise<RunningThread> | null = null;
  let stopping = false;
  const start = () => {
    rmSync(data.socketPath, { force: true });
    const thread = startThread(data, log, (reason) => {
      running = null;
      if (!stopping) onExit(reason);
    });
    running = thread;
    thread.catch(() => {
      running = null;
    });
    return thread;
  };
  const free = async () => {
    await lock.release();
    sockets.remove();
  };
  try {
    await start();
  } catch (error) {
    await free();
    throw error;
  }
  return {
    connection,
    async ensureRunning() {
      await (running ?? start());
    },
    async stop() {
      stopping = true;
      try {
        await (await running)?.stop();
      } finally {
        await free();
      }
    },
  };
}

interface RunningThread {
  stop(): Promise<void>;
}

function startThread(data: EmbeddedWorkerData, log: Logger, onExit: (reason: string) => void): Promise<RunningThread> {
  const worker = new Worker(workerFile(), { workerData: data });
  let reason = 'it ended without a word';
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return new Promise((resolve, reject) => {
    let ready = false;
    let made = false;
    worker.on('message', (message: EmbeddedWorkerMessage) => {
      if (message.kind === 'broken') {
        reason = message.error;
        log.error({ reason }, 'the embedded database broke');
      }
      if (message.kind === 'made') made = true;
      if (message.kind === 'ready') {
        ready = true;
        resolve({
          async stop() {
            worker.postMessage('stop');
            await exited;
          },
        });
      }
    });
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
      log.error({ err: error }, 'the embedded database failed');
    });
    void exited.then(() => {
      if (ready) onExit(reason);
      else if (made) resolve(startThread(data, log, onExit));
      else reject(new Error(`the embedded database did not start: ${reason}`));
    });
  });
}

/** The thread runs the compiled file in production, and the source itself in development and tests. */
function workerFile(): URL {
  const entry = import.meta.url.endsWith('.ts') ? './embedded.worker.source.mjs' : './embedded.worker.js';
  return new URL(entry, import.meta.url);
}
