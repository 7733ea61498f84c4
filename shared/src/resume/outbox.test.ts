import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Moment, type ServerTime, serverMsOf } from './moment.ts';
import {
  addEntry,
  BATCH_MAX,
  backoffMs,
  entryId,
  isRetryable,
  nextBatch,
  type OutboxAnswer,
  type OutboxEntry,
  recordOfEntry,
  settleEntries,
} from './outbox.ts';
import { recordOf, sittingNamed } from './resume.testing.ts';

const TIME: ServerTime = { originId: 'here', aheadOfMonotonicMs: 5_000_000, aheadOfWallMs: 60_000 };
const momentAt = (monotonicMs: number, changed: Partial<Moment> = {}): Moment => ({
  wallMs: 4_000_000 + monotonicMs,
  monotonicMs,
  originId: 'here',
  ...changed,
});

const entryOf = (sitting: number, seq: number, changed: Partial<OutboxEntry> = {}): OutboxEntry => ({
  id: entryId(sittingNamed(sitting), seq),
  viewerId: 'ana',
  kind: 'heartbeat',
  said: recordOf({ sittingId: sittingNamed(sitting), seq }),
  intent: momentAt(1000 * sitting),
  saved: momentAt(1000 * sitting + seq),
  stamp: null,
  ...changed,
});

const fill = (entries: readonly OutboxEntry[], max?: number) =>
  entries.reduce<{ entries: OutboxEntry[]; givenUp: OutboxEntry[] }>(
    (box, entry) => {
      const added = addEntry(box.entries, entry, new Set(), max);
      return { entries: added.entries, givenUp: [...box.givenUp, ...added.givenUp] };
    },
    { entries: [], givenUp: [] },
  );

const names = (entries: readonly OutboxEntry[]) => entries.map(({ said }) => `${Number.parseInt(said.sittingId, 16)}.${said.seq}`);

describe('[RES13] an outbox', () => {
  it('keeps one heartbeat of a sitting and every gesture, in order', () => {
    const { entries } = fill([
      entryOf(1, 1),
      entryOf(1, 2),
      entryOf(1, 3, { kind: 'gesture' }),
      entryOf(1, 4),
      entryOf(2, 1),
      entryOf(1, 5),
      entryOf(1, 5),
    ]);
    expect(names(entries)).toEqual(['1.3', '2.1', '1.5']);
  });

  it('leaves alone what is on its way, what another person said, and another title of the same sitting', () => {
    const first = entryOf(1, 1);
    expect(names(addEntry([first], entryOf(1, 2), new Set([first.id])).entries)).toEqual(['1.1', '1.2']);
    expect(names(addEntry([first], entryOf(1, 2, { viewerId: 'ben' })).entries)).toEqual(['1.1', '1.2']);
    const next = entryOf(1, 2);
    const other = { ...next, said: { ...next.said, contentId: 'title:other' } };
    expect(names(addEntry([first], other).entries)).toEqual(['1.1', '1.2']);
  });

  it('gives up the oldest heartbeats where there is no room, what was done last of all, and says so', () => {
    const full = fill([entryOf(1, 1, { kind: 'gesture' }), entryOf(2, 1), entryOf(3, 1), entryOf(4, 1)], 3);
    expect(names(full.entries)).toEqual(['1.1', '3.1', '4.1']);
    expect(names(full.givenUp)).toEqual(['2.1']);
    const gestures = fill(
      [1, 2, 3].map((sitting) => entryOf(sitting, 1, { kind: 'gesture' })),
      2,
    );
    expect([names(gestures.entries), names(gestures.givenUp)]).toEqual([['2.1', '3.1'], ['1.1']]);
  });

  it('sends the oldest fifty of one person, and nothing of anybody else', () => {
    const entries = Array.from({ length: 120 }, (_, i) => entryOf(i + 1, 1, { viewerId: i % 2 === 0 ? 'ana' : 'ben', kind: 'gesture' }));
    const { batch } = nextBatch(entries, 'ana', TIME);
    expect(batch).toHaveLength(BATCH_MAX);
    expect(batch[0]?.id).toBe(entries[0]?.id);
    expect(new Set(batch.map(({ viewerId }) => viewerId))).toEqual(new Set(['ana']));
  });

  it('is done with an entry on its own answer only', () => {
    const entries = [1, 2, 3, 4, 5, 6, 7].map((sitting) => entryOf(sitting, 1));
    const says: readonly OutboxAnswer[] = ['applied', 'duplicate', 'stale', 'accepted', 'expired', 'rejected'];
    const settled = settleEntries(entries, new Map(says.map((answer, i) => [entries[i]?.id ?? '', answer])));
    expect(names(settled.entries)).toEqual(['7.1']);
    expect(names(settled.givenUp)).toEqual(['5.1', '6.1']);
  });
});

describe('[RES14] times of what was said offline', () => {
  it('of this program’s life are exact, whatever became of the wall clock; of an earlier one as good as that', () => {
    expect(serverMsOf(momentAt(1000, { wallMs: 1 }), TIME)).toBe(5_001_000);
    expect(serverMsOf(momentAt(1000, { originId: 'before', wallMs: 4_000_000.7 }), TIME)).toBe(4_060_000);
  });

  it('are stamped once: what is sent again is the same, and so is the gesture of a sitting', () => {
    const first = nextBatch([entryOf(1, 1, { kind: 'gesture' })], 'ana', TIME);
    const later = { ...TIME, aheadOfMonotonicMs: 5_000_040 };
    const again = nextBatch([...first.entries, entryOf(1, 2)], 'ana', later);
    expect(again.batch.map(({ stamp }) => stamp?.intentAtMs)).toEqual([5_001_000, 5_001_000]);
    expect(again.batch[0]).toEqual(first.batch[0]);
    expect(again.batch[1]?.stamp?.savedAtMs).toBe(5_001_042);
    expect(again.batch.map(recordOfEntry)).toMatchObject([{ intentAtMs: 5_001_000, seq: 1 }, { seq: 2 }]);
    expect(() => recordOfEntry(entryOf(1, 3))).toThrow(RangeError);
  });

  it('are stamped anew, the whole sitting, where the server says that the clock was wrong', () => {
    const wrong = { ...TIME, aheadOfMonotonicMs: 9_000_000 };
    const sent = nextBatch([entryOf(1, 1, { kind: 'gesture' }), entryOf(1, 2), entryOf(2, 1)], 'ana', wrong);
    const answers = new Map<string, OutboxAnswer>(sent.batch.slice(0, 1).map(({ id }) => [id, 'clock_skew']));
    const settled = settleEntries(sent.entries, answers);
    expect(settled.entries.map(({ stamp }) => stamp === null)).toEqual([true, true, false]);
    expect(nextBatch(settled.entries, 'ana', TIME).batch[1]?.stamp?.intentAtMs).toBe(5_001_000);
  });
});

describe('[RES15] trying again', () => {
  it('after no answer, a full server and a broken one; not after a refusal', () => {
    for (const status of [null, 408, 425, 429, 500, 503]) expect(isRetryable(status)).toBe(true);
    for (const status of [200, 400, 401, 403, 404, 413]) expect(isRetryable(status)).toBe(false);
  });

  it('waits anything up to a second, then two, up to a minute, and as long as it is told to', () => {
    expect([1, 2, 3, 7, 50].map((failures) => backoffMs(failures, 1))).toEqual([1000, 2000, 4000, 60_000, 60_000]);
    expect(backoffMs(3, 0)).toBe(0);
    expect(backoffMs(1, 0.5, 7000)).toBe(7000);
  });
});

it('[RES13] whatever is added, sent and answered in whatever order, no gesture is lost before its answer', () => {
  const step = fc.record({
    sitting: fc.integer({ min: 1, max: 4 }),
    kind: fc.constantFrom('heartbeat' as const, 'gesture' as const),
    answered: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let entries: OutboxEntry[] = [];
      const unanswered = new Set<string>();
      for (const [index, { sitting, kind, answered }] of steps.entries()) {
        const entry = entryOf(sitting, index + 1, { kind });
        const { batch, entries: stamped } = nextBatch(entries, 'ana', TIME);
        entries = addEntry(stamped, entry, new Set(batch.map(({ id }) => id))).entries;
        if (kind === 'gesture') unanswered.add(entry.id);
        if (!answered) continue;
        for (const { id } of batch) unanswered.delete(id);
        entries = settleEntries(entries, new Map(batch.map(({ id }) => [id, 'applied']))).entries;
      }
      const left = new Set(entries.map(({ id }) => id));
      expect([...unanswered].filter((id) => !left.has(id))).toEqual([]);
    }),
  );
});
