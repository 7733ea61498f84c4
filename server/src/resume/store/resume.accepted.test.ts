import { CodedError } from '@cowatch/shared/protocol';
import { type ResumeRecord, titleOf } from '@cowatch/shared/resume';
import { recordOf, sittingNamed } from '@cowatch/shared/resume/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresTestDatabase, type TestDatabase } from '../../platform/database/database.testing.ts';
import { createLogger } from '../../platform/log/log.ts';
import { deferred } from '../../platform/promises.testing.ts';
import { openTestRedis, startTestRedis, type TestRedis } from '../../platform/redis/redis.testing.ts';
import type { Redis } from '../../platform/redis/redis.ts';
import { ResumeJournal } from '../journal/resume.journal.ts';
import { journalKey, shardOf, titleKey, viewerKey } from './resume.keys.ts';
import { createPostgresResumeStore } from './resume.store.postgres.ts';
import { createRedisResumeStore } from './resume.store.redis.ts';
import type { ColdResumeStore, ResumeStore, TitleChange } from './resume.store.ts';

const TITLE = 'title:film';

describe('[RES27] words on a title that nobody can look up', () => {
  let server: TestRedis;
  let redis: Redis;
  let home: TestDatabase;
  let viewers = 0;
  let viewer: string;
  let away: boolean;
  let cold: ColdResumeStore;
  let journal: ResumeJournal;
  let store: ResumeStore;
  /** Reads of PostgreSQL wait here with what they have found. */
  let reads: Promise<unknown> | null;
  let waitingReads: number;

  beforeAll(async () => {
    server = await startTestRedis();
    redis = await openTestRedis(server.url);
    home = await openPostgresTestDatabase();
  });
  afterAll(async () => {
    await redis.stop();
    await server.remove();
    await home.remove();
  });
  beforeEach(() => {
    viewers += 1;
    viewer = `accepted-${viewers}`.padEnd(22, '_');
    away = false;
    reads = null;
    waitingReads = 0;
    const there = createPostgresResumeStore(home.database);
    const asked = async <T>(work: () => Promise<T>): Promise<T> => {
      if (away) throw new CodedError('unavailable', 'The database is away.');
      return work();
    };
    cold = {
      ...there,
      find: (wanted) =>
        asked(async () => {
          const found = await there.find(wanted);
          if (reads !== null) {
            waitingReads += 1;
            await reads;
          }
          return found;
        }),
      totals: (ids) => asked(() => there.totals(ids)),
      write: (changes) => asked(() => there.write(changes)),
    };
    const log = createLogger({ level: 'silent' });
    journal = new ResumeJournal({ redis, cold, instanceId: `one-${viewers}`, log, nowMs: () => 0, onAway() {} });
    store = createRedisResumeStore(redis, cold, journal);
  });
  afterEach(() => journal.stop());

  const change = (record: ResumeRecord): TitleChange => ({
    viewerId: viewer,
    contentId: record.contentId,
    put: null,
    ...titleOf(record),
  });
  const say = async (...records: readonly ResumeRecord[]) => (await store.apply(records.map(change))).map(({ outcome }) => outcome);
  const word = (changed: Partial<ResumeRecord>) => recordOf({ contentId: TITLE, ...changed });
  const early = word({ intentAtMs: 1_000_000, positionMs: 1 });
  const middle = word({ intentAtMs: 2_000_000, positionMs: 2, sittingId: sittingNamed(2) });
  const late = word({ intentAtMs: 3_000_000, positionMs: 3, sittingId: sittingNamed(3) });
  const found = async () => (await store.load(viewer, [TITLE])).get(TITLE)?.record ?? null;
  const inJournal = () => server.call('XLEN', journalKey(shardOf(viewer)));
  const look = () => journal.look(Number.MAX_SAFE_INTEGER);

  it('are accepted and kept, and compared as soon as somebody can', async () => {
    away = true;
    expect(await say(middle)).toEqual(['accepted']);
    expect(await say(early, late)).toEqual(['accepted', 'accepted']);
    expect(await inJournal()).toBe(3);
    await expect(store.load(viewer, [TITLE])).rejects.toMatchObject({ code: 'unavailable' });
    away = false;
    await look();
    expect(await inJournal()).toBe(0);
    expect(await found()).toEqual(late);
    expect(await say(middle, word({ ...late, seq: 9 }))).toEqual(['stale', 'applied']);
  });

  it('do not win over what PostgreSQL knew better', async () => {
    await say(late);
    await look();
    await server.call('DEL', titleKey(viewer, TITLE), viewerKey(viewer));
    away = true;
    expect(await say(early)).toEqual(['accepted']);
    away = false;
    await look();
    expect(await found()).toEqual(late);
  });

  it('are answered as ever where Redis knows the title, whatever else is asked for', async () => {
    await say(early);
    const other = recordOf({ contentId: 'title:other' });
    away = true;
    expect(await say(late, other, middle)).toEqual(['applied', 'accepted', 'stale']);
    expect(await found()).toEqual(late);
  });

  it('come before what is said once PostgreSQL is back and they are still on their way', async () => {
    away = true;
    await say(late);
    away = false;
    expect(await say(early)).toEqual(['accepted']);
    expect(await inJournal()).toBe(2);
    expect(await found()).toEqual(late);
    expect(await say(early)).toEqual(['stale']);
  });

  it('are not forgotten over an answer of PostgreSQL that is older than they are', async () => {
    const gate = deferred();
    reads = gate.promise;
    const reading = found();
    // It has found nothing, and is about to say so.
    await expect.poll(() => waitingReads).toBe(1);
    away = true;
    expect(await say(late)).toEqual(['accepted']);
    away = false;
    await look();
    expect(await inJournal()).toBe(0);
    reads = null;
    gate.resolve(undefined);
    expect(await reading).toEqual(late);
    expect(await found()).toEqual(late);
    expect(await say(early)).toEqual(['stale']);
  });

  it('are there when an instance dies between writing them down and saying so', async () => {
    away = true;
    await say(late);
    away = false;
    await cold.write([change(late)]);
    expect(await found()).toEqual(late);
    expect(await inJournal()).toBe(0);
  });

  it('keep nobody out where an entry of the journal is gone that they wait for', async () => {
    await say(middle);
    await look();
    await server.call('DEL', titleKey(viewer, TITLE));
    await server.call('HSET', titleKey(viewer, TITLE), 'x', '1-1');
    expect(await found()).toEqual(middle);
    await server.call('DEL', titleKey(viewer, TITLE));
    await server.call('HSET', titleKey(viewer, TITLE), 'x', '1-1');
    expect(await say(early, late)).toEqual(['stale', 'applied']);
  });

  it('are refused where Redis is away too', async () => {
    const alone = await startTestRedis();
    const cut = await openTestRedis(alone.url);
    const other = createRedisResumeStore(cut, cold, journal);
    await alone.kill();
    away = true;
    await expect(other.apply([change(early)])).rejects.toMatchObject({ code: 'unavailable' });
    await cut.stop();
    await alone.remove();
  });
});
