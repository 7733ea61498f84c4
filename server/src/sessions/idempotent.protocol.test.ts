import type { SessionInfo } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { openTestRedis, startTestRedis } from '../platform/redis/redis.testing.ts';
import { type Person, startTestServer } from '../protocol.testing.ts';

const ends: (() => unknown)[] = [];
let own: TestDatabase;
beforeAll(async () => {
  own = await openPostgresTestDatabase();
  ends.push(() => own.remove());
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

const FILM = { media: { titleId: 'sample' }, name: 'Friday film' };

/** Starts a party under a key; the answer's status with its id, or with the code of the refusal. */
async function start(who: Person, key: string | null, body: object = FILM): Promise<[number, string]> {
  const { status, body: answer } = await who.http('POST', '/sessions', body, key === null ? {} : { 'idempotency-key': key });
  return [status, status === 201 ? (answer as SessionInfo).id : (answer as { code: string }).code];
}

describe('[HTTP3] a party that is started under a key', () => {
  it('is one party however often it is asked for, also by requests at once and after a restart', async () => {
    const first = await startTestServer({ database: own.database });
    const ana = await first.person('Ana');
    const answers = await Promise.all(Array.from({ length: 5 }, () => start(ana, 'key 1')));
    const [status, id] = answers[0] ?? [];
    expect(status).toBe(201);
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
    for (const answer of answers) expect(answer).toEqual([201, id]);
    // What became of the party since then is no business of its repeat.
    const host = await ana.join(id ?? '');
    await host.session(id ?? '', { kind: 'rename', name: 'Saturday film' });
    await first.stop();
    const second = await startTestServer({ database: own.database });
    ends.push(() => second.stop());
    const again = await second.personWith(ana);
    expect(await start(again, 'key 1')).toEqual([201, id]);
    expect((await again.http('GET', `/sessions/${id}`)).body).toMatchObject({ name: 'Saturday film', owner: true });
    expect((await again.http('DELETE', `/sessions/${id}`)).status).toBe(204);
    expect(await start(again, 'key 1')).toEqual([410, 'gone']);
  });

  it('is another one under another key, without one, and for somebody else; never under the same with another request', async () => {
    const server = await startTestServer({ database: own.database });
    ends.push(() => server.stop());
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const made = [await start(ana, 'a'), await start(ana, 'b'), await start(ana, null), await start(ana, null), await start(ben, 'a')];
    expect(made.map(([status]) => status)).toEqual([201, 201, 201, 201, 201]);
    expect(new Set(made.map(([, id]) => id)).size).toBe(5);
    expect(await start(ana, 'a', { ...FILM, name: 'Another' })).toEqual([409, 'conflict']);
    expect(await start(ana, 'a', { ...FILM, control: 'hosts' })).toEqual([409, 'conflict']);
    for (const key of ['', 'x'.repeat(256), 'ä']) expect(await start(ana, key)).toEqual([400, 'bad_request']);
  });

  it('is one on several instances', async () => {
    const redis = await startTestRedis();
    ends.push(() => redis.remove());
    const instance = async () => {
      const link = await openTestRedis(redis.url);
      const server = await startTestServer({ database: own.database, redis: link });
      ends.push(
        () => link.stop(),
        () => server.stop(),
      );
      return server;
    };
    const [one, two] = [await instance(), await instance()];
    const ana = await one.person('Ana');
    const elsewhere = await two.personWith(ana);
    const answers = await Promise.all([start(ana, 'x'), start(elsewhere, 'x'), start(ana, 'x'), start(elsewhere, 'x')]);
    expect(answers).toEqual(new Array(4).fill([201, answers[0]?.[1]]));
  });
});
