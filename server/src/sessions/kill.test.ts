import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandResult, PlaybackCommand } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../platform/seeded.testing.ts';
import { Person, type RawClient } from '../protocol.testing.ts';
import { PLAYBACK_LIMIT } from './session.limits.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const SEED = Number(process.env.KILL_SEED ?? 20_260_101);
/** A restart takes seconds; `KILL_ROUNDS` asks for more of them. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 2);
const PARTIES = 8;
/** Bots of each party; together they stay below the 64 operations that a party remembers in the longest round. */
const BOTS = 2;
/** A round lasts this long at least and at most, in milliseconds, before the server is killed. */
const ROUND_MS = { min: 300, max: 1500 };
/** Time between two commands of one bot, at least and at most, in milliseconds: some are under way at every moment. */
const PACE_MS = { min: 40, max: 140 };

interface Acknowledged {
  readonly sessionId: string;
  readonly bot: Person;
  readonly command: PlaybackCommand;
  readonly result: CommandResult;
}

describe('a server on the embedded database, killed at any moment', () => {
  const random = seeded(SEED);
  const between = ({ min, max }: { readonly min: number; readonly max: number }) => min + random() * (max - min);
  const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));
  const dataDir = mkdtempSync(join(tmpdir(), 'cw-kill-'));
  let child: ChildProcess;
  let url: string;
  /** Commands that were acknowledged in all rounds so far. */
  let answered = 0;

  /** Starts the server in a process of its own; resolves when it is ready, database and all. */
  const start = async () => {
    let output = '';
    child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', MAIN], {
      env: {
        PATH: process.env.PATH,
        PORT: url === undefined ? '0' : new URL(url).port,
        BIND_ADDRESS: '127.0.0.1',
        DATA_DIR: dataDir,
        REQUESTS_PER_MINUTE_PER_IP: '100000',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const listening = new Promise<string>((resolve, reject) => {
      const read = (text: string) => {
        output += text;
        const found = /Open\s+(http:\S+)/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout?.setEncoding('utf8').on('data', read);
      child.stderr?.setEncoding('utf8').on('data', read);
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
    });
    url = await listening;
    for (;;) {
      const ready = (await (await fetch(`${url}/readyz`)).json()) as { status: string };
      if (ready.status === 'ok') return;
      await pause(20);
    }
  };
  const kill = async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  };
  beforeAll(start);
  afterAll(async () => {
    await kill();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const person = async (name: string, token?: string): Promise<Person> => {
    if (token !== undefined) return new Person(url, name, token);
    const answer = await fetch(`${url}/api/v1/me`);
    const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    return new Person(url, name, cookie.slice(cookie.indexOf('=') + 1));
  };

  /** Sends commands until the server is gone; gives what was acknowledged. */
  const command = async (bot: Person, client: RawClient, sessionId: string): Promise<Acknowledged[]> => {
    const acknowledged: Acknowledged[] = [];
    let gone = false;
    client.socket.once('disconnect', () => {
      gone = true;
    });
    const one = async (index: number) => {
      const base = { ...(await client.envelope(sessionId)), opId: `${client.socket.id?.slice(0, 10)}-${index}` };
      const kinds: PlaybackCommand[] = [
        { ...base, kind: 'seek', positionS: Math.floor(random() * 250) + random() },
        { ...base, kind: 'rate', rate: 0.5 + Math.floor(random() * 6) / 4 },
        { ...base, kind: 'play' },
        { ...base, kind: 'pause' },
      ];
      const sent = kinds[Math.floor(random() * kinds.length)] ?? kinds[0];
      if (sent === undefined) return;
      const result = await client.do('playback:command', sent);
      acknowledged.push({ sessionId, bot, command: sent, result });
      answered += 1;
    };
    const lost = new Promise((resolve) => client.socket.once('disconnect', resolve));
    for (let index = 0; !gone; index += 1) {
      await Promise.race([one(index).catch(() => undefined), lost]);
      await Promise.race([pause(between(PACE_MS)), lost]);
    }
    return acknowledged;
  };

  /** Sends everything again, and expects the answers it had. */
  const repeated = async (acknowledged: readonly Acknowledged[]): Promise<void> => {
    const left = [...acknowledged];
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { bot, sessionId } = next;
      const again = new Person(url, bot.name, bot.token);
      const client = await again.join(sessionId);
      // As many as one connection may send at once.
      for (let sent = 0; next !== undefined && sent < PLAYBACK_LIMIT.burst; sent += 1) {
        // A command this old would be refused, were it not remembered with its answer.
        const answer = await client.do('playback:command', { ...next.command, issuedAtMs: 0 });
        expect(answer).toEqual(next.result);
        const index = left.findIndex((one) => one.bot === bot && one.sessionId === sessionId);
        next = sent < PLAYBACK_LIMIT.burst - 1 && index >= 0 ? left.splice(index, 1)[0] : undefined;
      }
      again.close();
    }
  };

  it('[CONN6] ended in order, tells everybody when to come back, and has everything afterwards', {
    timeout: 60_000,
  }, async () => {
    const [one, two] = [await person('Ana'), await person('Ben')];
    const { id } = await one.createSession();
    const clients = [await one.join(id), await two.join(id)];
    const { version } = await (clients[0] as RawClient).playback(id, { kind: 'seek', positionS: 12 });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    for (const client of clients) {
      const { reconnectInMs } = await client.next<{ reconnectInMs: number }>('server:draining');
      expect(reconnectInMs).toBeGreaterThan(0);
      client.socket.close();
    }
    expect(await exited).toBe(0);
    await start();
    const again = await new Person(url, 'Ben', two.token).connect();
    expect((await again.join(id)).playback.timeline).toMatchObject({ positionS: 12, version });
    again.socket.close();
  });

  it('[LIFE5] [LIFE8] [CMD2] has every acknowledged command after each restart', { timeout: 60_000 + ROUNDS * 60_000 }, async () => {
    const people = await Promise.all(Array.from({ length: PARTIES * BOTS }, (_, i) => person(`bot ${i}`)));
    const owner = people[0];
    if (owner === undefined) throw new Error('no bots');
    const parties: string[] = [];
    for (let i = 0; i < PARTIES; i += 1) parties.push((await owner.createSession()).id);
    let total = 0;

    for (let round = 1; round <= ROUNDS; round += 1) {
      const bots = people.map(({ name, token }) => new Person(url, name, token));
      const partyOf = (i: number) => parties[i % PARTIES] ?? '';
      const clients = await Promise.all(bots.map((bot, i) => bot.join(partyOf(i))));
      const commanding = clients.map((client, i) => command(bots[i] ?? owner, client, partyOf(i)));
      // On a busy machine the first answers take longer than a round.
      const enough = answered + PARTIES;
      while (answered < enough) await pause(10);
      await pause(between(ROUND_MS));
      await kill();
      const acknowledged = (await Promise.all(commanding)).flat();
      for (const bot of bots) bot.close();
      await start();

      for (const sessionId of parties) {
        const mine = acknowledged.filter((one) => one.sessionId === sessionId);
        const highest = Math.max(0, ...mine.map(({ result }) => result.version));
        const witness = new Person(url, 'witness', owner.token);
        const { playback } = await (await witness.connect()).join(sessionId);
        expect(playback.timeline.version).toBeGreaterThanOrEqual(highest);
        witness.close();
      }
      await repeated(acknowledged);
      expect(acknowledged.length).toBeGreaterThan(0);
      total += acknowledged.length;
      process.stdout.write(`killed ${round} of ${ROUNDS}: ${acknowledged.length} acknowledged, all there\n`);
    }
    process.stdout.write(`seed ${SEED}: ${total} acknowledged commands survived ${ROUNDS} kills\n`);
  });
});
