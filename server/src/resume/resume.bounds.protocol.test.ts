import type { ResumeAnswer, ResumeSaveItem } from '@cowatch/shared/protocol';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../platform/clock/cluster-clock.ts';
import { openEmbeddedTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { type Person, startTestServer, type TestServer } from '../protocol.testing.ts';

// What is refused, and that it costs nobody else anything; sockets, database and server are real.

const HOUR_MS = 3_600_000;
const TV = { id: 'device-tv', name: 'TV' };
/** A title that this database refuses, for a reason that no schema of ours knows. */
const POISON = 'title:poison';

let clock: ManualClock;
let home: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  clock = new ManualClock();
  home = await openEmbeddedTestDatabase();
  await run(`alter table resume_titles add constraint no_poison check (content_id <> '${POISON}')`);
  server = await startTestServer({ clock, database: home.database });
});
afterAll(async () => {
  await server.stop();
  await home.remove();
});

const run = (statement: string) => home.database.run((db) => db.execute(sql.raw(statement)));

let sittings = 0;
function item(contentId: string): ResumeSaveItem {
  const nowMs = Math.floor(clock.nowMs());
  sittings += 1;
  return {
    ...{ contentId, committed: true, sittingId: sittings.toString(16).padStart(32, '0'), seq: 1 },
    ...{ intentAtMs: nowMs, savedAtMs: nowMs, positionMs: 600_000, durationMs: HOUR_MS, watchedMs: 600_000 },
    ...{ state: 'active', previousPositionMs: null },
  };
}
const batch = async (person: Person, items: readonly unknown[]) =>
  person.http('POST', '/resume/batch', { viewerId: person.viewerId, device: TV, items });
const resultsOf = (body: unknown) =>
  (body as { answers: ResumeAnswer[] }).answers.map((answer) => ('code' in answer ? answer.code : answer.outcome));

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
