import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChatLine } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../platform/database/postgres.testing.ts';
import { startTestRedis, type TestRedis } from '../platform/redis/redis.testing.ts';
import { seeded } from '../platform/seeded.testing.ts';
import { Person, type RawClient } from '../protocol.testing.ts';
import { aLine, linesTold } from './chat.testing.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const SEED = Number(process.env.KILL_SEED ?? 20_260_101);
/** A start takes seconds; `KILL_ROUNDS` asks for more of them. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 2);
const BOTS = 8;
/** A round lasts this long at least and at most, in milliseconds, before an instance is killed. */
const ROUND_MS = { min: 300, max: 1200 };

const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));

/** An instance in a process of its own. */
class Instance {
  #child: ChildProcess | null = null;
  readonly #env: Readonly<Record<string, string>>;
  url = '';

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  async start(): Promise<void> {
    let output = '';
    const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN], {
      env: { PATH: process.env.PATH, PORT: '0', BIND_ADDRESS: '127.0.0.1', REQUESTS_PER_MINUTE_PER_IP: '100000', ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.url = await new Promise<string>((resolve, reject) => {
      const read = (text: string) => {
        output += text;
        const found = /Open\s+(http:\S+)/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout.setEncoding('utf8').on('data', read);
      child.stderr.setEncoding('utf8').on('data', read);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
    });
    for (;;) {
      const ready = (await (await fetch(`${this.url}/readyz`)).json()) as { status: string };
      if (ready.status === 'ok') return;
      await pause(20);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }

  async person(name: string): Promise<Person> {
    const answer = await fetch(`${this.url}/api/v1/me`);
    const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    return new Person(this.url, name, cookie.slice(cookie.indexOf('=') + 1));
  }
}

describe('two servers on one Redis and one PostgreSQL, one of them killed in the middle of a conversation', () => {
  const random = seeded(SEED);
  let redis: TestRedis;
  let postgres: TestPostgres;
  let instances: readonly [Instance, Instance];
  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startTestRedis(), startTestPostgres()]);
    const env = {
      REDIS_URL: redis.url,
      DATABASE_URL: await postgres.createDatabase(),
      AUTH_SECRET: 'a secret of two servers that is long enough',
    };
    instances = [new Instance(env), new Instance(env)];
    await instances[0].start();
    await instances[1].start();
  }, 60_000);
  afterAll(async () => {
    for (const instance of instances ?? []) await instance.kill();
    await redis?.remove();
    await postgres?.remove();
  });

  /** Speaks until the server is gone; gives the texts that were acknowledged, with their numbers. */
  const speak = async (client: RawClient, sessionId: string, name: string, acknowledged: Map<number, string>, isOver: () => boolean) => {
    const lost = new Promise<null>((resolve) => client.socket.once('disconnect', () => resolve(null)));
    for (let n = 0; !isOver() && client.socket.connected; n += 1) {
      const text = `${name} says ${n}`;
      const answer = await Promise.race([client.ask('chat:send', aLine(sessionId, text)).catch(() => null), lost]);
      if (answer?.ok && answer.data.kept === undefined) acknowledged.set(answer.data.seq, text);
      await Promise.race([pause(30 + random() * 60), lost]);
    }
  };
  const history = async (client: RawClient, sessionId: string): Promise<ChatLine[]> => {
    const lines: ChatLine[] = [];
    for (let beforeSeq: number | undefined, more = true; more; ) {
      const page = await client.do('chat:history', { sessionId, limit: 300, ...(beforeSeq === undefined ? {} : { beforeSeq }) });
      lines.unshift(...page.lines);
      beforeSeq = page.lines[0]?.seq ?? 1;
      more = page.more;
    }
    return lines;
  };

  it('[CHAT14] have every acknowledged line once, in one order, on both', { timeout: 60_000 + ROUNDS * 60_000 }, async () => {
    let total = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const [doomed, other] = round % 2 === 1 ? instances : [instances[1], instances[0]];
      const owner = await other.person('Ana');
      const { id } = await owner.createSession();
      const witness = await owner.join(id);
      await history(witness, id);
      const acknowledged = new Map<number, string>();
      let isOver = false;
      const bots = await Promise.all(Array.from({ length: BOTS }, (_, i) => (i % 2 === 0 ? doomed : other).person(`bot ${i}`)));
      const speaking = bots.map(async (bot) => speak(await bot.join(id), id, bot.name, acknowledged, () => isOver));
      while (acknowledged.size < BOTS) await pause(10);
      await pause(ROUND_MS.min + random() * (ROUND_MS.max - ROUND_MS.min));
      await doomed.kill();
      await pause(1000);
      isOver = true;
      await Promise.all(speaking);
      await doomed.start();

      const there = await history(witness, id);
      const again = await new Person(doomed.url, owner.name, owner.token).join(id);
      expect(await history(again, id)).toEqual(there);
      expect(there.map(({ seq }) => seq)).toEqual([...new Set(there.map(({ seq }) => seq))].sort((a, b) => a - b));
      expect(new Set(there.map(({ text }) => text)).size).toBe(there.length);
      const texts = new Map(there.map(({ seq, text }) => [seq, text]));
      for (const [seq, text] of acknowledged) expect([seq, texts.get(seq)]).toEqual([seq, text]);
      // Who stayed was told all of it, in that order; what died with its server within the next look at the store.
      for (let i = 0; linesTold(witness).length < there.length && i < 200; i += 1) await pause(50);
      expect(linesTold(witness).map(({ seq }) => seq)).toEqual(there.map(({ seq }) => seq));
      total += acknowledged.size;
      for (const bot of bots) bot.close();
      owner.close();
      again.socket.close();
    }
    process.stdout.write(`seed ${SEED}: ${total} acknowledged lines survived ${ROUNDS} kills\n`);
  });
});
