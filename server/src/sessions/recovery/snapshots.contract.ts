import { REMEMBERED_OPS } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSession, atVersion } from '../session.testing.ts';
import type { SessionSnapshots } from './snapshots.ts';

const NOW_MS = 1_700_000_000_000;
const DAY_MS = 24 * 3600 * 1000;

/** A place to keep snapshots in, which can be taken away for good. */
export interface SnapshotsUnderTest {
  readonly snapshots: SessionSnapshots;
  /** The database goes away and stays away. */
  takeAway(): Promise<void>;
  remove(): Promise<void>;
}

/** The exam every keeper of snapshots sits, on the real engine. */
export function sessionSnapshotsContract(name: string, open: () => Promise<SnapshotsUnderTest>): void {
  describe(`session snapshots: ${name}`, () => {
    let place: SnapshotsUnderTest;
    let snapshots: SessionSnapshots;
    beforeAll(async () => {
      place = await open();
      snapshots = place.snapshots;
    });
    afterAll(() => place.remove());

    const versionOf = async (id: string) => (await snapshots.load(id))?.record.version;

    it('gives back what was saved, whole', async () => {
      const record = aSession();
      await snapshots.save([record], NOW_MS);
      expect(await snapshots.load(record.id)).toEqual({ record, seenAtMs: null });
    });

    it('knows nothing of an id nobody saved', async () => {
      expect(await snapshots.load(aSession().id)).toBeNull();
    });

    it('keeps every digit of times and positions', async () => {
      const record = aSession();
      const timeline = { ...record.playback.timeline, positionS: 1234.567890123, atMs: NOW_MS + 0.12345, rate: 1 / 3 };
      const exact = { ...record, playback: { ...record.playback, timeline } };
      await snapshots.save([exact], NOW_MS + 0.75);
      expect((await snapshots.load(record.id))?.record.playback.timeline).toEqual(timeline);
    });

    it('writes companions with their records, all or none, and never goes back to an older one', async () => {
      const record = aSession();
      const at = (version: number) => ({
        sessionId: record.id,
        companion: { name: 'queue', version, record: { version, items: ['ä', { of: [null] }] } },
      });
      expect(await snapshots.companion(record.id, 'queue')).toBeNull();
      await snapshots.save([record], NOW_MS, [at(5), at(4)]);
      expect(await snapshots.companion(record.id, 'queue')).toEqual(at(5).companion);
      await snapshots.save([record], NOW_MS, [at(4)]);
      await snapshots.save([atVersion(record, record.version + 1)], NOW_MS);
      expect(await snapshots.companion(record.id, 'queue')).toEqual(at(5).companion);
      await snapshots.save([record], NOW_MS, [at(6)]);
      expect(await snapshots.companion(record.id, 'queue')).toEqual(at(6).companion);
      expect(await snapshots.companion(aSession().id, 'queue')).toBeNull();
      // What the database cannot hold is not held in part.
      const refused = { sessionId: record.id, companion: { name: 'queue', version: 9, record: '\u0000' } };
      await expect(snapshots.save([atVersion(record, record.version + 9)], NOW_MS, [refused])).rejects.toThrow();
      expect(await versionOf(record.id)).toBe(record.version + 1);
    });

    it('takes a newer version, and never goes back to an older one or to another of the same', async () => {
      const record = aSession({}, NOW_MS);
      const newer = atVersion(record, record.version + 10);
      await snapshots.save([newer], NOW_MS);
      await snapshots.save([atVersion(record, record.version + 9)], NOW_MS);
      await snapshots.save([{ ...newer, endedAtMs: NOW_MS }], NOW_MS);
      expect((await snapshots.load(record.id))?.record).toEqual(newer);
      const newest = { ...atVersion(record, record.version + 11), endedAtMs: NOW_MS };
      await snapshots.save([newest], NOW_MS);
      expect((await snapshots.load(record.id))?.record).toEqual(newest);
    });

    it('saves many at once: new, newer, older, and one twice', async () => {
      const [fresh, newer, older, twice] = [aSession(), aSession(), aSession(), aSession()];
      await snapshots.save([newer, older], NOW_MS);
      await snapshots.save(
        [atVersion(twice, twice.version + 1), fresh, atVersion(newer, newer.version + 1), atVersion(older, older.version - 1), twice],
        NOW_MS,
      );
      expect(await Promise.all([fresh, newer, older, twice].map(({ id }) => versionOf(id)))).toEqual([
        fresh.version,
        newer.version + 1,
        older.version,
        twice.version + 1,
      ]);
      await snapshots.save([], NOW_MS);
    });

    it('ends at the newest however many save at once', async () => {
      const sessions = [aSession(), aSession(), aSession()];
      const saves = Array.from({ length: 30 }, (_, i) => {
        const records = sessions.map((record) => atVersion(record, record.version + ((i * 7) % 30)));
        return snapshots.save(i % 2 === 0 ? records : records.reverse(), NOW_MS);
      });
      await Promise.all(saves);
      expect(await Promise.all(sessions.map(({ id }) => versionOf(id)))).toEqual(sessions.map(({ version }) => version + 29));
    });

    it('keeps neighbouring ids apart', async () => {
      const ids = ['BBBBBBBBBBBBBBBBBBBBBB', 'BBBBBBBBBBBBBBBBBBBBBC', 'bBBBBBBBBBBBBBBBBBBBBB', 'BBBBBBBBBBBBBBBBBBBBB_'];
      const records = ids.map((id, i) => aSession({ id, version: 100 + i }));
      await snapshots.save(records, NOW_MS);
      await snapshots.mark([{ sessionId: ids[1] ?? '', seenAtMs: NOW_MS }]);
      const loaded = await Promise.all(ids.map((id) => snapshots.load(id)));
      expect(loaded.map((one) => [one?.record.id, one?.record.version, one?.seenAtMs])).toEqual([
        [ids[0], 100, null],
        [ids[1], 101, NOW_MS],
        [ids[2], 102, null],
        [ids[3], 103, null],
      ]);
    });

    it('takes ids and names that mean something to databases', async () => {
      for (const text of ["'; drop table session_snapshots; --", '%_\\', '__proto__', ' ', 'ключ🎬', '"\\u0041"', '$1']) {
        const record = aSession({ id: `odd ${text}` });
        const named = { ...record, access: { ...record.access, name: text } };
        expect(await snapshots.load(record.id)).toBeNull();
        await snapshots.save([named], NOW_MS);
        expect((await snapshots.load(record.id))?.record).toEqual(named);
      }
    });

    it('takes the largest record there can be, many at once', async () => {
      const records = Array.from({ length: 100 }, () => bigSession());
      await snapshots.save(records, NOW_MS);
      const last = records.at(-1);
      expect((await snapshots.load(last?.id ?? ''))?.record).toEqual(last);
      expect(JSON.stringify(last).length).toBeGreaterThan(15_000);
    });

    it('remembers when somebody was last there, and never an earlier time', async () => {
      const record = aSession();
      await snapshots.save([record], NOW_MS);
      await snapshots.mark([{ sessionId: record.id, seenAtMs: NOW_MS + 10.5 }]);
      await snapshots.mark([{ sessionId: record.id, seenAtMs: NOW_MS + 5 }]);
      expect(await snapshots.load(record.id)).toEqual({ record, seenAtMs: NOW_MS + 10 });
      await snapshots.save([atVersion(record, record.version + 1)], NOW_MS);
      expect((await snapshots.load(record.id))?.seenAtMs).toBe(NOW_MS + 10);
      await snapshots.mark([]);
    });

    it('takes marks of sessions that are not saved yet', async () => {
      const record = aSession();
      await snapshots.mark([
        { sessionId: record.id, seenAtMs: NOW_MS },
        { sessionId: record.id, seenAtMs: NOW_MS + 7 },
      ]);
      expect(await snapshots.load(record.id)).toBeNull();
      await snapshots.save([record], NOW_MS);
      expect((await snapshots.load(record.id))?.seenAtMs).toBe(NOW_MS + 7);
    });

    it('forgets what was neither changed nor attended, in portions, and nothing else', async () => {
      const oldMs = NOW_MS - 40 * DAY_MS;
      const beforeMs = NOW_MS - 30 * DAY_MS;
      const unused = Array.from({ length: 5 }, () => aSession({}, oldMs));
      const [attended, changed, border] = [aSession({}, oldMs), aSession({}, oldMs), aSession({}, oldMs)];
      await snapshots.save([...unused, attended, changed], oldMs);
      await snapshots.save([border], beforeMs);
      await snapshots.mark([...unused, changed].map(({ id }) => ({ sessionId: id, seenAtMs: oldMs + 1 })));
      await snapshots.mark([{ sessionId: attended.id, seenAtMs: NOW_MS }]);
      await snapshots.save([atVersion(changed, changed.version + 1)], NOW_MS);

      expect(await snapshots.expire(beforeMs, 3)).toBe(3);
      expect(await snapshots.expire(beforeMs, 3)).toBe(2);
      expect(await snapshots.expire(beforeMs, 3)).toBe(0);
      for (const { id } of unused) expect(await snapshots.load(id)).toBeNull();
      expect((await snapshots.load(attended.id))?.seenAtMs).toBe(NOW_MS);
      expect(await versionOf(changed.id)).toBe(changed.version + 1);
      expect(await versionOf(border.id)).toBe(border.version);
    });

    // The last one: nothing comes back after it.
    it('says unavailable, at once, when the database is away', async () => {
      const record = aSession();
      await snapshots.save([record], NOW_MS);
      await place.takeAway();
      const unavailable = { code: 'unavailable' };
      await expect(snapshots.load(record.id)).rejects.toMatchObject(unavailable);
      await expect(snapshots.save([record], NOW_MS)).rejects.toMatchObject(unavailable);
      await expect(snapshots.mark([{ sessionId: record.id, seenAtMs: 1 }])).rejects.toMatchObject(unavailable);
      await expect(snapshots.expire(NOW_MS, 10)).rejects.toMatchObject(unavailable);
    });
  });
}

/** With everything in it that is bounded, at its bound. */
function bigSession(): SessionRecord {
  const record = aSession();
  const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`.padEnd(12, '_'));
  const url = `https://a.example/${'x'.repeat(2000)}.mp4`;
  return {
    ...record,
    playback: { ...record.playback, media: { ...record.playback.media, url } },
    access: { ...record.access, hostIds: ids('host', 50), name: '🎬'.repeat(40) },
    bannedIds: ids('ban', 500),
    ops: Array.from({ length: REMEMBERED_OPS }, (_, i) => ({
      opId: `op-${i}`.padEnd(40, '_'),
      memberId: `member${i}`.padEnd(12, '_'),
      result: { version: NOW_MS + i, changed: true },
    })),
  };
}
