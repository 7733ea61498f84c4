import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis as Client } from 'ioredis';
import { createLogger } from '../log/log.ts';
import { openRedis } from './open-redis.ts';
import type { Redis } from './redis.ts';

/** A throw-away Redis server: its own folder, its own loopback port. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Ends it as a crash does: what it had not written to its folder is lost. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and folder. */
  start(): Promise<void>;
  /** Stops its process where it is, as a hanging machine would; `thaw` lets it go on. */
  freeze(): void;
  thaw(): void;
  /** A command from beside every server under test. */
  call(name: string, ...args: (string | number)[]): Promise<unknown>;
  flushAll(): Promise<void>;
  /** Ends it for good and removes its folder. */
  remove(): Promise<void>;
}

export interface TestRedisOptions {
  /** `appendfsync` of the append-only file; without it nothing outlives a kill. */
  readonly appendfsync?: 'always' | 'everysec';
  /** Starts as a replica of another one, and waits until it holds what that one does. */
  readonly replicaOf?: TestRedis;
  readonly args?: readonly string[];
}

/** A Cluster of three masters. */
export interface TestCluster {
  readonly urls: readonly string[];
  readonly nodes: readonly TestRedis[];
  flushAll(): Promise<void>;
  remove(): Promise<void>;
}

/** An address behind which one Redis after another can stand. */
export interface TestSwitch {
  readonly url: string;
  /** Cuts every connection, and leads new ones to this one; null: to nobody. */
  to(target: TestRedis | null): void;
  close(): Promise<void>;
}

/** Runs a server until a line or the end of standard input; at the end of the input the test process is gone. */
const KEEPER = `folder=$1; shift
"$@" >/dev/null 2>&1 & server=$!; echo $server
if read -r line; then kill -9 $server; wait $server; else kill -9 $server; wait $server; rm -rf "$folder"; fi`;

const START_PATIENCE_MS = 15_000;
const SLOTS = 16_384;
const NODES = 3;

/** Starts a throw-away server of the installed Redis. */
export async function startTestRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'cwredis-'));
  const port = await freePort();
  const { appendfsync, replicaOf, args = [] } = options;
  const durable = appendfsync === undefined ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', appendfsync];
  const replica = replicaOf === undefined ? [] : ['--replicaof', '127.0.0.1', String(replicaOf.port), '--repl-diskless-sync-delay', '0'];
  const base = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--repl-diskless-sync-delay', '0'];
  const command = [...base, ...durable, ...replica, ...args];

  let running: { readonly keeper: ChildProcess; readonly pid: number } | null = null;
  const call = async (name: string, ...rest: (string | number)[]) => {
    const client = new Client({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: null });
    client.on('error', () => {});
    try {
      await client.connect();
      return await client.call(name, ...rest);
    } finally {
      client.disconnect();
    }
  };
  const start = async () => {
    if (running !== null) throw new Error('it runs');
    // As with PostgreSQL: the shell waits for a line, or for the end of this process however it comes.
    const keeper = spawn('sh', ['-c', KEEPER, 'keeper', folder, 'redis-server', ...command], {
      stdio: ['pipe', 'pipe', 'ignore'],
      cwd: '/',
    });
    const pid = await firstLine(keeper);
    running = { keeper, pid: Number(pid) };
    unrefAll(keeper);
    await until(async () => (await call('PING')) === 'PONG', 'Redis did not start: is the package "redis-server" installed?');
    if (replicaOf === undefined) return;
    await until(async () => String(await call('INFO', 'replication')).includes('master_link_status:up'), 'no replica');
  };
  const kill = async () => {
    if (running === null) return;
    const { keeper } = running;
    running = null;
    const exited = new Promise((resolve) => keeper.once('exit', resolve));
    keeper.stdin?.end('kill\n');
    await exited;
  };
  const signal = (name: NodeJS.Signals) => {
    if (running !== null) process.kill(running.pid, name);
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    kill,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    call,
    async flushAll() {
      await call('FLUSHALL');
    },
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts three masters, and waits until each knows all. */
export async function startTestCluster(): Promise<TestCluster> {
  const nodes: TestRedis[] = [];
  for (let i = 0; i < NODES; i += 1) {
    const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', '--cluster-port', String(await freePort())];
    nodes.push(await startTestRedis({ appendfsync: 'always', args }));
  }
  const [first] = nodes;
  if (first === undefined) throw new Error('no nodes');
  for (const [i, node] of nodes.entries()) {
    const from = Math.floor((i * SLOTS) / NODES);
    const to = Math.floor(((i + 1) * SLOTS) / NODES) - 1;
    await node.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
    await node.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    const [, bus] = /:\d+@(\d+)/.exec(String(await node.call('CLUSTER', 'NODES'))) ?? [];
    if (i > 0) await first.call('CLUSTER', 'MEET', '127.0.0.1', node.port, bus ?? '');
    else if (bus === undefined) throw new Error('no cluster bus');
  }
  for (const node of nodes) {
    await until(async () => {
      const info = String(await node.call('CLUSTER', 'INFO'));
      return info.includes('cluster_state:ok') && info.includes(`cluster_size:${NODES}`);
    }, 'the Cluster did not form');
  }
  return {
    urls: nodes.map(({ url }) => url),
    nodes,
    async flushAll() {
      for (const node of nodes) await node.flushAll();
    },
    async remove() {
      for (const node of nodes) await node.remove();
    },
  };
}

/** An address of its own in front of one Redis; another can take over behind it. */
export async function startTestSwitch(first: TestRedis): Promise<TestSwitch> {
  let target: TestRedis | null = first;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    if (target === null) return near.destroy();
    const far = connect(target.port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.setNoDelay(true);
      from.on('data', (data) => to.write(data));
      from.on('error', () => {});
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  const port = await listening(server);
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    to(next) {
      target = next;
      cut();
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A handle on a Redis for tests. */
export function openTestRedis(urls: string | readonly string[]): Promise<Redis> {
  return openRedis({ urls: typeof urls === 'string' ? [urls] : urls, log: createLogger({ level: 'silent' }) });
}

/** Resolves when Redis can be reached. */
export async function reachable(redis: Redis): Promise<void> {
  await until(async () => redis.health().ok, 'Redis did not come back');
}

async function until(isIt: () => Promise<boolean>, complaint: string): Promise<void> {
  const startedMs = performance.now();
  while (!(await isIt().catch(() => false))) {
    if (performance.now() - startedMs > START_PATIENCE_MS) throw new Error(complaint);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function listening(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) return Promise.reject(new Error('no output'));
  return new Promise((resolve) => createInterface({ input: stdout }).once('line', resolve));
}

/** A server that goes on running must not keep its test process from ending. */
function unrefAll(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) if (stream instanceof Socket) stream.unref();
}
