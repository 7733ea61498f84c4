import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kept } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess, type TestProcess } from '../platform/child-process.testing.ts';
import { makeDataDir } from '../platform/database/database.testing.ts';
import { seeded } from '../platform/seeded.testing.ts';
import { Person, type RawClient } from '../protocol.testing.ts';

const SEED = Number(process.env.KILL_SEED ?? 20_260_103);
/** A round takes seconds; `KILL_ROUNDS` asks for more of them. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 1);
const PARTIES = 8;
/** How much longer the disk takes to sync, in milliseconds; one of these at a time, for `SLOW_FOR_MS`. */
const DELAYS_MS = [0, 200, 1000, 5000, 5000];
const SLOW_FOR_MS = 1500;
const ROUND_MS = { min: 3500, max: 9000 };
const PACE_MS = { min: 30, max: 200 };

/** What somebody was promised of a party. */
interface Promised {
  readonly id: string;
  created: boolean;
  /** The highest version that was acknowledged as durable. */
  version: number;
  ended: boolean;
  /** The end was asked for: without a 204 it may have happened or not. */
  ending: boolean;
  kicked: boolean;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const isKept = (answer: Kept) => answer.kept !== false;

describe('a server on a slow disk, killed at any moment', { timeout: 120_000 + ROUNDS * 60_000 }, () => {
  const random = seeded(SEED);
  const between = ({ min, max }: { readonly min: number; readonly max: number }) => min + random() * (max - min);
  let dataDir: string;
  let server: TestProcess | null = null;
  let url = '';
  const slow = (delayMs: number) => writeFileSync(join(dataDir, 'slow'), String(delayMs));
  const start = async () => {
    slow(0);
    const preload = new URL('../platform/slow-disk.testing.mjs', import.meta.url);
    preload.searchParams.set('file', join(dataDir, 'slow'));
    server = startProcess(new URL('../main.ts', import.meta.url), [], {
      PORT: url === '' ? '0' : new URL(url).port,
      BIND_ADDRESS: '127.0.0.1',
      DATA_DIR: dataDir,
      REQUESTS_PER_MINUTE_PER_IP: '100000',
      LOG_LEVEL: 'warn',
      NODE_OPTIONS: `--import ${preload.href}`,
    });
    url = /(http:\S+)/.exec(await server.lineThat(/Open\s+http:/))?.[1] ?? '';
    while ((await ready()) !== 'ok') await pause(20);
  };
  const ready = async () => ((await (await fetch(`${url}/readyz`)).json()) as { status: string }).status;
  beforeAll(async () => {
    dataDir = await makeDataDir({ migrated: true });
    await start();
  });
  afterAll(async () => {
    await server?.killNow();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const newcomer = async (name: string): Promise<Person> => {
    const cookie = (await fetch(`${url}/api/v1/me`)).headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    return new Person(url, name, cookie.slice(cookie.indexOf('=') + 1));
  };
  const create = async (owner: Person): Promise<Promised> => {
    const info = await owner.createSession();
    const none = { version: 0, ended: false, ending: false, kicked: false };
    return { id: info.id, created: isKept(info), ...none };
  };

  /** Commands a party until the server is gone; notes what is promised. */
  const command = async (client: RawClient, party: Promised, gone: () => boolean): Promise<void> => {
    while (!gone() && !party.ending) {
      const positionS = Math.floor(random() * 250);
      // Several at once: they wait for one write.
      const seeks = Array.from({ length: 2 }, () => client.playback(party.id, { kind: 'seek', positionS }));
      for (const answer of await Promise.allSettled(seeks)) {
        if (answer.status === 'rejected' || !isKept(answer.value)) continue;
        party.version = Math.max(party.version, answer.value.version);
      }
      await pause(between(PACE_MS));
    }
  };

  /** Takes a party, or somebody's place in it, away. */
  const revoke = async (owner: Person, host: RawClient, party: Promised, memberId: string, ends: boolean) => {
    await pause(between({ min: 0, max: 1500 }));
    if (!ends) {
      const answer = await host.session(party.id, { kind: 'kick', memberId });
      party.kicked = isKept(answer);
      return;
    }
    party.ending = true;
    const { status } = await owner.http('DELETE', `/sessions/${party.id}`);
    party.ended = status === 204;
  };

  /** Nothing that did not say `kept: false` is gone, and nothing that was taken away is there. */
  const check = async (party: Promised, owner: Person, guest: Person): Promise<void> => {
    const { status } = await new Person(url, 'witness', owner.token).http('GET', `/sessions/${party.id}`);
    if (party.ended) expect(status, 'ended with 204').toBe(410);
    else if (party.created && !party.ending) expect(status, 'created').toBe(200);
    if (status !== 200) return;
    const witness = new Person(url, 'witness', owner.token);
    const { playback } = await (await witness.connect()).join(party.id);
    expect(playback.timeline.version, 'acknowledged').toBeGreaterThanOrEqual(party.version);
    witness.close();
    const again = new Person(url, 'Ben', guest.token);
    const answer = await (await again.connect()).ask('session:join', { sessionId: party.id, name: 'Ben' });
    if (party.kicked) expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    again.close();
  };

  it('[LIFE5] [KEPT1] [KEPT3] loses nothing that was said to be kept, and gives nothing back that was taken', async () => {
    const tally = { created: 0, notKept: 0, ended: 0, kicked: 0, versions: 0 };
    for (let round = 1; round <= ROUNDS; round += 1) {
      const [owner, guest] = [await newcomer('Ana'), await newcomer('Ben')];
      const parties = await Promise.all(Array.from({ length: PARTIES }, () => create(owner)));
      const joined = await Promise.all(
        parties.map(async ({ id }) => {
          const host = await owner.join(id);
          const { you } = await (await guest.connect()).join(id);
          return { host, memberId: you.memberId };
        }),
      );
      let gone = false;
      const slowness = setInterval(() => slow(DELAYS_MS[Math.floor(random() * DELAYS_MS.length)] ?? 0), SLOW_FOR_MS);
      slow(DELAYS_MS[Math.floor(random() * DELAYS_MS.length)] ?? 0);
      const late: Promised[] = [];
      const acting = Promise.allSettled(
        parties.flatMap((party, i) => {
          const { host, memberId } = joined[i] as (typeof joined)[number];
          return [
            command(host, party, () => gone),
            revoke(owner, host, party, memberId, i % 2 === 0),
            create(owner).then((made) => late.push(made)),
          ];
        }),
      );
      await pause(between(ROUND_MS));
      gone = true;
      await server?.killNow();
      clearInterval(slowness);
      owner.close();
      guest.close();
      await acting;
      await start();
      for (const party of [...parties, ...late]) await check(party, owner, guest);
      for (const party of [...parties, ...late]) {
        tally[party.created ? 'created' : 'notKept'] += 1;
        if (party.ended) tally.ended += 1;
        if (party.kicked) tally.kicked += 1;
        if (party.version > 0) tally.versions += 1;
      }
    }
    expect(tally.created).toBeGreaterThanOrEqual(ROUNDS * PARTIES);
    process.stdout.write(`seed ${SEED}: ${ROUNDS} kills on a slow disk, ${JSON.stringify(tally)}, all as promised\n`);
  });
});
