import type pg from 'pg';
import type { Logger } from '../../log/log.ts';
import { OperatorError } from '../../operator-error.ts';
import type { Database } from '../database.ts';
import { describe } from '../database-errors.ts';
import type { DatabaseSource } from '../database-source.ts';
import { migrateDatabase, SchemaTooNewError } from '../migrate.ts';
import { withClient } from '../with-client.ts';
import { type EmbeddedServer, embeddedFolder, startEmbeddedServer } from './embedded-server.ts';
import { FolderInUseError } from './folder-lock.ts';
import { assertFreeSpace, DamagedDatabaseError, FolderGoneError, OtherVersionError, openingError } from './inspect-folder.ts';
import { keepTidy } from './maintenance.ts';

/** Longest wait of a statement for the one connection, in milliseconds: a backup holds it for a while. */
const CONNECTION_WAIT_MS = 10_000;

/** Failed attempts in a row at opening a database anew that was served before, after which it counts as damaged. */
const REOPENINGS_MAX = 3;

export interface EmbeddedSourceOptions {
  readonly dataDir: string;
  readonly log: Logger;
  readonly migrationsFolder: string;
  /** Folder of the empty database that a new one is copied from; null: one is made. */
  template(): string | null;
}

/** The embedded PostgreSQL, in a folder of its own. */
export class EmbeddedSource implements DatabaseSource {
  readonly kind = 'embedded';
  readonly label = 'The embedded PostgreSQL';
  /** None: its thread says when it ends. */
  readonly probeIntervalMs = null;
  readonly #options: EmbeddedSourceOptions;
  readonly #folder: string;
  #server: EmbeddedServer | null = null;
  #wasServed = false;
  #failures = 0;
  /** The stop of a server whose folder is gone. */
  #leaving: Promise<void> = Promise.resolve();
  #lost: (reason: string) => void = () => {};

  constructor(options: EmbeddedSourceOptions) {
    this.#options = options;
    this.#folder = embeddedFolder(options.dataDir);
  }

  pool(): pg.PoolConfig {
    return { ...this.#server?.connection, max: 1, connectionTimeoutMillis: CONNECTION_WAIT_MS, idleTimeoutMillis: 0 };
  }

  async prepare(): Promise<void> {
    await this.#leaving;
    const { connection } = await this.#serve();
    await withClient(connection, (client) =>
      migrateDatabase(client, {
        locked: false,
        where: `DATA_DIR: the database in ${this.#folder}`,
        folder: this.#options.migrationsFolder,
      }),
    );
    assertFreeSpace(this.#folder);
    this.#wasServed = true;
    this.#failures = 0;
  }

  fatal(error: unknown, attempt: 'first' | 'later'): OperatorError | null {
    if (attempt === 'first') return error instanceof OperatorError ? error : openingError(this.#folder, describe(error), error);
    this.#failures += 1;
    if (error instanceof DamagedDatabaseError) return error.certain || this.#failures >= REOPENINGS_MAX ? error : null;
    const isFatal = [SchemaTooNewError, FolderInUseError, OtherVersionError].some((kind) => error instanceof kind);
    return isFatal ? (error as OperatorError) : null;
  }

  onLost(callback: (reason: string) => void): void {
    this.#lost = callback;
  }

  maintain(database: Database): () => void {
    return keepTidy(database, this.#options.log);
  }

  async stop(): Promise<void> {
    await this.#leaving;
    await this.#server?.stop();
  }

  async #serve(): Promise<EmbeddedServer> {
    const { dataDir, log, template } = this.#options;
    try {
      this.#server ??= await startEmbeddedServer(dataDir, log, {
        wasServed: this.#wasServed,
        template: template(),
        onExit: (reason) => this.#lost(reason),
        onGone: (error) => {
          this.#leave();
          this.#lost(error.message);
        },
      });
      await this.#server.ensureRunning();
      return this.#server;
    } catch (error) {
      if (error instanceof FolderGoneError) this.#leave();
      throw error;
    }
  }

  /** The folder is gone, and the lock with it: if it comes back, it is taken anew. */
  #leave(): void {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    this.#leaving = server.stop().catch((error) => this.#options.log.debug({ err: error }, 'leaving a folder that is gone failed'));
  }
}
