import type { ResumeRecord } from '@cowatch/shared/resume';
import { recordOf, sittingNamed } from '@cowatch/shared/resume/testing';
import { describe, expect, it } from 'vitest';
import { writeIsolated } from '../../platform/database/isolate-refused.ts';
import { changeOf as change, newViewer } from './resume.store.testing.ts';
import type { ResumeStore, TitleChange } from './resume.store.ts';

/** Far more than anything here takes on a machine that does much else. */
const SANE_MS = 10_000;

/** The part of the exam that is about what is too much, or cannot be stored. */
export function resumeBoundsContract(storeOf: () => ResumeStore): void {
  const apply = async (...changes: readonly TitleChange[]) => (await storeOf().apply(changes)).map(({ outcome }) => outcome);
  const load = async (viewerId: string, contentId: string) => (await storeOf().load(viewerId, [contentId])).get(contentId) ?? null;

  describe('[RES29] a viewer who has as many titles as they may', () => {
    const MAX = 3;
    const titled = (viewerId: string, i: number, changed: Partial<ResumeRecord> = {}): TitleChange => ({
      ...change(viewerId, recordOf({ contentId: `title:${i}`, sittingId: sittingNamed(i), ...changed })),
      titlesMax: MAX,
    });
    const from = (viewerId: string, ids: readonly number[], changed: Partial<ResumeRecord> = {}) =>
      apply(...ids.map((i) => titled(viewerId, i, changed)));

    it('keeps those, which go on; one more is not taken, and costs nobody anything', async () => {
      const [viewer, other] = [newViewer(), newViewer()];
      const mixed = [1, 2, 3, 4, 5].map((i) => titled(viewer, i));
      expect(await apply(...mixed, titled(other, 1))).toEqual(['applied', 'applied', 'applied', 'full', 'full', 'applied']);
      expect(await from(viewer, [4, 1, 4, 3], { seq: 2, positionMs: 7 })).toEqual(['full', 'applied', 'full', 'applied']);
      expect(await load(viewer, 'title:4')).toBeNull();
      expect((await load(viewer, 'title:3'))?.record?.positionMs).toBe(7);
      expect(await storeOf().all(viewer, null, 10)).toHaveLength(MAX);
      expect(await storeOf().history(viewer, null, 10)).toHaveLength(MAX);
      expect(await from(viewer, [1, 5])).toEqual(['stale', 'full']);
    });

    it('has no bound where none is said, and room again after a clearance or an erasure', async () => {
      const viewer = newViewer();
      await apply(...[1, 2, 3, 4].map((i) => change(viewer, recordOf({ contentId: `title:${i}` }))));
      expect(await storeOf().all(viewer, null, 10)).toHaveLength(4);
      expect(await from(viewer, [5])).toEqual(['full']);
      await storeOf().clear(viewer, 2_000_000);
      const later = { intentAtMs: 3_000_000 };
      // Whether a title was known before makes no difference now.
      expect(await from(viewer, [1, 2, 5, 6, 1], later)).toEqual(['applied', 'applied', 'applied', 'full', 'duplicate']);
      await storeOf().erase(viewer);
      expect(await from(viewer, [7, 8, 9, 10], later)).toEqual(['applied', 'applied', 'applied', 'full']);
    });

    it('has room again when a deletion is forgotten', async () => {
      const viewer = newViewer();
      await from(viewer, [1, 2]);
      await from(viewer, [3], { state: 'deleted', intentAtMs: 1_000_001 });
      expect(await from(viewer, [4])).toEqual(['full']);
      await storeOf().history(viewer, null, 1);
      await storeOf().expire(1_000_002, 1000);
      expect(await from(viewer, [4])).toEqual(['applied']);
      expect(await from(viewer, [5])).toEqual(['full']);
    });
  });

  it.each(['\0', '\ud800'])('[RES28] one of 64 that cannot be stored costs the other 63 a dozen writes and no more: %j', async (url) => {
    const changes = Array.from({ length: 64 }, (_, i) => change(newViewer(), recordOf(), i === 0 ? url : null));
    let writes = 0;
    const write = (group: readonly TitleChange[]) => {
      writes += 1;
      return storeOf().apply(group);
    };
    const fromMs = performance.now();
    const settled = await writeIsolated(changes, { write, verify: () => storeOf().verify() });
    // On an idle machine that is far below a second; how busy this one is says nothing of it.
    expect(writes).toBeLessThanOrEqual(13);
    expect(performance.now() - fromMs).toBeLessThan(SANE_MS);
    expect(settled.slice(1).map(({ kind }) => kind)).toEqual(changes.slice(1).map(() => 'written'));
    // Refused at once, or put aside on the way to where it is listed from.
    for (const [i, { viewerId }] of changes.entries()) {
      expect(await storeOf().all(viewerId, null, 10), String(i)).toHaveLength(i === 0 ? 0 : 1);
    }
    await storeOf().erase(changes[0]?.viewerId ?? '');
  });
}
