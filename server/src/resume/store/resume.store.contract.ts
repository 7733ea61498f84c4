import {
  applyRecord,
  clearanceKey,
  editTitle,
  mergeTitles,
  NO_REGISTERS,
  NO_TITLE,
  orderKey,
  type ResumeRecord,
  type ResumeTitle,
  titleOf,
} from '@cowatch/shared/resume';
import { anyRecords, PHONE, recordOf, sittingNamed, TV } from '@cowatch/shared/resume/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SITTINGS_PER_TITLE_MAX } from '../resume.limits.ts';
import { resumeBoundsContract } from './resume.bounds.contract.ts';
import { changeOf as change, newViewer } from './resume.store.testing.ts';
import type { ChangedTitle, OfferedPage, PageEnd, ResumeStore, StoredTitle, TitleChange } from './resume.store.ts';

/** A place to keep positions in, which can be taken away for good. */
export interface ResumeStoreUnderTest {
  readonly store: ResumeStore;
  takeAway(): Promise<void>;
  remove(): Promise<void>;
}

const HOUR_MS = 3_600_000;
const titleIn = ({ record, registers, media }: StoredTitle): ResumeTitle => ({ record, registers, media });

/** The exam every keeper of positions sits, on the real engine. */
export function resumeStoreContract(name: string, open: () => Promise<ResumeStoreUnderTest>): void {
  describe(`positions: ${name}`, () => {
    let place: ResumeStoreUnderTest;
    let store: ResumeStore;
    beforeAll(async () => {
      place = await open();
      store = place.store;
    });
    afterAll(() => place.remove());

    const load = async (viewerId: string, contentId = 'title:film') => (await store.load(viewerId, [contentId])).get(contentId) ?? null;
    const apply = async (...changes: readonly TitleChange[]) => (await store.apply(changes)).map(({ outcome }) => outcome);

    it('gives back what was saved, whole', async () => {
      const viewer = newViewer();
      const record = recordOf({ positionMs: 0, durationMs: null, previousPositionMs: 123 });
      expect(await load(viewer)).toBeNull();
      const [saved] = await store.apply([change(viewer, record, 'https://example.org/a.mp4')]);
      expect(saved?.outcome).toBe('applied');
      const stored = await load(viewer);
      expect(stored).toEqual(saved?.stored);
      expect(stored).toMatchObject({
        ...titleOf(record),
        clearedAtMs: 0,
        put: null,
        rev: 1,
        media: { url: 'https://example.org/a.mp4' },
      });
    });

    it('[RES2] whatever order things come in, together or one by one, it keeps and answers what the rule says', {
      timeout: 60_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(
          anyRecords.chain((records) =>
            fc.tuple(
              fc.shuffledSubarray([...records, ...records.slice(0, 2)], { minLength: records.length }),
              fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
              fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
            ),
          ),
          async ([records, breaks, named]) => {
            const viewer = newViewer();
            let expected: ResumeTitle = NO_TITLE;
            let group: TitleChange[] = [];
            const wanted: string[] = [];
            const got: ChangedTitle[] = [];
            for (const [i, record] of records.entries()) {
              // Media hangs on the key like all else: the same word twice says the same.
              const media = named[records.indexOf(record)] ? `https://example.org/${orderKey(record)}` : null;
              const known = media === null ? null : { url: media, title: null };
              const { outcome, title } = applyRecord(expected, record, known);
              expected = title;
              wanted.push(outcome);
              group.push(change(viewer, record, media));
              if (breaks[i] || i === records.length - 1) {
                got.push(...(await store.apply(group)));
                group = [];
              }
            }
            expect(got.map(({ outcome }) => outcome)).toEqual(wanted);
            const stored = await load(viewer);
            expect(stored === null ? NO_TITLE : titleIn(stored)).toEqual(expected);
            const last = got.at(-1);
            if (last !== undefined) expect(titleIn(last.stored)).toEqual(expected);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('many who write at once come to the same as one after the other', async () => {
      const viewer = newViewer();
      const records = Array.from({ length: 40 }, (_, i) =>
        recordOf({ intentAtMs: 1_000_000 + (i % 7), sittingId: sittingNamed(i % 7), seq: i, positionMs: i * 1000 }),
      );
      await Promise.all(records.map((record) => store.apply([change(viewer, record)])));
      const expected = records.map((record) => titleOf(record)).reduce(mergeTitles);
      expect(titleIn((await load(viewer)) as StoredTitle)).toEqual(expected);
    });

    it('registers only grow, with a record or without', async () => {
      const viewer = newViewer();
      const hide = (hiddenAtMs: number): TitleChange => ({
        viewerId: viewer,
        contentId: 'title:film',
        record: null,
        media: null,
        put: null,
        registers: { ...NO_REGISTERS, hiddenAtMs },
      });
      expect(await apply(hide(5))).toEqual(['applied']);
      expect(await apply(hide(4), hide(5), hide(6))).toEqual(['duplicate', 'duplicate', 'applied']);
      expect(await apply(change(viewer, recordOf()))).toEqual(['applied']);
      expect((await load(viewer))?.registers.hiddenAtMs).toBe(6);
      expect(await apply(hide(3))).toEqual(['duplicate']);
    });

    it('any legal text names a title, and no two viewers or ids share one', async () => {
      const ids = ['a', 'A', 'a:b', 'a/b', 'a{b}', '{r001}', '🎬'.repeat(512), 'é', 'e\u0301', ' a', '%61', "'; drop", '*', 'ä\\'];
      const [ana, ben] = [newViewer(), newViewer()];
      await store.apply(ids.map((contentId, i) => change(ana, recordOf({ contentId, positionMs: i }))));
      expect(await store.load(ben, ids)).toEqual(new Map());
      const stored = await store.load(ana, [...ids, 'unknown']);
      expect([...stored.keys()].sort()).toEqual([...ids].sort());
      for (const [i, id] of ids.entries()) expect(stored.get(id)?.record?.positionMs, id).toBe(i);
      const pages: string[] = [];
      for (let after: string | null = null; ; ) {
        const page: readonly StoredTitle[] = await store.all(ana, after, 4);
        pages.push(...page.map(({ contentId }) => contentId));
        after = page.at(-1)?.contentId ?? null;
        if (page.length < 4) break;
      }
      expect(pages.sort()).toEqual([...ids].sort());
    });

    it('offers what is worth going on with, the newest gesture first, a page at a time', async () => {
      const newestFirst = ['title:9', 'title:7', 'title:5', 'title:4', 'title:3', 'title:2', 'title:1'];
      const viewer = newViewer();
      const at = (i: number, changed: Partial<ResumeRecord> = {}) =>
        change(viewer, recordOf({ contentId: `title:${i}`, intentAtMs: 1_000_000 + i, ...changed }));
      await store.apply([
        ...[1, 2, 3, 4, 5].map((i) => at(i)),
        at(6, { watchedMs: 4000, committed: false }),
        at(7, { durationMs: 60_000, positionMs: 1000 }),
        at(8, { state: 'completed' }),
        at(9, { durationMs: null }),
      ]);
      const pages: string[] = [];
      let after: PageEnd | null = null;
      do {
        const page: OfferedPage = await store.offered(viewer, 0, after, 3);
        // What is on its way comes with the first page, whatever its size.
        if (after === null) expect(page.titles.slice(0, 3).map(({ contentId }) => contentId)).toEqual(newestFirst.slice(0, 3));
        pages.push(...page.titles.map(({ contentId }) => contentId));
        after = page.next;
      } while (after !== null);
      expect([...new Set(pages)]).toEqual(newestFirst);
      expect((await store.offered(viewer, 1_000_005, null, 9)).titles.map(({ contentId }) => contentId)).toEqual([
        'title:9',
        'title:7',
        'title:5',
      ]);
    });

    describe('history', () => {
      const historyOf = async (viewer: string) =>
        (await store.history(viewer, null, 100)).map(({ contentId, begunAtMs, completedAtMs }) => ({
          contentId,
          begunAtMs,
          completedAtMs,
        }));

      it('has every sitting that counted once, and knows which came to the end, also where they lost', async () => {
        const viewer = newViewer();
        const early = { sittingId: sittingNamed(1), intentAtMs: 1_000_000 };
        const late = { sittingId: sittingNamed(2), intentAtMs: 2_000_000 };
        await apply(change(viewer, recordOf({ ...late, seq: 1 })), change(viewer, recordOf({ ...late, seq: 2 })));
        expect(await apply(change(viewer, recordOf({ ...early, seq: 9, state: 'completed', savedAtMs: 1_500_000 })))).toEqual(['stale']);
        expect(await apply(change(viewer, recordOf({ ...early, seq: 8 })))).toEqual(['stale']);
        expect(await apply(change(viewer, recordOf({ sittingId: sittingNamed(3), intentAtMs: 3_000_000, committed: false })))).toEqual([
          'stale',
        ]);
        expect(await historyOf(viewer)).toEqual([
          { contentId: 'title:film', begunAtMs: 2_000_000, completedAtMs: 0 },
          { contentId: 'title:film', begunAtMs: 1_000_000, completedAtMs: 1_500_000 },
        ]);
        const [first] = await store.history(viewer, null, 1);
        const rest = await store.history(viewer, { atMs: first?.begunAtMs ?? 0, id: first?.sittingId ?? '' }, 10);
        expect(rest.map(({ begunAtMs }) => begunAtMs)).toEqual([1_000_000]);
      });

      it('[RES19] has the newest sittings of a title that was watched very often', async () => {
        const viewer = newViewer();
        const more = 3;
        const sittings = Array.from({ length: SITTINGS_PER_TITLE_MAX + more }, (_, i) =>
          change(viewer, recordOf({ sittingId: sittingNamed(i), intentAtMs: 1_000_000 + i })),
        );
        for (const [from, to] of [
          [0, SITTINGS_PER_TITLE_MAX],
          [SITTINGS_PER_TITLE_MAX, sittings.length],
        ]) {
          await store.apply(sittings.slice(from, to));
        }
        await apply(change(viewer, recordOf({ contentId: 'title:other', sittingId: sittingNamed(999) })));
        const kept = (await store.history(viewer, null, 1000)).filter(({ contentId }) => contentId === 'title:film');
        expect(kept.map(({ begunAtMs }) => begunAtMs).sort()).toEqual(
          Array.from({ length: SITTINGS_PER_TITLE_MAX }, (_, i) => 1_000_000 + more + i),
        );
        // A sitting that is known, or that is not written down, takes no other's place.
        const last = sittings.at(-1)?.record as ResumeRecord;
        await apply(change(viewer, { ...last, seq: 9, state: 'completed' }));
        await store.history(viewer, null, 1);
        await store.pauseHistory(viewer, true);
        await apply(change(viewer, recordOf({ sittingId: sittingNamed(1000), intentAtMs: 3_000_000 })));
        expect(await store.history(viewer, null, 1000)).toHaveLength(SITTINGS_PER_TITLE_MAX + 1);
      });

      it('is not written while it is paused', async () => {
        const viewer = newViewer();
        await store.pauseHistory(viewer, true);
        expect((await store.settings(viewer)).historyPaused).toBe(true);
        await apply(change(viewer, recordOf()));
        expect(await historyOf(viewer)).toEqual([]);
        expect((await load(viewer))?.record).not.toBeNull();
        await store.pauseHistory(viewer, false);
        await apply(change(viewer, recordOf({ seq: 2 })));
        expect(await historyOf(viewer)).toHaveLength(1);
      });
    });

    describe('[RES3] what was removed stays removed', () => {
      const deletion = (viewer: string, intentAtMs: number) =>
        change(viewer, editTitle('delete', 'title:film', { sittingId: sittingNamed(99), intentAtMs }, recordOf(), PHONE));

      it('a deletion takes the history along, and a late flush brings nothing back', async () => {
        const viewer = newViewer();
        await apply(change(viewer, recordOf()), deletion(viewer, 2_000_000));
        expect(await store.history(viewer, null, 10)).toEqual([]);
        expect(await apply(change(viewer, recordOf({ seq: 5, state: 'completed' })))).toEqual(['stale']);
        expect((await load(viewer))?.record?.state).toBe('deleted');
        expect(await store.history(viewer, null, 10)).toEqual([]);
        expect(await apply(change(viewer, recordOf({ intentAtMs: 3_000_000 })))).toEqual(['applied']);
        expect((await load(viewer))?.record?.state).toBe('active');
      });

      it('clearing removes everything, and what was meant before comes to nothing', async () => {
        const [viewer, other] = [newViewer(), newViewer()];
        await apply(change(viewer, recordOf()), change(viewer, recordOf({ contentId: 'title:other' })), change(other, recordOf()));
        await store.clear(viewer, 2_000_000);
        expect(await store.all(viewer, null, 10)).toEqual([]);
        expect(await store.history(viewer, null, 10)).toEqual([]);
        expect((await load(other))?.record).not.toBeNull();
        const [late] = await store.apply([change(viewer, recordOf({ seq: 7, contentId: 'title:late' }))]);
        expect(late?.stored.clearedAtMs).toBe(2_000_000);
        expect(orderKey(late?.stored.record as ResumeRecord) < clearanceKey(2_000_000)).toBe(true);
        expect(await store.history(viewer, null, 10)).toEqual([]);
        await store.clear(viewer, 1_000_000);
        expect((await store.settings(viewer)).clearedAtMs).toBe(2_000_000);
      });

      it('a tombstone goes when nothing from before it can come any more', async () => {
        const viewer = newViewer();
        await apply(change(viewer, recordOf()), deletion(viewer, 2_000_000));
        await store.expire(2_000_000, 1000);
        expect((await load(viewer))?.record?.state).toBe('deleted');
        await store.history(viewer, null, 1);
        expect(await store.expire(2_000_001, 1000)).toEqual([viewer]);
        expect((await load(viewer))?.record?.state ?? 'deleted').toBe('deleted');
        expect(await store.all(viewer, null, 10)).toEqual([]);
      });
    });

    it('says how many titles there are, and which was meant last', async () => {
      const viewer = newViewer();
      expect(await store.outline(viewer)).toEqual({ titles: 0, last: null });
      const last = recordOf({ contentId: 'title:last', intentAtMs: 3_000_000 });
      const gone = recordOf({ state: 'deleted', intentAtMs: 4_000_000, sittingId: sittingNamed(9) });
      await apply(change(viewer, recordOf()), change(viewer, last), change(viewer, gone));
      await store.settle(viewer);
      expect(await store.outline(viewer)).toMatchObject({ titles: 1, last: { contentId: 'title:last' } });
    });

    it('[RES24] history moves from a guest to whom they were, once, and not what that one has cleared', async () => {
      const [guest, somebody] = [newViewer(), newViewer()];
      const old = recordOf({ contentId: 'title:old', sittingId: sittingNamed(3) });
      const fresh = recordOf({ contentId: 'title:fresh', sittingId: sittingNamed(4), intentAtMs: 3_000_000 });
      await apply(change(guest, old), change(guest, fresh), change(somebody, recordOf({ intentAtMs: 4_000_000 })));
      await store.clear(somebody, 2_000_000);
      for (let times = 0; times < 2; times += 1) {
        await store.moveHistory(guest, somebody, ['title:old', 'title:fresh']);
        const found = await store.history(somebody, null, 10);
        expect(found.map(({ contentId }) => contentId)).toEqual(['title:film', 'title:fresh']);
      }
    });

    it('[RES25] nothing is left of a viewer who is erased, and everything of all others', async () => {
      const [viewer, other] = [newViewer(), newViewer()];
      for (const one of [viewer, other]) {
        await apply(change(one, recordOf()), change(one, recordOf({ contentId: 'title:other' })));
        await store.pauseHistory(one, true);
      }
      for (let times = 0; times < 2; times += 1) {
        await store.erase(viewer);
        expect(await store.all(viewer, null, 10)).toEqual([]);
        expect(await load(viewer)).toBeNull();
        expect(await store.history(viewer, null, 10)).toEqual([]);
        expect(await store.settings(viewer)).toEqual({ clearedAtMs: 0, historyPaused: false });
      }
      expect(await store.all(other, null, 10)).toHaveLength(2);
      expect((await load(other))?.record).not.toBeNull();
    });

    it('keeps with a record the sitting of a player that knows none, and only with that record', async () => {
      const viewer = newViewer();
      const put = { sitting: { contentId: 'title:film' }, place: { positionMs: 1, durationMs: HOUR_MS }, atMs: 5 };
      const said = { ...change(viewer, recordOf()), put: put as unknown as TitleChange['put'] };
      await store.apply([said]);
      expect((await load(viewer))?.put).toEqual(put);
      await store.apply([{ ...said, ...titleOf(recordOf({ intentAtMs: 1 })), put: null }]);
      expect((await load(viewer))?.put).toEqual(put);
      await store.apply([change(viewer, recordOf({ seq: 2, device: TV }))]);
      expect((await load(viewer))?.put).toBeNull();
    });

    resumeBoundsContract(() => store);

    it('refuses with unavailable while it is away', async () => {
      await place.takeAway();
      await expect(store.apply([change(newViewer(), recordOf())])).rejects.toMatchObject({ code: 'unavailable' });
      await expect(store.load(newViewer(), ['a'])).rejects.toMatchObject({ code: 'unavailable' });
    });
  });
}
