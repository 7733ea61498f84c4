import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from '../../log/log.ts';
import { folderError, onFolder } from '../../operator-error.ts';
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from './embedded-worker.types.ts';
import { lockFolder } from './folder-lock.ts';
import { assertFreeSpace, FolderGoneError, inspectFolder, openingError } from './inspect-folder.ts';
import { socketFolderFor } from './socket-folder.ts';
import { watchFolder } from './watch-folder.ts';

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

export interface EmbeddedServerOptions {
  /** There was a database in the folder when it was looked at last: none is made in its place. */
  readonly wasServed: boolean;
  /** What a new database is copied from (`findTemplate`); null: it is made, without tables. */
  readonly template: string | null;
  /** Called when the thread ends without having been asked to. */
  onExit(reason: string): void;
  /** Called when the folder has vanished: nothing is kept any more, and the thread is ended. */
  onGone(error: FolderGoneError): void;
}

/** How often to look whether the folder is there, in milliseconds. */
const WATCH_INTERVAL_MS = 2000;

/**
 * Locks the folder and starts PostgreSQL in a thread. Where there is no database one is put there first.
 * @throws OperatorError: FolderInUseError when another process has the folder, or what else is wrong with it.
 */
export async function startEmbeddedServer(dataDir: string, log: Logger, options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const folder = embeddedFolder(dataDir);
  const data = join(folder, 'postgres');
  // Before anything is made: an empty folder is where a disk is not mounted.
  if (options.wasServed && !inspectFolder(data)) throw new FolderGoneError(data);
  onFolder(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const sockets = await socketFolderFor(folder);
  const lock = await lockFolder(folder, sockets.path).catch((error) => {
    sockets.remove();
    throw folderError(folder, error) ?? error;
  });
  const connection = embeddedConnection(lock.socketFolder);
  const workerData: EmbeddedWorkerData = {
    folder: data,
    socketPath: join(connection.host, `.s.PGSQL.${connection.port}`),
    template: options.template,
  };

  let running: Promise<RunningThread> | null = null;
  let stopping = false;
  let isGone = false;
  let { wasServed } = options;
  let stopWatching = () => {};
  const start = async () => {
    const isThere = inspectFolder(data);
    if (!isThere && wasServed) throw new FolderGoneError(data);
    onFolder(folder, () => accessSync(folder, constants.W_OK));
    assertFreeSpace(folder);
    rmSync(workerData.socketPath, { force: true });
    const thread = await startThread(workerData, log, (reason) => {
      running = null;
      if (!stopping) options.onExit(reason);
    });
    wasServed = true;
    stopWatching();
    stopWatching = watchFolder(data, WATCH_INTERVAL_MS, () => {
      if (stopping) return;
      isGone = true;
      options.onGone(new FolderGoneError(data));
    });
    return thread;
  };
  const ensureRunning = async () => {
    running ??= start().catch((error) => {
      running = null;
      throw error;
    });
    await running;
  };
  return {
    connection,
    ensureRunning,
    async stop() {
      stopping = true;
      stopWatching();
      try {
        const thread = await running;
        await (isGone ? thread?.end() : thread?.stop());
      } finally {
        await lock.release();
        sockets.remove();
      }
    },
  };
}

/** Runs work on an embedded database that nobody serves, and stops it. @throws OperatorError as `startEmbeddedServer` */
export async function withEmbeddedServer<T>(
  dataDir: string,
  log: Logger,
  work: (connection: EmbeddedConnection) => Promise<T>,
): Promise<T> {
  const ignore = () => {};
  const options = { wasServed: false, template: null, onExit: ignore, onGone: ignore };
  const server = await startEmbeddedServer(dataDir, log, options);
  try {
    await server.ensureRunning();
    return await work(server.connection);
  } finally {
    await server.stop();
  }
}

interface RunningThread {
  /** Closes the database properly. */
  stop(): Promise<void>;
  /** Ends the thread as it is: nothing that it could still write would be kept. */
  end(): Promise<void>;
}

function startThread(data: EmbeddedWorkerData, log: Logger, onExit: (reason: string) => void): Promise<RunningThread> {
  const worker = new Worker(workerFile(), { workerData: data });
  let reason = 'it ended without a word';
  let cause: unknown;
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
          async end() {
            await worker.terminate();
          },
        });
      }
    });
    worker.on('error', (error) => {
      reason = error instanceof Error ? error.message : String(error);
      cause = error;
      if (ready) log.error({ err: error }, 'the embedded database failed');
      // Where it does not even start, the sentence that comes of it says more.
      else log.debug({ err: error }, 'the embedded database did not start');
    });
    void exited.then(() => {
      if (ready) onExit(reason);
      else if (made) resolve(startThread(data, log, onExit));
      else reject(openingError(data.folder, reason, cause ?? new Error(reason)));
    });
  });
}

/** The thread runs the compiled file in production, and the source itself in development and tests. */
function workerFile(): URL {
  const entry = import.meta.url.endsWith('.ts') ? './embedded.worker.source.mjs' : './embedded.worker.js';
  return new URL(entry, import.meta.url);
}
