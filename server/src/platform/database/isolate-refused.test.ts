import { CodedError } from '@cowatch/shared/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeIsolated } from './isolate-refused.ts';

const ITEMS = Array.from({ length: 64 }, (_, i) => i);

/** A store that refuses some items, and may be away from a certain write on. */
function storeThat({ refuses = [] as readonly number[], awayFrom = Number.POSITIVE_INFINITY, samples = true }) {
  const written: number[] = [];
  let writes = 0;
  return {
    written,
    get writes() {
      return writes;
    },
    async write(items: readonly number[]) {
      writes += 1;
      if (writes >= awayFrom) throw new CodedError('unavailable', 'away');
      if (items.some((item) => refuses.includes(item))) throw new RangeError('refused');
      written.push(...items);
      return items.map((item) => `wrote ${item}`);
    },
    async verify() {
      if (!samples) throw new RangeError('the sample too');
    },
  };
}

const kindsOf = (settled: readonly { readonly kind: string }[]) => settled.map(({ kind }) => kind);

describe('[RES28] a group with an entry that is refused', () => {
  it('is written at once where nothing is', async () => {
    const store = storeThat({});
    const settled = await writeIsolated(ITEMS, store);
    expect(settled).toEqual(ITEMS.map((item) => ({ kind: 'written', result: `wrote ${item}` })));
    expect(store.writes).toBe(1);
  });

  it.each([0, 17, 63])('costs it alone, in 2 log2(n) + 1 writes: entry %i', async (bad) => {
    const store = storeThat({ refuses: [bad] });
    const kinds = kindsOf(await writeIsolated(ITEMS, store));
    expect(kinds).toEqual(ITEMS.map((item) => (item === bad ? 'refused' : 'written')));
    expect(store.writes).toBeLessThanOrEqual(13);
    expect(store.written).toEqual(ITEMS.filter((item) => item !== bad));
  });

  it('is held against nobody where the store refuses everything', async () => {
    const store = storeThat({ refuses: ITEMS, samples: false });
    expect(new Set(kindsOf(await writeIsolated(ITEMS, store)))).toEqual(new Set(['failed']));
    expect(store.writes).toBe(7);
  });

  it('any entries are told from all others, whenever the store goes away meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(ITEMS),
        fc.option(fc.integer({ min: 1, max: 40 }), { nil: Number.POSITIVE_INFINITY }),
        async (refuses, awayFrom) => {
          const store = storeThat({ refuses, awayFrom });
          const settled = await writeIsolated(ITEMS, store);
          expect(settled).toHaveLength(ITEMS.length);
          const of = (kind: string) => ITEMS.filter((item) => settled[item]?.kind === kind);
          expect(of('written')).toEqual(store.written);
          expect(of('refused').every((item) => refuses.includes(item))).toBe(true);
          if (awayFrom === Number.POSITIVE_INFINITY) expect(of('failed')).toEqual([]);
          // What came after the store was gone is not tried one by one.
          else expect(store.writes).toBeLessThanOrEqual(awayFrom);
        },
      ),
      { seed: 12 },
    );
  });
});
