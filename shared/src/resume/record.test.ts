import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderKey } from './order.ts';
import {
  applyRecord,
  isHidden,
  mergeTitles,
  NO_REGISTERS,
  NO_TITLE,
  type ResumeRecord,
  type ResumeTitle,
  titleOf,
  visibleRecord,
} from './record.ts';
import { anyRecords, PHONE, recordOf, sittingNamed } from './resume.testing.ts';

const applied = (records: readonly ResumeRecord[]) =>
  records.reduce<ResumeTitle>((title, record) => applyRecord(title, record).title, NO_TITLE);

/** Every order of a few things. */
function permutations<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]];
  return things.flatMap((thing, i) => permutations([...things.slice(0, i), ...things.slice(i + 1)]).map((rest) => [thing, ...rest]));
}

describe('[RES2] one total order', () => {
  it('all permutations, with any of them repeated, give one record', () => {
    fc.assert(
      fc.property(
        anyRecords.filter((records) => records.length <= 5),
        fc.nat(4),
        (records, twice) => {
          const again = records[twice] === undefined ? [] : [records[twice]];
          const all = new Set(permutations(records).map((order) => JSON.stringify(applied([...order, ...again]))));
          expect(all.size).toBe(1);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('merging is commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(anyRecords, anyRecords, anyRecords, (x, y, z) => {
        // Keys are the devices' own: what two hold under one key is the same record.
        const known = new Map([...x, ...y, ...z].map((record) => [orderKey(record), record]));
        const title = (records: readonly ResumeRecord[]) => applied(records.map((record) => known.get(orderKey(record)) ?? record));
        const [a, b, c] = [title(x), title(y), title(z)];
        expect(mergeTitles(a, b)).toEqual(mergeTitles(b, a));
        expect(mergeTitles(mergeTitles(a, b), c)).toEqual(mergeTitles(a, mergeTitles(b, c)));
        expect(mergeTitles(a, a)).toEqual(a);
      }),
    );
  });

  it('says whether it won, was there already, or came too late; a loser changes nothing but when it was watched', () => {
    const first = recordOf();
    const title = titleOf(first);
    expect(applyRecord(title, first)).toEqual({ outcome: 'duplicate', title });
    expect(applyRecord(title, recordOf({ seq: 2 })).outcome).toBe('applied');
    const late = applyRecord(title, recordOf({ intentAtMs: 5, seq: 9, savedAtMs: 2_000_000 }));
    expect(late.outcome).toBe('stale');
    expect(late.title.record).toEqual(first);
    expect(late.title.registers.lastWatchedAtMs).toBe(2_000_000);
  });

  it('a probe of four seconds never wins over what was meant, however late it is', () => {
    const probe = recordOf({ committed: false, intentAtMs: 9_000_000, positionMs: 4000, device: PHONE });
    expect(applied([recordOf(), probe]).record).toEqual(recordOf());
    expect(applied([probe]).record).toEqual(probe);
  });

  it('a television left on does not move what the phone has gone on with since', () => {
    const phone = recordOf({ intentAtMs: 2_000_000, sittingId: sittingNamed(2), positionMs: 900_000, device: PHONE });
    const television = Array.from({ length: 50 }, (_, i) => recordOf({ seq: 2 + i, positionMs: 600_000 + i * 10_000 }));
    expect(applied([recordOf(), phone, ...television]).record).toEqual(phone);
  });
});

describe('[RES3] what is gone stays gone', () => {
  const deletion = recordOf({ state: 'deleted', intentAtMs: 5_000_000, sittingId: sittingNamed(7), seq: 0 });

  it('a position from before a deletion brings nothing back, one that is meant later does', () => {
    const late = recordOf({ intentAtMs: 4_999_999, sittingId: sittingNamed(8), seq: 40 });
    const glance = recordOf({ intentAtMs: 6_000_000, sittingId: sittingNamed(9), committed: false });
    const later = recordOf({ intentAtMs: 6_000_000, sittingId: sittingNamed(9), seq: 2 });
    for (const order of permutations([recordOf(), deletion, late, glance])) {
      expect(visibleRecord(applied(order), 0)).toBeNull();
    }
    expect(visibleRecord(applied([later, deletion, late]), 0)).toEqual(later);
    expect(applied([later, deletion]).registers.deletedAtMs).toBe(5_000_000);
  });

  it('all cleared is each deleted, titles that nobody had heard of then included', () => {
    const title = titleOf(recordOf({ intentAtMs: 1_000_000 }));
    expect(visibleRecord(title, 999_999)).toEqual(title.record);
    expect(visibleRecord(title, 1_000_000)).toBeNull();
    expect(visibleRecord(titleOf(recordOf({ committed: false, intentAtMs: 2_000_000 })), 1_000_000)).toBeNull();
    expect(visibleRecord(NO_TITLE, 0)).toBeNull();
  });
});

describe('[RES8] hiding', () => {
  const hidden = (changed: Partial<ResumeRecord>, unhiddenAtMs = 0) =>
    isHidden({
      record: recordOf({ intentAtMs: 1_000_000, ...changed }),
      registers: { ...NO_REGISTERS, hiddenAtMs: 2_000_000, unhiddenAtMs },
    });

  it('keeps the position, and ends with a sitting that is meant later, or when it is taken back', () => {
    expect(hidden({})).toBe(true);
    expect(hidden({ seq: 50, savedAtMs: 3_000_000 })).toBe(true);
    expect(hidden({ intentAtMs: 3_000_000, committed: false })).toBe(true);
    expect(hidden({ intentAtMs: 3_000_000 })).toBe(false);
    expect(hidden({}, 2_000_001)).toBe(false);
    expect(hidden({}, 1_999_999)).toBe(true);
    expect(isHidden(titleOf(recordOf()))).toBe(false);
  });
});
