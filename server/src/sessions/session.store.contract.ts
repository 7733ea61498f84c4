import { beforeEach, describe, expect, it } from 'vitest';
import type { SessionStore } from './session.store.ts';
import { aSession, atVersion } from './session.testing.ts';

/** The exam every session store sits. `open` gives an empty one. */
export function sessionStoreContract(name: string, open: () => Promise<SessionStore> | SessionStore): void {
  describe(`session store: ${name}`, () => {
    let store: SessionStore;
    beforeEach(async () => {
      store = await open();
    });

    it('gives back what was created, whole', async () => {
      const record = aSession();
      expect(await store.create(record)).toBe(true);
      expect(await store.load(record.id)).toEqual(record);
    });

    it('knows nothing of an id nobody created', async () => {
      expect(await store.load(aSession().id)).toBeNull();
    });

    it('keeps the first of two records created under one id', async () => {
      const record = aSession();
      await store.create(record);
      expect(await store.create(atVersion(record, record.version + 5))).toBe(false);
      expect(await store.load(record.id)).toEqual(record);
    });

    it('commits on the version it was decided on, and only once', async () => {
      const record = aSession();
      await store.create(record);
      const left = atVersion(record, record.version + 1);
      const right = atVersion(record, record.version + 2);
      expect(await store.commit(left, record.version)).toBe('committed');
      expect(await store.commit(right, record.version)).toBe('conflict');
      expect(await store.load(record.id)).toEqual(left);
    });

    it('lets exactly one of many at once win', async () => {
      const record = aSession();
      await store.create(record);
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.commit(atVersion(record, record.version + 1 + i), record.version)),
      );
      expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
      const won = outcomes.indexOf('committed');
      expect((await store.load(record.id))?.version).toBe(record.version + 1 + won);
    });

    it('does not commit what it does not hold', async () => {
      const record = aSession();
      expect(await store.commit(atVersion(record, record.version + 1), record.version)).toBe('conflict');
      expect(await store.load(record.id)).toBeNull();
    });

    it('commits a companion with its record, or neither of them', async () => {
      const record = aSession();
      await store.create(record);
      const companion = { name: 'queue', version: 7, record: { items: ['a', 'ä'], depth: { of: [null, 1.5] } } };
      expect(await store.companion(record.id, 'queue')).toBeNull();
      const next = atVersion(record, record.version + 1);
      expect(await store.commit(next, record.version - 1, companion)).toBe('conflict');
      expect(await store.companion(record.id, 'queue')).toBeNull();
      expect(await store.commit(next, record.version, companion)).toBe('committed');
      expect(await store.companion(record.id, 'queue')).toEqual(companion);
      expect(await store.companion(record.id, 'other')).toBeNull();
      // A commit that does not name it leaves it as it is.
      expect(await store.commit(atVersion(record, record.version + 2), record.version + 1)).toBe('committed');
      expect(await store.companion(record.id, 'queue')).toEqual(companion);
    });

    it('lets exactly one of many companions at once win, the one of the record', async () => {
      const record = aSession();
      await store.create(record);
      await Promise.all(
        Array.from({ length: 20 }, (_, i) => {
          const companion = { name: 'queue', version: i, record: { i } };
          return store.commit(atVersion(record, record.version + 1 + i), record.version, companion);
        }),
      );
      const i = ((await store.load(record.id))?.version ?? 0) - record.version - 1;
      expect(await store.companion(record.id, 'queue')).toEqual({ name: 'queue', version: i, record: { i } });
    });

    it('takes a companion back with its record', async () => {
      const record = aSession();
      const companion = { name: 'queue', version: 3, record: {} };
      expect(await store.restore(record, record.version, companion)).toBe(false);
      expect(await store.companion(record.id, 'queue')).toBeNull();
      expect(await store.restore(record, null, companion)).toBe(true);
      expect(await store.companion(record.id, 'queue')).toEqual(companion);
    });

    it('drops a record at the version named, and at no other', async () => {
      const record = aSession();
      await store.create(record);
      expect(await store.drop(record.id, record.version - 1)).toBe(false);
      expect(await store.load(record.id)).toEqual(record);
      expect(await store.drop(record.id, record.version)).toBe(true);
      expect(await store.load(record.id)).toBeNull();
      expect(await store.drop(record.id, record.version)).toBe(false);
    });

    it('takes back what it lost, over what is older and where nothing is', async () => {
      const record = aSession();
      const newer = atVersion(record, record.version + 5);
      expect(await store.restore(newer, record.version)).toBe(false);
      expect(await store.restore(record, null)).toBe(true);
      expect(await store.restore(newer, null)).toBe(false);
      expect(await store.restore(newer, record.version - 1)).toBe(false);
      expect(await store.load(record.id)).toEqual(record);
      expect(await store.restore(newer, record.version)).toBe(true);
      expect(await store.load(record.id)).toEqual(newer);
    });

    it('takes no commit to what is fenced, if it is shared, but restores what it lost', async () => {
      const [record, other] = [aSession(), aSession()];
      for (const one of [record, other]) await store.create(one);
      await store.fence(record.id, 60_000);
      await store.fence(record.id, 1);
      const next = atVersion(record, record.version + 1);
      expect(await store.commit(next, record.version - 1)).toBe('conflict');
      if (store.isShared) {
        expect(await store.commit(next, record.version)).toBe('fenced');
        expect(await store.load(record.id)).toEqual(record);
        expect(await store.restore(next, record.version)).toBe(true);
      } else expect(await store.commit(next, record.version)).toBe('committed');
      expect(await store.load(record.id)).toEqual(next);
      expect(await store.commit(atVersion(other, other.version + 1), other.version)).toBe('committed');
    });

    it('names the versions of many, in order, and of those it does not hold none', async () => {
      const [first, second, never, dropped] = [aSession(), aSession(), aSession(), aSession()];
      for (const record of [first, second, dropped]) await store.create(record);
      await store.commit(atVersion(second, second.version + 7), second.version);
      await store.drop(dropped.id, dropped.version);
      expect(await store.versions([second.id, never.id, first.id, dropped.id, second.id])).toEqual([
        second.version + 7,
        null,
        first.version,
        null,
        second.version + 7,
      ]);
      expect(await store.versions([])).toEqual([]);
    });

    it('keeps neighbouring ids apart', async () => {
      const ids = ['AAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAB', 'aAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAA_'];
      const records = ids.map((id, i) => aSession({ id, version: 100 + i }));
      for (const record of records) expect(await store.create(record)).toBe(true);
      const [first] = records;
      if (!first) throw new Error('no record');
      await store.commit(atVersion(first, 900), 100);
      await store.drop('AAAAAAAAAAAAAAAAAAAAAB', 101);
      expect(await Promise.all(ids.map(async (id) => (await store.load(id))?.version))).toEqual([900, undefined, 102, 103]);
    });

    it('takes ids that mean something to objects and to patterns', async () => {
      for (const id of ['__proto__', 'constructor', 'a*b?c[d]', '%_\\', ' ', 'ключ🎬']) {
        const record = aSession({ id });
        expect(await store.load(id)).toBeNull();
        await store.create(record);
        expect(await store.load(id)).toEqual(record);
      }
    });

    it('is not changed through what was put in or given out', async () => {
      const record = aSession();
      await store.create(record);
      const before = structuredClone(record);
      const loaded = await store.load(record.id);
      expect(loaded).toEqual(before);
      expect(await store.commit({ ...record, version: record.version + 1 }, record.version)).toBe('committed');
      expect(loaded).toEqual(before);
    });
  });
}
