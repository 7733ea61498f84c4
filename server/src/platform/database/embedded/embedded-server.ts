import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../log/log.ts';
import { folderError, onFolder } from '../../operator-error.ts';
import { type EmbeddedThread, startThread } from './embedded-thread.ts';
import type { EmbeddedWorkerData } from './embedded-worker.types.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { assertFreeSpace, FolderGoneError, inspectFolder } from './inspect-folder.ts';
import { type SocketFolder, socketFolderFor } from './socket-folder.ts';
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

/** The folder of the embedded database within the data folder. */
export function embeddedFolder(dataDir: string): string {
  return join(dataDir, 'database');
}

export interface EmbeddedServerOptions {
  /** The folder had a database the last time: none is made in its place. */
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
 * Locks the folder for the embedded database, which `ensureRunning` starts.
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
  return new EmbeddedServer({ folder, data, sockets, lock, log, options });
}

interface EmbeddedServerParts {
  readonly folder: string;
  /** Folder of the database's own files, within that one. */
  readonly data: string;
  readonly sockets: SocketFolder;
  readonly lock: FolderLock & { readonly socketFolder: string };
  readonly log: Logger;
  readonly options: EmbeddedServerOptions;
}

/** The embedded PostgreSQL of this process: a locked folder, and a thread that serves the database in it. */
export class EmbeddedServer {
  /** How to connect to it. */
  readonly connection: EmbeddedConnection;
  readonly #parts: EmbeddedServerParts;
  #thread: Promise<EmbeddedThread> | null = null;
  #wasServed: boolean;
  /** `gone`: the folder has vanished under the thread. */
  #state: 'open' | 'gone' | 'stopping' = 'open';
  #stopWatching = () => {};

  constructor(parts: EmbeddedServerParts) {
    this.#parts = parts;
    this.#wasServed = parts.options.wasServed;
    this.connection = embeddedConnection(parts.lock.socketFolder);
  }

  /** Makes sure that it runs: starts its thread anew where it has ended. */
  async ensureRunning(): Promise<void> {
    this.#thread ??= this.#start().catch((error) => {
      this.#thread = null;
      throw error;
    });
    await this.#thread;
  }

  /** Closes the database properly and frees the folder. */
  async stop(): Promise<void> {
    const isGone = this.#state === 'gone';
    this.#state = 'stopping';
    this.#stopWatching();
    const { lock, sockets } = this.#parts;
    try {
      const thread = await this.#thread;
      await (isGone ? thread?.end() : thread?.stop());
    } finally {
      await lock.release();
      sockets.remove();
    }
  }

  async #start(): Promise<EmbeddedThread> {
    const { folder, data, log, options } = this.#parts;
    if (!inspectFolder(data) && this.#wasServed) throw new FolderGoneError(data);
    onFolder(folder, () => accessSync(folder, constants.W_OK));
    assertFreeSpace(folder);
    const socketPath = join(this.connection.host, `.s.PGSQL.${this.connection.port}`);
    rmSync(socketPath, { force: true });
    const workerData: EmbeddedWorkerData = { folder: data, socketPath, template: options.template };
    const thread = await startThread(workerData, log, (reason) => {
      this.#thread = null;
      if (this.#state !== 'stopping') options.onExit(reason);
    });
    this.#wasServed = true;
    this.#stopWatching();
    this.#stopWatching = watchFolder(data, WATCH_INTERVAL_MS, () => {
      if (this.#state === 'stopping') return;
      this.#state = 'gone';
      options.onGone(new FolderGoneError(data));
    });
    return thread;
  }
}

/** Runs work on an embedded database that no process serves, and stops it. @throws OperatorError as `startEmbeddedServer` */
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
