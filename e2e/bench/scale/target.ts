import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SessionInfo } from '@cowatch/shared/protocol';
import { createViewerTokens } from '../../../server/src/accounts/tokens/viewer-tokens.ts';
import { deriveKey } from '../../../server/src/platform/secrets.ts';
import { type CowatchServer, startServer } from '../../fixtures/server.ts';
import type { FloorPlan } from '../floor/floor.types.ts';
import { COLLECTABLE } from './process-usage.ts';

/** Known to the bench, so that it can sign identities by the thousand. */
export const AUTH_SECRET = 'a secret that only benches know, and nobody keeps';

const FLOOR = fileURLToPath(new URL('../floor/floor.process.ts', import.meta.url));

const LOG_CHARS = 4000;

/** Something that is measured: the server or its floor, with a party to join. */
export interface Target {
  readonly kind: 'cowatch' | 'floor';
  readonly host: string;
  readonly ports: readonly number[];
  /** The processes whose CPU and memory count. */
  readonly pids: readonly number[];
  readonly sessionId: string;
  readonly ownerToken: string;
  /** The end of what it has written. */
  log(): string;
  stop(): Promise<void>;
}

const tokens = createViewerTokens((purpose) => deriveKey(Buffer.from(AUTH_SECRET, 'utf8'), purpose));

/** A signed identity for somebody new. */
export const newToken = () => tokens.makeGuest().token;

/** The same with an account, who may have more titles than a guest. */
export function newAccountToken(): string {
  const { viewerId } = tokens.verify(newToken(), Date.now()) ?? {};
  if (viewerId === undefined) throw new Error('the own token is not taken');
  return tokens.sign({ viewerId, deviceId: 'b'.repeat(32) }, Date.now());
}

/** What instances share; null for one that needs nothing. */
export interface Backends {
  readonly redisUrl: string;
  readonly databaseUrl: string;
}

export interface CowatchOptions {
  /** Folder for CPU profiles, written when the server ends. */
  readonly profileFolder?: string | undefined;
  readonly backends?: Backends | null;
  readonly instances?: number;
}

/** The built server, one or several instances of it, with one party. */
export async function startCowatch(options: CowatchOptions = {}): Promise<Target> {
  const { profileFolder, backends = null, instances = 1 } = options;
  const env = {
    AUTH_SECRET,
    CONNECTIONS_PER_IP: '1000000',
    ...(backends === null ? {} : { REDIS_URL: backends.redisUrl, DATABASE_URL: backends.databaseUrl }),
  };
  const nodeArgs = [...COLLECTABLE, ...profiled(profileFolder)];
  const servers: CowatchServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    for (let i = 0; i < instances; i += 1) servers.push(await startServer({ env, nodeArgs }));
    const [first] = servers;
    if (first === undefined) throw new Error('No instance was asked for');
    const token = newToken();
    const info = await createParty(first.url, token);
    return {
      kind: 'cowatch',
      host: '127.0.0.1',
      ports: servers.map(({ port }) => port),
      pids: servers.map((server) => server.pid()),
      sessionId: info.id,
      ownerToken: token,
      log: () => servers.map((server) => server.log().slice(-LOG_CHARS)).join('\n'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Options of Node that write a CPU profile when the process ends. */
const profiled = (folder: string | undefined) => (folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`]);

async function createParty(url: string, token: string): Promise<SessionInfo> {
  const response = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ media: { titleId: 'sample' } }),
  });
  if (response.status !== 201) throw new Error(`Creating a session: ${response.status} ${await response.text()}`);
  return (await response.json()) as SessionInfo;
}

/** The barest program that carries the same frames, once or several times over. */
export async function startFloor(
  plan: FloorPlan,
  { instances = 1, profileFolder }: Omit<CowatchOptions, 'backends'> = {},
): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'cowatch-floor-'));
  const path = join(folder, 'plan.json');
  await writeFile(path, JSON.stringify(plan));
  const start = () =>
    spawn(process.execPath, [...COLLECTABLE, ...profiled(profileFolder), '--import', 'tsx', FLOOR, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' },
    });
  const children = Array.from({ length: instances }, start);
  const ports = await Promise.all(children.map(firstLine));
  return {
    kind: 'floor',
    host: '127.0.0.1',
    ports: ports.map(Number),
    pids: children.flatMap(({ pid }) => pid ?? []),
    sessionId: plan.frames.changed.sessionId,
    ownerToken: newToken(),
    log: () => '',
    async stop() {
      for (const child of children) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill();
        await gone;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The floor ended with code ${code}`)));
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
  });
}
