import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_DATABASES } from '../../platform/database/database.testing.ts';
import type { Database } from '../../platform/database/database.ts';
import { USED_STEP_MS } from '../titles.limits.ts';
import { createPostgresFactsStore } from './facts.store.postgres.ts';
import type { FactsStore } from './facts.store.ts';

const NOW_MS = 1_700_000_000_000;

describe.each(TEST_DATABASES)('what is known of titles: $kind', ({ open }) => {
  let database: Database;
  let remove: () => Promise<void>;
  let store: FactsStore;
  beforeAll(async () => {
    ({ database, remove } = await open());
    store = createPostgresFactsStore(database);
  });
  afterAll(() => remove());

  const facts = (contentId: string, title: string | null = 'A film') => ({ contentId, title, durationS: 634.5, expiresAtMs: NOW_MS + 10 });
  const picture = (tag: string) => ({ webp: Buffer.from([0, 255, 16]), tag });

  it('is what was saved last; a picture stays until there is another', async () => {
    await store.save(facts('yt:a'), null, NOW_MS);
    expect(await store.load(['yt:a', 'yt:none'], NOW_MS)).toEqual([{ ...facts('yt:a'), hasPicture: false }]);
    expect(await store.picture('yt:a')).toBeNull();
    await store.save(facts('yt:a', 'B'), picture('1'), NOW_MS + 0.5);
    await store.save(facts('yt:a', null), null, NOW_MS);
    expect(await store.load(['yt:a'], NOW_MS)).toEqual([{ ...facts('yt:a', null), hasPicture: true }]);
    expect(await store.picture('yt:a')).toEqual(picture('1'));
    await store.save(facts('yt:a'), picture('2'), NOW_MS);
    expect(await store.picture('yt:a')).toEqual(picture('2'));
    expect(await store.picture('yt:none')).toBeNull();
    expect(await store.load([], NOW_MS)).toEqual([]);
  });

  it('is not taken away by an instance that could not learn it', async () => {
    const failure = { ...facts('yt:f', null), expiresAtMs: NOW_MS + 20 };
    await store.saveFailure(failure, NOW_MS);
    expect(await store.load(['yt:f'], NOW_MS)).toEqual([{ ...failure, hasPicture: false }]);
    await store.save(facts('yt:f'), picture('1'), NOW_MS);
    await store.saveFailure(failure, NOW_MS + 9);
    expect(await store.load(['yt:f'], NOW_MS)).toEqual([{ ...facts('yt:f'), hasPicture: true }]);
    await store.saveFailure(failure, NOW_MS + 10);
    expect(await store.load(['yt:f'], NOW_MS)).toEqual([{ ...failure, hasPicture: true }]);
  });

  it('is forgotten when it is used no more, and beyond the bound those that were used longest ago', async () => {
    while ((await store.sweep(NOW_MS * 2, 0, 100)) > 0);
    for (let i = 0; i < 5; i += 1) await store.save(facts(`yt:${i}`), null, NOW_MS + i);
    // Read a day later, it is used then.
    await store.load(['yt:0'], NOW_MS + USED_STEP_MS - 1);
    await store.load(['yt:1'], NOW_MS + USED_STEP_MS + 2);
    const left = async () => (await store.load(['yt:0', 'yt:1', 'yt:2', 'yt:3', 'yt:4'], NOW_MS)).map(({ contentId }) => contentId);
    expect(await store.sweep(NOW_MS, 100, 100)).toBe(0);
    expect(await store.sweep(NOW_MS + 1, 100, 100)).toBe(1);
    expect((await left()).toSorted()).toEqual(['yt:1', 'yt:2', 'yt:3', 'yt:4']);
    expect([await store.sweep(NOW_MS, 2, 1), await store.sweep(NOW_MS, 2, 100)]).toEqual([1, 1]);
    expect((await left()).toSorted()).toEqual(['yt:1', 'yt:4']);
  });
});
