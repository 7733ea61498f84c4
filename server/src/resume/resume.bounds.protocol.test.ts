import type { ResumeAnswer } from '@cowatch/shared/protocol';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../platform/clock/manual-clock.testing.ts';
import { openPostgresTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { type Person, startTestServer, type TestServer } from '../protocol.testing.ts';
import { ACCOUNT_TITLES_MAX, GUEST_TITLES_MAX, TITLE_MAX_BYTES, WRITES_AT_ONCE } from './resume.limits.ts';
import { titlesMax } from './resume.quota.ts';
import { saveItem } from './resume.testing.ts';

// What is refused, and that it costs nobody else anything; sockets, database and server are real.

const TV = { id: 'device-tv', name: 'TV' };
/** A title that this database refuses, for a reason that no schema of ours knows. */
const POISON = 'title:poison';

let clock: ManualClock;
let home: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  clock = new ManualClock();
  home = await openPostgresTestDatabase();
  await run(`alter table resume_titles add constraint no_poison check (content_id <> '${POISON}')`);
  server = await startTestServer({ clock, database: home.database, env: { REQUESTS_PER_MINUTE_PER_IP: '600' } });
});
afterAll(async () => {
  await server.stop();
  await home.remove();
});

const run = (statement: string) => home.database.run((db) => db.execute(sql.raw(statement)));

const item = (contentId: string) => saveItem(clock.nowMs(), { contentId });
const batch = async (person: Person, items: readonly unknown[]) =>
  person.http('POST', '/resume/batch', { viewerId: person.viewerId, device: TV, items });
const resultsOf = (body: unknown) =>
  (body as { answers: ResumeAnswer[] }).answers.map((answer) => ('code' in answer ? answer.code : answer.outcome));

/** Titles that somebody has had for long, without saying each. */
const fill = (viewerId: string, from: number, to: number) =>
  run(`insert into resume_titles (viewer_id, content_id) select '${viewerId}', 'old ' || n from generate_series(${from}, ${to}) n`);

describe('[RES29] more titles than somebody may have', () => {
  it('are refused each by itself, in words; those that are known go on', async () => {
    const ana = await server.person('Ana');
    await batch(ana, [item('title:a')]);
    await fill(ana.viewerId, 3, GUEST_TITLES_MAX);
    const { body } = await batch(
      ana,
      ['title:b', 'title:c', 'title:a'].map((id) => item(id)),
    );
    expect(resultsOf(body)).toEqual(['applied', 'conflict', 'applied']);
    expect(body).toMatchObject({
      answers: [{}, { message: expect.stringMatching(/5000 titles.*Sign in.*Clear/) }, {}],
    });
    expect(await ana.http('PUT', '/resume/c', { positionMs: 1 })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect(await ana.http('POST', '/resume/c/watched')).toMatchObject({ status: 409 });
    expect((await ana.http('PUT', '/resume/title%3Aa', { positionMs: 1 })).status).toBe(200);
    clock.advance(1000);
    await ana.http('DELETE', '/history');
    clock.advance(1000);
    expect(resultsOf((await batch(ana, [item('title:c')])).body)).toEqual(['applied']);
  });

  it('are more for an account', async () => {
    const ana = await server.person('Ana');
    const signUp = { username: 'ana-of-many', password: 'correct horse', deviceName: 'TV' };
    const [cookie = ''] = (await ana.http('POST', '/account', signUp)).headers.getSetCookie();
    const own = await server.personWith({ name: 'Ana', token: cookie.split(';', 1)[0]?.split('=')[1] ?? '' });
    await fill(own.viewerId, 1, GUEST_TITLES_MAX);
    expect(resultsOf((await batch(own, [item('title:a')])).body)).toEqual(['applied']);
    expect(titlesMax({ viewerId: own.viewerId, deviceId: 'tv' })).toBe(ACCOUNT_TITLES_MAX);
  });

  it('take no more than a known number of bytes each', async () => {
    const ana = await server.person('Ana');
    const url = `https://a.b/${'\u{1f3ac}'.repeat(1000)}`;
    const big = { ...item('\u{1f3ac}'.repeat(512)), media: { url, title: '\u{1f3ac}'.repeat(200) } };
    expect(resultsOf((await batch(ana, [big])).body)).toEqual(['applied']);
    // The longest of ids goes into an address, too.
    const put = await ana.http('PUT', `/resume/${encodeURIComponent(big.contentId)}`, { positionMs: 1 });
    expect(put.status).toBe(200);
    const { rows } = await run(`
      select pg_column_size(t.*) + (select sum(pg_column_size(h.*)) from resume_history h where h.viewer_id = t.viewer_id) as bytes
      from resume_titles t where viewer_id = '${ana.viewerId}'`);
    expect(Number(rows[0]?.bytes)).toBeGreaterThan(0);
    expect(Number(rows[0]?.bytes)).toBeLessThan(TITLE_MAX_BYTES);
  });
});

describe('[LIM6] saves of one viewer', () => {
  // Whatever comes of them, they count.
  const items = (count: number) => Array.from({ length: count }, () => 'nothing');

  it('pass as the outboxes of two devices at once, over sockets and HTTP together; then they wait as long as told', async () => {
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const sockets = [await ana.connect(), await ana.connect()];
    const said = { viewerId: ana.viewerId, device: TV, items: items(50) };
    for (const socket of sockets) for (let n = 0; n < 10; n += 1) await socket.do('resume:save', said);
    for (let n = 20; n < WRITES_AT_ONCE / 50; n += 1) expect((await batch(ana, items(50))).status).toBe(200);
    for (const method of ['POST', 'PUT'] as const) {
      const refused = await (method === 'POST' ? batch(ana, [item('title:a')]) : ana.http('PUT', '/resume/a', { positionMs: 1 }));
      expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfterMs: 200 } });
    }
    const refused = { ok: false, error: { code: 'rate_limited', retryAfterMs: 10_000 } };
    expect(await sockets[0]?.raw('resume:save', said)).toMatchObject(refused);
    expect((await batch(ben, items(50))).status).toBe(200);
    clock.advance(10_000);
    expect((await batch(ana, items(50))).status).toBe(200);
    expect((await batch(ana, items(1))).status).toBe(429);
  });
});

describe('[RES28] an item that the database refuses', () => {
  it('has an answer of its own, and costs no other item and no other viewer theirs', async () => {
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const titles = ['title:a', POISON, 'title:b'];
    const [own, other] = await Promise.all([
      batch(
        ana,
        titles.map((id) => item(id)),
      ),
      batch(ben, [item('title:c')]),
    ]);
    expect(resultsOf(own.body)).toEqual(['applied', 'bad_request', 'applied']);
    expect(resultsOf(other.body)).toEqual(['applied']);
    const socket = await ana.connect();
    const { answers } = await socket.do('resume:save', {
      viewerId: ana.viewerId,
      device: TV,
      items: titles.map((id) => item(id)),
    });
    expect(resultsOf({ answers })).toEqual(['applied', 'bad_request', 'applied']);
    expect(server.log.filter(({ msg }) => String(msg).startsWith('a position was refused'))).toHaveLength(2);
    expect(await server.metrics.registry.metrics()).toMatch(/^cowatch_resume_refused_total 2$/m);
  });

  it('is 400 where it is said alone', async () => {
    const ana = await server.person('Ana');
    const path = `/resume/${encodeURIComponent(POISON)}`;
    expect(await ana.http('PUT', path, { positionMs: 1 })).toMatchObject({
      status: 400,
      body: { code: 'bad_request' },
    });
    expect(await ana.http('POST', `${path}/watched`)).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  });

  it('keeps nobody from being erased', async () => {
    const ana = await server.person('Ana');
    await batch(ana, [item('title:a'), item(POISON)]);
    expect((await ana.http('DELETE', '/me')).status).toBe(204);
    expect((await run(`select 1 from resume_titles where viewer_id = '${ana.viewerId}'`)).rows).toEqual([]);
  });

  it('is no answer while everything is refused: then it is said again', async () => {
    const ana = await server.person('Ana');
    await run('alter table resume_history rename to lost');
    expect((await batch(ana, [item('title:a')])).status).toBe(500);
    await run('alter table lost rename to resume_history');
    expect(resultsOf((await batch(ana, [item('title:a')])).body)).toEqual(['applied']);
  });
});
