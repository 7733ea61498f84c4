import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import vectors from '../../../docs/vectors/order-key.json' with { type: 'json' };
import { clearanceKey, orderKey, type ResumeOrder, readOrderKey, SEQ_MAX } from './order.ts';
import { sittingNamed } from './resume.testing.ts';

const anyOrder: fc.Arbitrary<ResumeOrder> = fc.record({
  committed: fc.boolean(),
  intentAtMs: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.maxSafeNat()),
  sittingId: fc.oneof(
    fc.integer({ min: 0, max: 3 }).map(sittingNamed),
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 }),
  ),
  seq: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: SEQ_MAX })),
});

/** The order as it is said in words. */
function compare(a: ResumeOrder, b: ResumeOrder): number {
  if (a.committed !== b.committed) return a.committed ? 1 : -1;
  if (a.intentAtMs !== b.intentAtMs) return a.intentAtMs - b.intentAtMs;
  if (a.sittingId !== b.sittingId) return a.sittingId > b.sittingId ? 1 : -1;
  return a.seq - b.seq;
}

const ascending = (a: ResumeOrder, b: ResumeOrder) => Math.sign(compare(a, b));

describe('[RES1] orderKey', () => {
  it('writes and orders the vectors', () => {
    const keys = vectors.cases.map(({ key, ...order }) => {
      expect(orderKey(order)).toBe(key);
      expect(readOrderKey(key)).toEqual(order);
      return key;
    });
    expect([...new Set(keys)].sort()).toEqual(keys);
  });

  it('says in bytes what the order says in words', () => {
    fc.assert(
      fc.property(anyOrder, anyOrder, (a, b) => {
        expect(Buffer.compare(Buffer.from(orderKey(a)), Buffer.from(orderKey(b)))).toBe(ascending(a, b));
        expect(orderKey(a) < orderKey(b) ? -1 : orderKey(a) > orderKey(b) ? 1 : 0).toBe(ascending(a, b));
        expect(new Intl.Collator('en').compare(orderKey(a), orderKey(b))).toBe(ascending(a, b));
      }),
    );
  });

  it('can be read back, and is of one length', () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        expect(readOrderKey(orderKey(order))).toEqual(order);
        expect(orderKey(order)).toHaveLength(55);
      }),
    );
  });

  it('refuses what it could not put in order', () => {
    const order = { committed: true, intentAtMs: 5, sittingId: sittingNamed(1), seq: 1 };
    for (const wrong of [
      { intentAtMs: -1 },
      { intentAtMs: 1.5 },
      { intentAtMs: Number.NaN },
      { seq: SEQ_MAX + 1 },
      { seq: 0.5 },
      { sittingId: '' },
      { sittingId: sittingNamed(1).toUpperCase().replace('0', 'A') },
    ]) {
      expect(() => orderKey({ ...order, ...wrong })).toThrow(RangeError);
    }
    for (const text of ['', 'x', orderKey(order).slice(1), `${orderKey(order)}0`]) {
      expect(() => readOrderKey(text)).toThrow(RangeError);
    }
  });

  it('a clearance is above all that was meant until then, and below all that is meant later', () => {
    fc.assert(
      fc.property(anyOrder, fc.integer({ min: 0, max: 4 }), (order, atMs) => {
        const isLater = order.committed && order.intentAtMs > atMs;
        fc.pre(order.sittingId !== 'f'.repeat(32));
        expect(orderKey(order) > clearanceKey(atMs)).toBe(isLater);
      }),
    );
  });
});
