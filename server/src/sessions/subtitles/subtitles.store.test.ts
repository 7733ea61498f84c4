import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_DATABASES } from '../../platform/database/database.testing.ts';
import type { Database } from '../../platform/database/database.ts';
import { createPostgresSessionSnapshots } from '../recovery/snapshots.postgres.ts';
import { aSession } from '../session.testing.ts';
import { createPostgresSubtitleStore } from './subtitles.store.postgres.ts';
import type { SubtitleStore } from './subtitles.store.ts';

const NOW_MS = 1_700_000_000_000;
const [A, B] = ['a'.repeat(22), 'b'.repeat(22)];

describe.each(TEST_DATABASES)('subtitle files: $kind', ({ open }) => {
  let database: Database;
  let remove: () => Promise<void>;
  let store: SubtitleStore;
  beforeAll(async () => {
    ({ database, remove } = await open());
    store = createPostgresSubtitleStore(database);
  });
  afterAll(() => remove());

  it('gives back what was put first, whole, and forgets what it is told to', async () => {
    const { id } = aSession();
    const text = `WEBVTT\n${'ü🎬\u0001\r\n'.repeat(50_000)}`;
    await store.put(id, A, text, NOW_MS);
    await store.put(id, A, 'another', NOW_MS);
    await store.put(id, B, 'b', NOW_MS + 0.5);
    expect(await store.load(id, A)).toBe(text);
    expect(await store.load(aSession().id, A)).toBeNull();
    await store.remove(id, []);
    await store.remove(id, [A, 'none']);
    expect([await store.load(id, A), await store.load(id, B)]).toEqual([null, 'b']);
  });

  it('forgets those of parties that are over or long gone, in portions, and nobody else’s', async () => {
    const [lives, ended, gone, fresh] = [aSession(), aSession(), aSession(), aSession()];
    const snapshots = createPostgresSessionSnapshots(database);
    await snapshots.save([lives, { ...ended, endedAtMs: NOW_MS }], NOW_MS);
    for (const { id } of [lives, ended, gone]) {
      await store.put(id, A, 'a', NOW_MS - 10);
      await store.put(id, B, 'b', NOW_MS - 10);
    }
    // Its party is not written down yet.
    await store.put(fresh.id, A, 'a', NOW_MS);
    expect(await store.expire(NOW_MS, 3)).toBe(3);
    expect(await store.expire(NOW_MS, 3)).toBe(1);
    expect(await store.expire(NOW_MS, 3)).toBe(0);
    const left = await Promise.all([lives, ended, gone, fresh].map(({ id }) => store.load(id, A)));
    expect(left).toEqual(['a', null, null, 'a']);
  });

  it('says unavailable when the database is away', async () => {
    await database.stop();
    const unavailable = { code: 'unavailable' };
    await expect(store.put(A, A, 'a', NOW_MS)).rejects.toMatchObject(unavailable);
    await expect(store.load(A, A)).rejects.toMatchObject(unavailable);
    await expect(store.remove(A, [A])).rejects.toMatchObject(unavailable);
    await expect(store.expire(NOW_MS, 1)).rejects.toMatchObject(unavailable);
  });
});
