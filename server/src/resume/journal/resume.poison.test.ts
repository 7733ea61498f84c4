import { randomBytes } from 'node:crypto';
import { type ResumeRecord, titleOf } from '@cowatch/shared/resume';
import { recordOf } from '@cowatch/shared/resume/testing';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresTestDatabase, type TestDatabase } from '../../platform/database/database.testing.ts';
import { createLogger } from '../../platform/log/log.ts';
import { openTestRedis, startTestRedis, type TestRedis } from '../../platform/redis/redis.testing.ts';
import type { Redis } from '../../platform/redis/redis.ts';
import { LEASE_RENEW_MS } from '../resume.limits.ts';
import { dirtyKey, journalKey, shardOf, titleKey } from '../store/resume.keys.ts';
import { createPostgresResumeStore } from '../store/resume.store.postgres.ts';
import { createRedisResumeStore } from '../store/resume.store.redis.ts';
import type { TitleChange } from '../store/resume.store.ts';
import { ResumeJournal } from './resume.journal.ts';

// Something that PostgreSQL refuses although everything before it let it pass. No schema of ours is in the way here.

const POISON = 'title:poison';

let viewers = 0;
const newViewer = () => {
  viewers += 1;
  return `poison-${viewers}`.padEnd(22, '_');
};
const change = (viewerId: string, record: Partial<ResumeRecord> = {}, url: string | null = null): TitleChange => {
  const whole = recordOf(record);
  return {
    viewerId,
    contentId: whole.contentId,
    put: null,
    ...titleOf(whole, url === null ? null : { url, title: null }),
  };
};

describe('[RES28] a line of a journal that PostgreSQL refuses', () => {
  let server: TestRedis;
  let redis: Redis;
  let home: TestDatabase;
  let instances = 0;
  beforeAll(async () => {
    server = await startTestRedis();
    redis = await openTestRedis(server.url);
    home = await openPostgresTestDatabase();
    await run(`alter table resume_titles add constraint no_poison check (content_id <> '${POISON}')`);
  });
  afterAll(async () => {
    await redis.stop();
    await server.remove();
    await home.remove();
  });
  beforeEach(async () => {
    await server.flushAll();
    await run('delete from resume_dead_letters');
  });

  const run = (statement: string) => home.database.run((db) => db.execute(sql.raw(statement)));
  const letters = async () =>
    (await run('select * from resume_dead_letters order by entry')).rows as {
      viewer_id: string;
      content_id: string;
      change: string;
      reason: string;
    }[];
  const inJournal = (viewerId: string) => server.call('XLEN', journalKey(shardOf(viewerId)));

  function instance() {
    instances += 1;
    const cold = createPostgresResumeStore(home.database);
    const aways: (boolean | string | undefined)[] = [];
    let buried = 0;
    let writes = 0;
    const counting = {
      ...cold,
      write(changes: readonly TitleChange[]) {
        writes += 1;
        return cold.write(changes);
      },
    };
    const journal = new ResumeJournal({
      redis,
      cold: counting,
      instanceId: `poison-${instances}`,
      log: createLogger({ level: 'silent' }),
      nowMs: () => 1234,
      onAway: (away, reason) => aways.push(away, reason),
      onDeadLetters(count) {
        buried += count;
      },
    });
    const store = createRedisResumeStore(redis, cold, journal);
    return { cold, journal, store, aways, buried: () => buried, writes: () => writes };
  }

  it('is put aside with its reason, and every other viewer’s save is in PostgreSQL after the same look', async () => {
    const { cold, journal, store, buried, aways, writes } = instance();
    const changes = Array.from({ length: 64 }, (_, i) => change(newViewer(), {}, i === 0 ? 'a\0é' : null));
    expect(new Set((await store.apply(changes)).map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
    await journal.look();
    expect(writes()).toBeLessThanOrEqual(13);
    for (const [i, { viewerId }] of changes.entries()) {
      expect((await cold.load(viewerId, ['title:film'])).size, String(i)).toBe(i === 0 ? 0 : 1);
      expect(await inJournal(viewerId)).toBe(0);
      expect(await server.call('EXISTS', dirtyKey(viewerId))).toBe(0);
    }
    const [first] = changes as [TitleChange];
    const [letter, ...more] = await letters();
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ viewer_id: first.viewerId, content_id: 'title:film', at_ms: '1234' });
    expect(JSON.parse(letter?.change ?? '')).toEqual(first);
    expect(letter?.change).toMatch(/^[\x20-\x7e]+$/);
    expect(letter?.reason).toMatch(/\\u0000|Unicode|22P05/);
    expect(buried()).toBe(1);
    expect(aways).toEqual([false, undefined]);
    await journal.stop();
  });

  it('heals at the next start, also where somebody has written no JSON there at all', async () => {
    const viewer = newViewer();
    const shard = shardOf(viewer);
    const good = change(viewer, { positionMs: 5 });
    const nul = JSON.stringify({ ...change(viewer), contentId: 'a\0b' });
    const elsewhere = { ...change(newViewer()), contentId: POISON };
    const wrong = ['', '{', 'null', '5', '[]', '{}', '"\ud800"', '{"viewerId":1}', '{"viewerId":"a","contentId":"b","registers":{}}'];
    for (const line of [...wrong, nul, JSON.stringify(elsewhere)]) await server.call('XADD', journalKey(shard), '*', 'c', line);
    await server.call('XADD', journalKey(shard), '*', 'other', 'x', 'c', 'y');
    await server.call('XADD', journalKey(shard), '*', 'c', JSON.stringify(good));
    const { cold, journal, buried } = instance();
    await journal.look();
    expect(await inJournal(viewer)).toBe(0);
    expect((await cold.load(viewer, ['title:film'])).get('title:film')?.record?.positionMs).toBe(5);
    expect(buried()).toBe(wrong.length + 3);
    expect((await letters()).map(({ content_id }) => content_id)).toEqual(expect.arrayContaining(['a\\u0000b', POISON]));
    await journal.stop();
  });

  it('is put aside also where what it names is longer than any index takes', async () => {
    const viewer = newViewer();
    // Without a pattern: PostgreSQL compresses what it can before it looks at the length.
    const long = randomBytes(12_000).toString('base64url');
    const wrong = [{ ...change(long) }, { ...change(viewer), contentId: long }, { ...change(`${long}\0`) }];
    for (const line of wrong) await server.call('XADD', journalKey(shardOf(viewer)), '*', 'c', JSON.stringify(line));
    const { journal, store, aways } = instance();
    await store.apply([change(viewer)]);
    await journal.look();
    expect(aways).toEqual([false, undefined]);
    expect(await inJournal(viewer)).toBe(0);
    const found = await letters();
    expect(found.map(({ change: text }) => JSON.parse(text))).toEqual(expect.arrayContaining(wrong));
    expect(found).toHaveLength(wrong.length);
    await journal.stop();
  });

  it('a journal that is none keeps no other viewer’s save out, and is told of until it is away', async () => {
    const { cold, journal, store, aways } = instance();
    const [there, other] = [newViewer(), newViewer()];
    expect(shardOf(there)).not.toBe(shardOf(other));
    await server.call('SET', journalKey(shardOf(there)), 'x');
    await store.apply([change(other)]);
    await journal.look();
    expect((await cold.load(other, ['title:film'])).size).toBe(1);
    expect(await inJournal(other)).toBe(0);
    expect([aways.at(-2), String(aways.at(-1))]).toEqual([true, expect.stringContaining('WRONGTYPE')]);
    expect(journal.waiting).toBe(1);
    await server.call('DEL', journalKey(shardOf(there)));
    await store.apply([change(there)]);
    await journal.look(performance.now() + LEASE_RENEW_MS);
    expect((await cold.load(there, ['title:film'])).size).toBe(1);
    expect([aways.at(-2), journal.waiting]).toEqual([false, 0]);
    await journal.stop();
  });

  it.each([
    ['a missing table', 'alter table resume_history rename to lost', 'alter table lost rename to resume_history'],
    [
      'a rule that nothing passes',
      'alter table resume_titles add constraint never check (false) not valid',
      'alter table resume_titles drop constraint never',
    ],
  ])('is nobody’s fault while everything is refused: %s', async (_what, breakIt, mendIt) => {
    const { cold, journal, store, aways, buried } = instance();
    const changes = Array.from({ length: 20 }, () => change(newViewer()));
    await store.apply(changes);
    await run(breakIt);
    await journal.look();
    expect(await letters()).toEqual([]);
    expect(aways[0]).toBe(true);
    expect(String(aways[1])).toMatch(/resume_history|never/);
    await run(mendIt);
    journal.wake();
    await journal.look();
    expect(aways.slice(2)).toEqual([false, undefined]);
    expect(buried()).toBe(0);
    for (const { viewerId } of changes) expect((await cold.load(viewerId, ['title:film'])).size).toBe(1);
    await journal.stop();
  });

  it('stays where it is as long as it cannot be put aside', async () => {
    const { cold, journal, store, aways } = instance();
    const [viewer, other] = [newViewer(), newViewer()];
    await store.apply([change(viewer, { contentId: POISON }), change(other)]);
    await run('alter table resume_dead_letters rename to lost');
    await journal.look();
    expect([await inJournal(viewer), await inJournal(other)]).toEqual([1, 0]);
    expect((await cold.load(other, ['title:film'])).size).toBe(1);
    await run('alter table lost rename to resume_dead_letters');
    journal.wake();
    await journal.look();
    expect(await inJournal(viewer)).toBe(0);
    expect(await letters()).toHaveLength(1);
    expect(aways.filter((one) => typeof one === 'boolean')).toEqual([true, false]);
    await journal.stop();
  });

  it('is tried less and less often while nothing can be written', async () => {
    const { journal, store, writes } = instance();
    await store.apply([change(newViewer())]);
    await run('alter table resume_titles rename to lost');
    const tried: number[] = [];
    for (let nowMs = 0; nowMs <= 20_000; nowMs += 200) {
      const before = writes();
      await journal.look(nowMs);
      if (writes() > before) tried.push(nowMs);
    }
    expect(tried).toEqual([0, 400, 1000, 2000, 4000, 8000, 13_000, 18_000]);
    await run('alter table lost rename to resume_titles');
    journal.wake();
    await journal.look(20_200);
    expect(writes()).toBe(tried.length + 1);
    await journal.stop();
  });

  it('is no reason for alarm any more once it is gone from the journal by itself', async () => {
    const { journal, store, aways } = instance();
    await store.apply([change(newViewer())]);
    await run('alter table resume_titles rename to resume_titles_away');
    try {
      await journal.look();
      expect(aways.at(-2)).toBe(true);
    } finally {
      await run('alter table resume_titles_away rename to resume_titles');
    }
    await server.flushAll();
    await journal.look(performance.now() + LEASE_RENEW_MS);
    expect(aways.at(-2)).toBe(false);
    await journal.stop();
  });

  it('keeps nobody from reading, clearing or erasing, and nothing of it is left then', async () => {
    for (const forget of ['clear', 'erase'] as const) {
      const { cold, journal, store } = instance();
      const viewer = newViewer();
      await store.apply([change(viewer), change(viewer, { contentId: POISON }), change(viewer, { contentId: 'title:b' })]);
      expect((await store.all(viewer, null, 10)).map(({ contentId }) => contentId)).toEqual(['title:b', 'title:film']);
      expect(await store.history(viewer, null, 10)).toHaveLength(2);
      expect(await cold.deadLetterTitles(viewer)).toEqual([POISON]);
      await (forget === 'clear' ? store.clear(viewer, 9_000_000_000_000) : store.erase(viewer));
      expect(await cold.deadLetterTitles(viewer)).toEqual([]);
      expect(await store.all(viewer, null, 10)).toEqual([]);
      if (forget === 'erase') expect(await server.call('EXISTS', titleKey(viewer, POISON))).toBe(0);
      await journal.stop();
    }
  });

  it('a title whose line is gone otherwise is waited for by nobody', async () => {
    const { journal, store } = instance();
    const viewer = newViewer();
    await store.apply([change(viewer)]);
    await journal.look();
    await server.call('HSET', dirtyKey(viewer), 'title:film', '1-1');
    await store.erase(viewer);
    expect(await server.call('EXISTS', dirtyKey(viewer))).toBe(0);
    await journal.stop();
  });

  it('is forgotten after a while', async () => {
    const { cold } = instance();
    const letter = { viewerId: 'a', contentId: 'b', change: '{}', reason: 'c' };
    await cold.addDeadLetters([
      { ...letter, entry: '1', atMs: 1 },
      { ...letter, entry: '2', atMs: 2 },
    ]);
    await cold.addDeadLetters([{ ...letter, entry: '2', atMs: 3 }]);
    expect(await letters()).toHaveLength(2);
    await cold.expireDeadLetters(2);
    expect(await letters()).toMatchObject([{ entry: '2', at_ms: '2' }]);
  });

  it('the sample leaves nothing behind', async () => {
    const { cold, store } = instance();
    await cold.verify();
    await store.verify();
    expect((await run(`select 1 from resume_titles where viewer_id = 'sample'`)).rows).toEqual([]);
    expect(await server.call('KEYS', '*sample*')).toEqual([]);
  });
});
