import fc from 'fast-check';
/** A name for a sitting that is easy to tell from others. */
export const sittingNamed = (name) => name.toString(16).padStart(32, '0');
export const TV = { id: 'tv', name: 'TV' };
export const PHONE = { id: 'phone', name: 'Phone' };
const HOUR_MS = 3_600_000;
/** A record of an hour's film, as of one who watches it. */
export function recordOf(changed = {}) {
  return {
    contentId: 'title:film',
    positionMs: 600_000,
    durationMs: HOUR_MS,
    sittingId: sittingNamed(1),
    intentAtMs: 1_000_000,
    seq: 1,
    committed: true,
    watchedMs: 600_000,
    state: 'active',
    previousPositionMs: null,
    savedAtMs: 1_000_000,
    device: TV,
    ...changed,
  };
}
/**
 * Records of one title that differ: several devices, few gestures and times, so that ties are common. What has one key is
 * one record, as sittings are numbered by the one device that has them.
 */
export const anyRecords = fc
  .uniqueArray(
    fc.record({
      committed: fc.boolean(),
      intentAtMs: fc.integer({ min: 0, max: 3 }),
      sitting: fc.integer({ min: 0, max: 2 }),
      seq: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 7, selector: (order) => JSON.stringify(order) },
  )
  .chain((orders) =>
    fc.tuple(
      ...orders.map(({ committed, intentAtMs, sitting, seq }) =>
        fc.record({ positionMs: fc.nat(HOUR_MS), savedAtMs: fc.nat(10), kind: fc.nat(9) }).map((said) => {
          const state = !committed || said.kind > 1 ? 'active' : said.kind === 0 ? 'deleted' : 'completed';
          const { positionMs, savedAtMs } = said;
          return recordOf({
            committed,
            intentAtMs,
            sittingId: sittingNamed(sitting),
            seq,
            positionMs,
            savedAtMs,
            state,
          });
        }),
      ),
    ),
  );
//# sourceMappingURL=resume.testing.js.map
