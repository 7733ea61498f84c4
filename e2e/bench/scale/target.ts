import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SessionInfo } from '@cowatch/shared/protocol';
import { createGuestTokens, GUEST_KEY_PURPOSE } from '../../../server/src/accounts/guest-token.ts';
import { deriveKey } from '../../../server/src/platform/secrets.ts';
import { startServer } from '../../fixtures/server.ts';
import type { FloorPlan } from '../floor/floor.types.ts';

/** Known to the bench, so that it can sign identities by the thousand. */
export const AUTH_SECRET = 'a secret that only benches know, and nobody keeps';

const FLOOR = fileURLToPath(new URL('../floor/floor.process.ts', import.meta.url));

/** Something that is measured: the server or its floor, with a party to join. */
export interface Target {
  readonly kind: 'cowatch' | 'floor';
  readonly host: string;
  readonly ports: readonly number[];
  /** The processes whose CPU and memory count. */
  readonly pids: readonly number[];
  readonly sessionId: string;
  readonly ownerToken: string;
  stop(): Promise<void>;
}

const tokens = createGuestTokens(deriveKey(Buffer.from(AUTH_SECRET, 'utf8'), GUEST_KEY_PURPOSE));

/** A signed identity for somebody new. */
export const newToken = () => tokens.make().token;

export interface CowatchOptions {
  /** Folder for CPU profiles, written when the server ends. */
  readonly profileFolder?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

/** The built server with one party in it. */
export async function startCowatch({ profileFolder, env = {} }: CowatchOptions = {}): Promise<Target> {
  const server = await startServer({
    env: {
      AUTH_SECRET,
      CONNECTIONS_PER_IP: '1000000',
      ...(profileFolder === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileFolder}` }),
      ...env,
    },
  });
  try {
    const token = newToken();
    const info = await createParty(server.url, token);
    return {
      kind: 'cowatch',
      host: '127.0.0.1',
      ports: [server.port],
      pids: [server.pid()],
      sessionId: info.id,
      ownerToken: token,
      stop: server.stop,
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function createParty(url: string, token: string): Promise<SessionInfo> {
  const response = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ media: { titleId: 'sample' } }),
  });
  if (response.status !== 201) throw new Error(`Creating a session: ${response.status} ${await response.text()}`);
  return (await response.json()) as SessionInfo;
}

/** The barest program that carries the same frames. */
export async function startFloor(plan: FloorPlan): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'cowatch-floor-'));
  const path = join(folder, 'plan.json');
  await writeFile(path, JSON.stringify(plan));
  const child = spawn(process.execPath, ['--import', 'tsx', FLOOR, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' },
  });
  const port = await firstLine(child);
  if (child.pid === undefined) throw new Error('The floor has no process');
  return {
    kind: 'floor',
    host: '127.0.0.1',
    ports: [Number(port)],
    pids: [child.pid],
    sessionId: plan.frames.changed.sessionId,
    ownerToken: newToken(),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
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
