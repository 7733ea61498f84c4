import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newSessionId } from '../session.domain.ts';
import type { VisitorStore } from './visitors.store.ts';

const NOW_MS = 1_700_000_000_000;

/** The exam of every store of visitors. */
export function visitorStoreContract(
  kind: string,
  open: () => Promise<{ store: VisitorStore; takeAway(): Promise<void>; remove(): Promise<void> }>,
): void {
  describe(`visitors: ${kind}`, () => {
    let store: VisitorStore;
    let takeAway: () => Promise<void>;
    let remove: () => Promise<void>;
    beforeAll(async () => {
      ({ store, takeAway, remove } = await open());
    });
    afterAll(() => remove());

    it('knows who has been in which session, and nobody else', async () => {
      const [id, other] = [newSessionId(), newSessionId()];
      await store.note([]);
      await store.note([
        { sessionId: id, memberId: 'ben', seenAtMs: NOW_MS + 0.5 },
        { sessionId: other, memberId: 'cleo', seenAtMs: NOW_MS },
      ]);
      expect(await store.hasAny(id, ['ben'])).toBe(true);
      expect(await store.hasAny(id, ['dev', 'ben'])).toBe(true);
      expect([await store.hasAny(id, ['cleo']), await store.hasAny(other, ['ben']), await store.hasAny(id, [])]).toEqual([
        false,
        false,
        false,
      ]);
    });

    it('keeps the latest visit, whichever is written last, also of one that is there twice at once', async () => {
      const id = newSessionId();
      const at = (seenAtMs: number) => ({ sessionId: id, memberId: 'ben', seenAtMs });
      await store.note([at(NOW_MS + 50), at(NOW_MS + 60)]);
      await Promise.all([store.note([at(NOW_MS + 100)]), store.note([at(NOW_MS + 10)])]);
      await store.expire(NOW_MS + 100, 1000);
      expect(await store.hasAny(id, ['ben'])).toBe(true);
    });

    it('forgets who was last seen long ago, in portions', async () => {
      const id = newSessionId();
      const members = Array.from({ length: 25 }, (_, i) => `m${i}`);
      await store.note(members.map((memberId) => ({ sessionId: id, memberId, seenAtMs: 5 })));
      await store.note([{ sessionId: id, memberId: 'late', seenAtMs: NOW_MS }]);
      expect(await store.expire(10, 20)).toBe(20);
      expect(await store.expire(10, 20)).toBe(5);
      expect([await store.hasAny(id, members), await store.hasAny(id, ['late'])]).toEqual([false, true]);
    });

    it('is unavailable while the database is away: it neither lets in nor keeps out', async () => {
      await takeAway();
      await expect(store.hasAny(newSessionId(), ['ben'])).rejects.toMatchObject({ code: 'unavailable' });
    });
  });
}
