// Durable saves a second on one instance, over sockets and over HTTP, on the embedded database and on Redis with its
// append-only file in both modes (PostgreSQL behind it, the journal read meanwhile), beside a bare program that does a
// SET for each and answers; what a record costs in Redis; how long reading takes, warm and cold, and for many titles.
//
//   npm run bench -- resume [--quick] [--runs=5] [--on=embedded,everysec,always] [--only=saves|reads]

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ResumeSaveResult } from '@cowatch/shared/protocol';
import { startTestPostgres } from '../../server/src/platform/database/postgres.testing.ts';
import { startTestRedis, type TestRedis } from '../../server/src/platform/redis/redis.testing.ts';
import { startServer } from '../fixtures/server.ts';
import { percentile } from '../fixtures/statistics.ts';
import { monotonicMs } from '../load/monotonic.ts';
import { startNoiseMeter } from './noise.ts';
import type { ResumeFloorPlan } from './resume/resume-floor.types.ts';
import { httpSaver, type Saver, socketSaver, type Tally, wordsOf } from './resume/savers.ts';
import { ScaleReport } from './scale/scale-report.ts';
import { AUTH_SECRET, newAccountToken, newToken } from './scale/target.ts';

type Mode = 'embedded' | 'everysec' | 'always';
type Road = 'socket' | 'http';

const argv = process.argv.slice(2);
const value = (name: string) => argv.find((it) => it.startsWith(`--${name}=`))?.slice(name.length + 3);
const quick = argv.includes('--quick');
const runs = Number(value('runs') ?? (quick ? 1 : 5));
const modes = (value('on')?.split(',') ?? ['embedded', 'everysec', 'always']) as Mode[];
const only = value('only');

/** Each may save five times a second: together more than a program on one core can take. */
const DEVICES = quick ? 400 : 2000;
const CONNECTIONS = 64;
const FOR_MS = quick ? 3000 : 6000;
const WARM_MS = 1500;
const FLOOR = fileURLToPath(new URL('./resume/resume-floor.process.ts', import.meta.url));
const HALF = { kind: 'at-least-floor', times: 0.5 } as const;

interface Program {
  readonly port: number;
  readonly redis: TestRedis | null;
  stop(): Promise<void>;
}

interface SavesRun {
  readonly perS: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly refused: number;
}

async function startCowatch(mode: Mode): Promise<Program> {
  const redis = mode === 'embedded' ? null : await startTestRedis({ appendfsync: mode });
  const postgres = redis === null ? null : await startTestPostgres({ durable: true });
  const env = {
    AUTH_SECRET,
    CONNECTIONS_PER_IP: '1000000',
    REQUESTS_PER_MINUTE_PER_IP: '1000000',
    LOG_LEVEL: 'warn',
    ...(redis === null || postgres === null ? {} : { REDIS_URL: redis.url, DATABASE_URL: await postgres.createDatabase() }),
  };
  const server = await startServer({ env });
  for (;;) {
    const { status } = (await (await fetch(`${server.url}/readyz`)).json()) as { status: string };
    if (status === 'ok') break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port: server.port,
    redis,
    async stop() {
      const awake = setInterval(() => {}, 1000);
      await server.stop();
      await postgres?.remove();
      await redis?.remove();
      clearInterval(awake);
    },
  };
}

async function startFloor(mode: Mode, answer: ResumeSaveResult): Promise<Program> {
  const redis = mode === 'embedded' ? null : await startTestRedis({ appendfsync: mode });
  const folder = await mkdtemp(join(tmpdir(), 'cowatch-floor-'));
  const plan: ResumeFloorPlan = { redisUrl: redis?.url ?? null, dataDir: folder, answer };
  const path = join(folder, 'plan.json');
  await writeFile(path, JSON.stringify(plan));
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', FLOOR, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production' },
  });
  const port = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The floor ended with code ${code}`)));
    if (child.stdout !== null) createInterface({ input: child.stdout }).once('line', resolve);
  });
  return {
    port: Number(port),
    redis,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
      const awake = setInterval(() => {}, 1000);
      await redis?.remove();
      clearInterval(awake);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function measureSaves({ port }: Program, road: Road): Promise<SavesRun> {
  const tally: Tally = { latenciesMs: [], refused: 0 };
  const savers: Saver[] = [];
  if (road === 'http') {
    for (let i = 0; i < CONNECTIONS; i += 1) {
      savers.push(await httpSaver(port, Array.from({ length: 8 }, newToken), tally));
    }
  } else {
    while (savers.length < DEVICES) {
      const more = Math.min(50, DEVICES - savers.length);
      savers.push(...(await Promise.all(Array.from({ length: more }, () => socketSaver(port, newToken(), tally)))));
    }
  }
  const fromMs = monotonicMs() + WARM_MS;
  const all = savers.map((saver) => saver.run(fromMs + FOR_MS));
  await new Promise((resolve) => setTimeout(resolve, WARM_MS));
  tally.latenciesMs.length = 0;
  tally.refused = 0;
  await Promise.all(all);
  const forS = (monotonicMs() - fromMs) / 1000;
  for (const saver of savers) saver.close();
  return {
    perS: tally.latenciesMs.length / forS,
    p50Ms: percentile(tally.latenciesMs, 50),
    p99Ms: percentile(tally.latenciesMs, 99),
    refused: tally.refused,
  };
}

/** What the server answers to one position, for the floor to answer the same. */
async function captureAnswer(mode: Mode): Promise<ResumeSaveResult> {
  const program = await startCowatch(mode);
  try {
    return (await post(program.port, newToken())) as ResumeSaveResult;
  } finally {
    await program.stop();
  }
}

async function post(port: number, token: string, body: unknown = wordsOf(token)()): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/resume/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return answer.json();
}

const report = new ScaleReport('resume');

async function benchSaves(mode: Mode): Promise<void> {
  const answer = await captureAnswer(mode);
  for (const road of ['socket', 'http'] as const) {
    const results = { cowatch: [] as SavesRun[], floor: [] as SavesRun[] };
    const meter = startNoiseMeter();
    for (let run = 0; run < runs; run += 1) {
      for (const kind of run % 2 === 0 ? (['floor', 'cowatch'] as const) : (['cowatch', 'floor'] as const)) {
        const program = kind === 'cowatch' ? await startCowatch(mode) : await startFloor(mode, answer);
        try {
          results[kind].push(await measureSaves(program, road));
        } finally {
          await program.stop();
        }
      }
    }
    const noise = await meter.take();
    meter.stop();
    const members = road === 'socket' ? DEVICES : CONNECTIONS;
    const add = (row: string, unit: string, bar: typeof HALF | null, pick: (run: SavesRun) => number) =>
      report.add({
        row: `${mode}, ${road}: ${row}`,
        members,
        unit,
        bar,
        noise,
        runs: results.cowatch.map(pick),
        floorRuns: results.floor.map(pick),
      });
    add('durable saves', '/s', HALF, ({ perS }) => perS);
    add('save to answer, p50', 'ms', null, ({ p50Ms }) => p50Ms);
    add('save to answer, p99', 'ms', null, ({ p99Ms }) => p99Ms);
    add('refused', '', null, ({ refused }) => refused);
  }
}

const RECORDS = quick ? 2000 : 20_000;
const READS = quick ? 200 : 2000;
const FEW = 50;
const MANY = quick ? 500 : 5000;

/** What one asks `times` times, one after the other, in ms each. */
async function timed(times: number, ask: (i: number) => Promise<Response>): Promise<number[]> {
  const tookMs: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const fromMs = monotonicMs();
    const answer = await ask(i);
    await answer.arrayBuffer();
    tookMs.push(monotonicMs() - fromMs);
    if (!answer.ok) throw new Error(`${answer.status}`);
  }
  return tookMs;
}

async function fill(port: number, token: string, titles: number): Promise<void> {
  const word = wordsOf(token)();
  for (let from = 0; from < titles; from += 50) {
    const items = Array.from({ length: Math.min(50, titles - from) }, (_, i) => ({
      ...(word.items[0] as object),
      contentId: `title:${from + i}`,
      intentAtMs: Date.now() - 3_600_000 + from + i,
    }));
    await post(port, token, { ...word, items });
  }
}

async function benchReads(mode: Mode): Promise<void> {
  const program = await startCowatch(mode);
  const meter = startNoiseMeter();
  try {
    const { port, redis } = program;
    const get = (path: string, token: string) =>
      fetch(`http://127.0.0.1:${port}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    const one = newAccountToken();
    const before = await usedBytes(redis);
    await fill(port, one, RECORDS);
    await drained(port);
    const bytes = (await usedBytes(redis)) - before;
    const warm = await timed(READS, (i) => get(`/resume/title:${i % RECORDS}`, one));
    await redis?.flushAll();
    const cold = await timed(READS, (i) => get(`/resume/title:${i % RECORDS}`, one));
    const [few, many] = [newAccountToken(), newAccountToken()];
    await fill(port, few, FEW);
    await fill(port, many, MANY);
    await drained(port);
    // In turns, as the machine changes.
    const row: { few: number[]; many: number[] } = { few: [], many: [] };
    for (let i = 0; i < READS / 10; i += 1) {
      row.few.push(...(await timed(1, () => get('/continue', few))));
      row.many.push(...(await timed(1, () => get('/continue', many))));
    }
    const noise = await meter.take();
    const add = (
      name: string,
      members: number,
      unit: string,
      figure: number,
      floor: number[] = [],
      bar: Parameters<ScaleReport['add']>[0]['bar'] = null,
    ) => report.add({ row: `${mode}: ${name}`, members, unit, bar, runs: [figure], floorRuns: floor, noise });
    if (redis !== null) add('Redis for one record', RECORDS, 'B', bytes / RECORDS, [], { kind: 'at-most', most: 400 });
    add('reading one title, p99', RECORDS, 'ms', percentile(warm, 99));
    if (redis !== null) add('reading one title after Redis forgot it, p99', RECORDS, 'ms', percentile(cold, 99));
    add(`the row of one with ${MANY} titles beside ${FEW}, p50`, MANY, 'ms', percentile(row.many, 50), [percentile(row.few, 50)], {
      kind: 'times-floor',
      times: 1.5,
    });
  } finally {
    meter.stop();
    await program.stop();
  }
}

async function usedBytes(redis: TestRedis | null): Promise<number> {
  if (redis === null) return 0;
  return Number(/used_memory:(\d+)/.exec(String(await redis.call('INFO', 'memory')))?.[1]);
}

/** Waits until PostgreSQL has everything. */
async function drained(port: number): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    if (/^cowatch_resume_journal 0$/m.test(metrics)) return;
  }
}

for (const mode of modes) {
  if (only !== 'reads') await benchSaves(mode);
  if (only !== 'saves' && mode !== 'everysec') await benchReads(mode);
}
report.finish({ quick, runs, modes, devices: DEVICES, connections: CONNECTIONS, forMs: FOR_MS });
