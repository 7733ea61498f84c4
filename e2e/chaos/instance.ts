import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../fixtures/free-port.ts';

const SHIFT_CLOCK = new URL('../fixtures/shift-clock.mjs', import.meta.url);
const MAIN = fileURLToPath(new URL('../../server/dist/main.js', import.meta.url));

/** What of its log is kept for a report, in characters. */
const LOG_KEPT = 20_000;

/** A server process that may be killed, stopped where it is, and started again at any moment; nothing waits for it. */
export interface Instance {
  readonly port: number;
  start(): void;
  kill(): void;
  pause(): void;
  resume(): void;
  /** Whether `/readyz` says that all is well. */
  isWell(): Promise<boolean>;
  /** What `/readyz` says, for a report. */
  state(): Promise<string>;
  /** The last of what it wrote. */
  log(): string;
  stop(): Promise<void>;
}

/** @param wallClockAheadMs how wrong its machine's clock is */
export async function createInstance(env: Readonly<Record<string, string>>, wallClockAheadMs: number): Promise<Instance> {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: build the server first.`);
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), 'cowatch-chaos-'));
  let child: ChildProcess | null = null;
  let log = '';

  const ready = async (): Promise<{ status: string }> => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(1000) });
    return (await answer.json()) as { status: string };
  };
  const end = () => child?.kill('SIGKILL');
  process.once('exit', end);

  return {
    port,
    start() {
      if (child !== null) return;
      const started = spawn(process.execPath, ['--import', `${SHIFT_CLOCK.href}?shiftMs=${wallClockAheadMs}`, MAIN], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          NODE_ENV: 'production',
          PORT: String(port),
          BIND_ADDRESS: '127.0.0.1',
          DATA_DIR: dataDir,
          REQUESTS_PER_MINUTE_PER_IP: '1000000',
          CONNECTIONS_PER_IP: '100000',
          ...env,
        },
      });
      child = started;
      const keep = (text: Buffer) => {
        log = (log + text.toString()).slice(-LOG_KEPT);
      };
      started.stdout.on('data', keep);
      started.stderr.on('data', keep);
      started.once('exit', (code, signal) => {
        log += `\n── ended: ${code ?? signal}\n`;
        if (child === started) child = null;
      });
    },
    kill() {
      child?.kill('SIGKILL');
      child = null;
    },
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    isWell: async () => (await ready().catch(() => null))?.status === 'ok',
    state: async () => JSON.stringify(await ready().catch(String)),
    log: () => log,
    async stop() {
      process.off('exit', end);
      const running = child;
      if (running !== null) {
        const gone = new Promise((resolve) => running.once('exit', resolve));
        running.kill('SIGKILL');
        await gone;
      }
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
