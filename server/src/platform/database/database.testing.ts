import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createLogger } from '../log/log.ts';
import type { Database } from './database.ts';
import { embeddedFolder } from './embedded/embedded-server.ts';
import { findTemplate, pgliteVersion } from './embedded/template.ts';
import { openDatabase } from './open-database.ts';

/** A throw-away PostgreSQL server: its own cluster in a temporary folder, on a Unix socket and a loopback port. */
export interface TestPostgres {
  /** Makes an empty database and returns its URL. */
  createDatabase(): Promise<string>;
  /** Stops the server as an outage would (connections are cut); the cluster stays. */
  stop(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Ends all its processes at once, as nothing can be caught; it recovers at the next start. */
  kill(): Promise<void>;
  /** Stops its processes where they are, as a hanging disk or network would; `thaw` lets them go on. */
  freeze(): void;
  thaw(): void;
  /** Ends it for good and removes the cluster. */
  remove(): Promise<void>;
}

/** A database and what stands behind it, to be removed together. */
export interface TestDatabase {
  readonly database: Database;
  remove(): Promise<void>;
}

/** The same database with some of its methods replaced, as by ones that fail. */
export function replacing(database: Database, methods: Partial<Pick<Database, 'run' | 'transaction'>>): Database {
  return {
    kind: database.kind,
    run: (work) => database.run(work),
    transaction: (work) => database.transaction(work),
    health: () => database.health(),
    started: (waitMs) => database.started(waitMs),
    onRecover: (callback) => database.onRecover(callback),
    stop: () => database.stop(),
    ...methods,
  };
}

export interface TestDatabaseOptions {
  /** Other migrations than the server's own. */
  readonly migrationsFolder?: string;
}

/**
 * Both databases, for suites that every store sits on both:
 * `describe.each(TEST_DATABASES)('… on $kind', ({ open }) => { … })`. Each `open` gives an empty, migrated database; the
 * PostgreSQL server behind the second kind is started once per test process and ends with it.
 */
export const TEST_DATABASES: readonly {
  readonly kind: Database['kind'];
  open(options?: TestDatabaseOptions): Promise<TestDatabase>;
}[] = [
  { kind: 'embedded', open: openEmbeddedTestDatabase },
  { kind: 'postgres', open: openPostgresTestDatabase },
];

/** An empty embedded database in a temporary folder. */
export async function openEmbeddedTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const dataDir = await makeDataDir({ migrated: options.migrationsFolder === undefined });
  const database = await openDatabase({ databaseUrl: null, dataDir, log: quiet, ...options });
  return {
    database,
    async remove() {
      await database.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * A temporary data folder in which an embedded database has been made already: making one takes seconds, copying one
 * does not.
 * @param options.migrated with this version's tables, where the build has prepared one; else with none
 */
export async function makeDataDir({ migrated = false } = {}): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cw-'));
  const template = (migrated ? findTemplate() : null) ?? (await emptyTemplate());
  cpSync(template, join(embeddedFolder(dataDir), 'postgres'), { recursive: true });
  return dataDir;
}

/** A database without tables, made once per version of PGlite and machine; it stays in the temporary folder. */
async function emptyTemplate(): Promise<string> {
  const template = join(tmpdir(), `cowatch-test-template-${pgliteVersion()}-${process.getuid?.() ?? 0}`);
  if (!existsSync(template)) {
    const made = mkdtempSync(join(tmpdir(), 'cw-'));
    const nothing = join(made, 'no-migrations');
    mkdirSync(join(nothing, 'meta'), { recursive: true });
    writeFileSync(join(nothing, 'meta', '_journal.json'), '{"version":"7","dialect":"postgresql","entries":[]}');
    const options = { databaseUrl: null, dataDir: made, log: quiet, migrationsFolder: nothing };
    await (await openDatabase(options)).stop();
    try {
      renameSync(join(embeddedFolder(made), 'postgres'), template);
    } catch {
      // Another test process was faster.
    }
    rmSync(made, { recursive: true, force: true });
  }
  return template;
}

let shared: Promise<TestPostgres> | null = null;

/** An empty database on a real PostgreSQL server that all tests of this process share. */
export async function openPostgresTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  shared ??= startTestPostgres();
  const databaseUrl = await (await shared).createDatabase();
  const database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log: quiet, ...options });
  return { database, remove: () => database.stop() };
}

/**
 * Runs a server until a line or the end of standard input; INT is PostgreSQL's "fast" shutdown, which cuts connections.
 * At the end of the input the test process is gone, and the cluster with it.
 */
const KEEPER = `folder=$1; shift
"$@" & server=$!
if read -r line; then kill -INT $server; wait $server; else kill -INT $server; wait $server; rm -rf "$folder"; fi`;

const quiet = createLogger({ level: 'silent' });

export interface TestPostgresOptions {
  /** Commits wait for the disk, as they do for people; tests are quicker without. */
  readonly durable?: boolean;
}

/** Starts a throw-away server of the installed PostgreSQL; as user `postgres` where this process is root. */
export async function startTestPostgres({ durable = false }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const binaries = findBinaries();
  const owner = ownerOfCluster();
  const folder = mkdtempSync(join(tmpdir(), 'cwpg-'));
  chmodSync(folder, 0o700);
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const cluster = join(folder, 'cluster');
  execFileSync(join(binaries, 'initdb'), ['-D', cluster, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'], {
    ...owner,
    stdio: 'pipe',
    cwd: folder,
  });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, `port=${port}`, `fsync=${durable ? 'on' : 'off'}`];
  const args = ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])];
  const urlOf = (name: string) => `postgresql://postgres@127.0.0.1:${port}/${name}`;

  let running: ChildProcess | null = null;
  const start = async () => {
    // The shell waits for a line, or for the end of this process however it comes: test runners do not always let
    // their workers tidy up.
    const keeper = spawn('sh', ['-c', KEEPER, 'keeper', folder, join(binaries, 'postgres'), ...args], {
      ...owner,
      stdio: ['pipe', 'ignore', 'pipe'],
      cwd: '/',
    });
    running = keeper;
    await readyLine(keeper);
    unrefAll(keeper);
  };
  const stop = async () => {
    const keeper = running;
    running = null;
    if (keeper === null) return;
    const exited = new Promise((resolve) => keeper.once('exit', resolve));
    keeper.stdin?.end('stop\n');
    await exited;
  };
  const serverPid = () => Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]);
  await start();

  let databases = 0;
  return {
    async createDatabase() {
      databases += 1;
      const name = `test_${databases}`;
      const client = new pg.Client({ connectionString: urlOf('postgres') });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return urlOf(name);
    },
    start,
    stop,
    async kill() {
      signalFamily(serverPid(), 'SIGKILL');
      await stop();
    },
    freeze: () => signalFamily(serverPid(), 'SIGSTOP'),
    thaw: () => signalFamily(serverPid(), 'SIGCONT'),
    async remove() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findBinaries(): string {
  const versions = ['17', '16', '15', '14'].map((version) => `/usr/lib/postgresql/${version}/bin`);
  const found = versions.find((folder) => existsSync(join(folder, 'initdb')));
  if (found !== undefined) return found;
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error('these tests need a PostgreSQL server: install the package "postgresql"');
  }
}

/** PostgreSQL refuses to run as root. */
function ownerOfCluster(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Signals a server and the processes it has made. */
function signalFamily(server: number, signal: NodeJS.Signals): void {
  const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(server)], { encoding: 'utf8' });
  for (const pid of [server, ...children.trim().split(/\s+/).map(Number)]) process.kill(pid, signal);
}

/** A server that goes on running must not keep its test process from ending. */
function unrefAll(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stderr]) if (stream instanceof Socket) stream.unref();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      if (said.includes('database system is ready to accept connections')) resolve();
    });
    child.once('exit', () => reject(new Error(`PostgreSQL ended: ${said}`)));
    setTimeout(() => reject(new Error(`PostgreSQL did not start: ${said}`)), 30_000).unref();
  });
}
