import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/** A throw-away PostgreSQL server: its own cluster in a temporary folder, on a Unix socket and a loopback port. */
export interface TestPostgres {
  /** Of a database that is always there, for statements about others. */
  readonly adminUrl: string;
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

/**
 * Runs a server until a line or the end of standard input; INT is PostgreSQL's "fast" shutdown, which cuts connections.
 * At the end of the input the test process is gone, and the cluster with it.
 */
const KEEPER = `folder=$1; shift
"$@" & server=$!
if read -r line; then kill -INT $server; wait $server; else kill -INT $server; wait $server; rm -rf "$folder"; fi`;

/** Connections that a throw-away server takes: test files run beside each other, each with servers that have pools. */
const CONNECTIONS_MAX = 400;

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
  execFileSync('cp', ['-a', clusterTemplate(binaries, owner), cluster]);
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    `port=${port}`,
    `fsync=${durable ? 'on' : 'off'}`,
    `max_connections=${CONNECTIONS_MAX}`,
  ];
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

  const adminUrl = urlOf('postgres');
  return {
    adminUrl,
    createDatabase: () => createTestDatabase(adminUrl),
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

/**
 * Makes a database of a name of its own and returns its URL.
 * @param adminUrl of another database of the same server
 * @param template database that it is a copy of; by default an empty one
 */
export async function createTestDatabase(adminUrl: string, template = 'template1'): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withAdmin(adminUrl, (client) => client.query(`create database ${name} template ${template}`));
  return adminUrl.replace(/[^/]*$/, name);
}

/** Removes a database that `createTestDatabase` made, whoever is still connected. */
export function dropTestDatabase(adminUrl: string, url: string): Promise<unknown> {
  return withAdmin(adminUrl, (client) => client.query(`drop database ${url.slice(url.lastIndexOf('/') + 1)} with (force)`));
}

async function withAdmin<T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The files of a server that was never used, made once per version and machine: copying them is quicker than `initdb`. */
function clusterTemplate(binaries: string, owner: ReturnType<typeof ownerOfCluster>): string {
  const version = execFileSync(join(binaries, 'postgres'), ['--version'], { encoding: 'utf8' }).replace(/[^\d.]+/g, '-');
  const template = join(tmpdir(), `cowatch-test-cluster${version}${owner?.uid ?? process.getuid?.() ?? 0}`);
  if (existsSync(template)) return template;
  const made = mkdtempSync(join(tmpdir(), 'cwpg-'));
  if (owner !== null) chownSync(made, owner.uid, owner.gid);
  const cluster = join(made, 'cluster');
  execFileSync(join(binaries, 'initdb'), ['-D', cluster, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'], {
    ...owner,
    stdio: 'pipe',
    cwd: made,
  });
  try {
    renameSync(cluster, template);
  } catch {
    // Another test process was faster.
  }
  rmSync(made, { recursive: true, force: true });
  return template;
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
