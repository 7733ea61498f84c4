import { rmSync } from 'node:fs';
import type { ResumeEntry, ResumeSaveItem } from '@cowatch/shared/protocol';
import { orderKey } from '@cowatch/shared/resume';
import { afterEach, describe, expect, it } from 'vitest';
import { startProcess, type TestProcess } from '../platform/child-process.testing.ts';
import { makeDataDir } from '../platform/database/database.testing.ts';
import { startTestPostgres } from '../platform/database/postgres.testing.ts';
import { startTestRedis } from '../platform/redis/redis.testing.ts';
import { seeded } from '../platform/seeded.testing.ts';
import { Person, type RawClient } from '../protocol.testing.ts';

const SEED = Number(process.env.KILL_SEED ?? 20_260_102);
/** A round takes seconds; `KILL_ROUNDS` asks for more of them. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 1);
const VIEWERS = 12;
const TITLES = 5;
const ROUND_MS = { min: 300, max: 1200 };
const HOUR_MS = 3_600_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A server in a process of its own, which can be killed and started again on the same port. */
async function killable(env: Readonly<Record<string, string>>) {
  const dataDir = await makeDataDir({ migrated: true });
  let running: TestProcess | null = null;
  let url = '';
  const start = async () => {
    running = startProcess(new URL('../main.ts', import.meta.url), [], {
      PORT: url === '' ? '0' : new URL(url).port,
      BIND_ADDRESS: '127.0.0.1',
      DATA_DIR: dataDir,
      REQUESTS_PER_MINUTE_PER_IP: '100000',
      LOG_LEVEL: 'warn',
      ...env,
    });
    url = /(http:\S+)/.exec(await running.lineThat(/Open\s+http:/))?.[1] ?? '';
    await ready();
  };
  const ready = async () => {
    for (;;) {
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      if (((await answer?.json()) as { status?: string } | undefined)?.status === 'ok') return;
      await pause(20);
    }
  };
  const kill = async () => {
    await running?.killNow();
    running = null;
  };
  stops.push(() => rmSync(dataDir, { recursive: true, force: true }), kill);
  await start();
  return { start, kill, ready, url: () => url };
}

/** The greatest word of each title that a viewer's server has acknowledged. */
type Acknowledged = Map<string, ResumeSaveItem>;

/** How many words of all viewers were acknowledged so far. */
interface Tally {
  count: number;
}

/** Some time after everybody can have been heard, however slow the machine is: the moment for a kill. */
async function underLoad(tally: Tally, lengthMs: number): Promise<void> {
  const enough = tally.count + 2 * VIEWERS;
  while (tally.count < enough) await pause(10);
  await pause(lengthMs);
}

/** Saves until the connection is gone; what was acknowledged goes into `acknowledged`. */
async function saveUntilGone(person: Person, random: () => number, acknowledged: Acknowledged, tally: Tally): Promise<void> {
  const client: RawClient = await person.connect();
  let seq = 0;
  for (;;) {
    const nowMs = Date.now();
    const items = Array.from({ length: 1 + Math.floor(random() * 3) }, (): ResumeSaveItem => {
      seq += 1;
      const committed = random() > 0.2;
      return {
        contentId: `title:${Math.floor(random() * TITLES)}`,
        committed,
        seq,
        durationMs: HOUR_MS,
        // Some words are of an earlier gesture: they must not win.
        intentAtMs: nowMs - Math.floor(random() * 5000),
        sittingId: Math.floor(random() * 2 ** 32)
          .toString(16)
          .padStart(32, '0'),
        positionMs: Math.floor(random() * HOUR_MS),
        watchedMs: 60_000,
        state: 'active',
        previousPositionMs: null,
        savedAtMs: nowMs,
      };
    });
    const device = { id: 'device-bot', name: 'Bot' };
    const answer = await client.ask('resume:save', { viewerId: person.viewerId, device, items }).catch(() => null);
    if (answer === null || !client.socket.connected) return;
    if (answer.ok) {
      for (const [i, item] of items.entries()) {
        const outcome = answer.data.answers[i]?.outcome;
        if (outcome === undefined || outcome === 'rejected' || outcome === 'expired') continue;
        tally.count += 1;
        const known = acknowledged.get(item.contentId);
        if (known === undefined || orderKey(item) > orderKey(known)) acknowledged.set(item.contentId, item);
      }
    }
    await pause(answer.ok ? 190 + random() * 60 : 250);
  }
}

/** Every acknowledged word is there, or a greater one. */
async function check(url: string, person: Person, acknowledged: Acknowledged): Promise<void> {
  const again = new Person(url, person.name, person.token);
  for (const [contentId, item] of acknowledged) {
    const { status, body } = await again.http('GET', `/resume/${encodeURIComponent(contentId)}`);
    expect(status, contentId).toBe(200);
    const entry = body as ResumeEntry;
    expect(orderKey(entry) >= orderKey(item), `${contentId} went back`).toBe(true);
    if (orderKey(entry) === orderKey(item)) expect(entry.positionMs).toBe(item.positionMs);
  }
}

async function people(url: string): Promise<Person[]> {
  return Promise.all(
    Array.from({ length: VIEWERS }, async (_, i) => {
      const answer = await fetch(`${url}/api/v1/me`);
      const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
      return new Person(url, `viewer ${i}`, cookie.slice(cookie.indexOf('=') + 1));
    }),
  );
}

describe('[RES16] a position that was acknowledged is there, whatever is killed', () => {
  const random = seeded(SEED);
  const length = () => ROUND_MS.min + random() * (ROUND_MS.max - ROUND_MS.min);

  it('the server on its own database', { timeout: 60_000 + ROUNDS * 60_000 }, async () => {
    const server = await killable({});
    const all = await people(server.url());
    const acknowledged = all.map((): Acknowledged => new Map());
    const tally = { count: 0 };
    for (let round = 1; round <= ROUNDS; round += 1) {
      const saving = all.map((person, i) =>
        saveUntilGone(new Person(server.url(), person.name, person.token), random, acknowledged[i] as Acknowledged, tally),
      );
      await underLoad(tally, length());
      await server.kill();
      await Promise.all(saving);
      await server.start();
      for (const [i, person] of all.entries()) await check(server.url(), person, acknowledged[i] as Acknowledged);
    }
    expect(tally.count).toBeGreaterThan(ROUNDS * VIEWERS);
    process.stdout.write(`seed ${SEED}: ${tally.count} acknowledged positions survived ${ROUNDS} kills of the server\n`);
  });

  /** What is beneath the server is killed and comes back, one after the other, under load, again and again. */
  const beneath = async (
    name: string,
    env: Readonly<Record<string, string>>,
    ...parts: readonly { kill(): Promise<void>; start(): Promise<void> }[]
  ) => {
    const server = await killable(env);
    const all = await people(server.url());
    const acknowledged = all.map((): Acknowledged => new Map());
    const speakers = all.map((person) => new Person(server.url(), person.name, person.token));
    const tally = { count: 0 };
    const saving = speakers.map((person, i) => saveUntilGone(person, random, acknowledged[i] as Acknowledged, tally));
    const checkAll = async () => {
      for (const [i, person] of all.entries()) await check(server.url(), person, acknowledged[i] as Acknowledged);
    };
    for (const part of Array.from({ length: ROUNDS }, () => parts).flat()) {
      await underLoad(tally, length());
      await part.kill();
      await pause(200);
      await part.start();
      await server.ready();
      await checkAll();
    }
    await underLoad(tally, length());
    for (const speaker of speakers) speaker.close();
    await Promise.all(saving);
    await server.kill();
    await server.start();
    await checkAll();
    expect(tally.count).toBeGreaterThan(ROUNDS * VIEWERS);
    process.stdout.write(
      `seed ${SEED}: ${tally.count} acknowledged positions survived ${ROUNDS} kills each of ${name} and one of the server\n`,
    );
  };

  it.runIf(ROUNDS > 1)(
    'PostgreSQL beneath it (takes long: where KILL_ROUNDS asks for more than one)',
    { timeout: 60_000 + ROUNDS * 60_000 },
    async () => {
      const postgres = await startTestPostgres({ durable: true });
      stops.push(() => postgres.remove());
      await beneath('PostgreSQL', { DATABASE_URL: await postgres.createDatabase() }, postgres);
    },
  );

  it('Redis, which writes everything down, and PostgreSQL behind it', { timeout: 60_000 + ROUNDS * 60_000 }, async () => {
    const postgres = await startTestPostgres({ durable: true });
    stops.push(() => postgres.remove());
    const redis = await startTestRedis({ appendfsync: 'always' });
    stops.push(() => redis.remove());
    const DATABASE_URL = await postgres.createDatabase();
    const env = { DATABASE_URL, REDIS_URL: redis.url, AUTH_SECRET: 'a secret of these tests, and of no others' };
    await beneath('Redis and of PostgreSQL behind it', env, redis, postgres);
  });
});
