import { describe, expect, it } from 'vitest';
import { type PutSitting, putSitting } from './put-sitting.ts';
import type { ResumeRecord } from './record.ts';
import { recordOf, sittingNamed, TV } from './resume.testing.ts';

const HOUR_MS = 3_600_000;
const START_MS = 50_000_000;

/** Says what a player says, at these seconds, and returns what becomes of it. */
function said(puts: readonly (readonly [atS: number, positionS: number])[], record: ResumeRecord | null = null) {
  let before: PutSitting | null = null;
  return puts.map(([atS, positionS], index) => {
    const made = putSitting(
      before,
      {
        contentId: 'title:film',
        place: { positionMs: positionS * 1000, durationMs: HOUR_MS },
        atMs: START_MS + atS * 1000,
        device: TV,
        sittingId: sittingNamed(index),
      },
      record,
    );
    before = made.next;
    return made.record;
  });
}

const sittings = (records: readonly ResumeRecord[]) => records.map(({ sittingId }) => Number.parseInt(sittingId, 16));

describe('[RES11] players that only say where they are', () => {
  it('what follows closely is one sitting: meant when it was first said, counted, committed by what is watched', () => {
    const records = said([
      [0, 100],
      [10, 110],
      [20, 120],
    ]);
    expect(sittings(records)).toEqual([0, 0, 0]);
    expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(records.map(({ committed }) => committed)).toEqual([false, false, true]);
    expect(records.map(({ intentAtMs }) => intentAtMs)).toEqual([START_MS, START_MS, START_MS]);
  });

  it('a gap of a minute is a new one, and a pause is not', () => {
    expect(
      sittings(
        said([
          [0, 100],
          [60, 100],
          [121, 100],
        ]),
      ),
    ).toEqual([0, 0, 2]);
  });

  it('a jump is a new one, forward and back, as good as what was jumped from', () => {
    const records = said([
      [0, 100],
      [20, 120],
      [25, 1200],
      [26, 30],
    ]);
    expect(sittings(records)).toEqual([0, 0, 2, 3]);
    expect(records.map(({ committed }) => committed)).toEqual([false, true, true, true]);
    expect(records[2]?.previousPositionMs).toBe(120_000);
    expect(
      said([
        [0, 100],
        [5, 1200],
      ])[1]?.committed,
    ).toBe(false);
  });

  it('watches at twice the speed, and a step back of a few seconds is no jump', () => {
    expect(
      sittings(
        said([
          [0, 100],
          [30, 160],
          [35, 155],
        ]),
      ),
    ).toEqual([0, 0, 0]);
  });

  it('goes on with what is known of the title', () => {
    expect(said([[0, 600]], recordOf())[0]).toMatchObject({ watchedMs: 600_000, previousPositionMs: 600_000 });
  });
});
