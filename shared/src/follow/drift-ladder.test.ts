import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DriftLadder, type LadderAction } from './drift-ladder.ts';
import { LatencyBook } from './latency-book.ts';
import { median } from './median.ts';
import { COARSE, FINE, FIRM_PULSES_MAX, FRAME_BESIDE_MS, FRAME_BESIDE_STEADY_MS, GENTLE_PAUSE_MS, RELOCKS_MAX } from './thresholds.ts';

const FRAME_MS = 1000 / 30;
const FINE_PLAYER = { rates: null, coarseClock: false };

/** Feeds readings at frame pace and gives back what was not a hold, with its time. */
function feed(ladder: DriftLadder, from: number, ms: number, errorAt: (atMs: number) => number, frameErrorMs: number | null = null) {
  const actions: { readonly atMs: number; readonly action: LadderAction }[] = [];
  for (let atMs = from; atMs < from + ms; atMs += FRAME_MS) {
    const action = ladder.read({ atMs, errorMs: errorAt(atMs), frameErrorMs });
    if (action.kind !== 'hold') actions.push({ atMs, action });
  }
  return actions;
}

/** A ladder long past its acquisition. */
function steady(player: ConstructorParameters<typeof DriftLadder>[0] = FINE_PLAYER, errorMs = 0) {
  const ladder = new DriftLadder(player);
  ladder.disturbed(0);
  feed(ladder, 0, 10_000, () => errorMs);
  return ladder;
}

describe('drift ladder', () => {
  it('[LAD1] holds while the error is small', () => {
    const ladder = new DriftLadder(FINE_PLAYER);
    ladder.disturbed(0);
    expect(feed(ladder, 0, 1900, () => FINE.acquisitionHoldMs)).toEqual([]);
    expect(feed(steady(), 10_000, 20_000, () => -FINE.steadyHoldMs)).toEqual([]);
  });

  it('[LAD2] in acquisition plays up to 60 ms away in one pulse of at most 5 %, early enough for the first second', () => {
    for (const errorMs of [-55, -30, -12, 12, 30, 55]) {
      const ladder = new DriftLadder(FINE_PLAYER);
      ladder.disturbed(0);
      const [first] = feed(ladder, 0, 400, () => errorMs);
      if (first?.action.kind !== 'pulse') throw new Error('expected a pulse');
      const { factor, durationMs } = first.action;
      expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.05 + 1e-9);
      expect((factor - 1) * durationMs).toBeCloseTo(-errorMs, 6);
      expect(first.atMs).toBeLessThan(300);
    }
  });

  it('[LAD2] a player that is just catching up by itself is waited for', () => {
    const ladder = new DriftLadder(FINE_PLAYER);
    ladder.disturbed(0);
    expect(feed(ladder, 0, 900, (atMs) => Math.min(0, -58 + atMs / 12))).toEqual([]);
  });

  it('[LAD3] in acquisition one corrective seek above 60 ms, then pulses, and not for ever', () => {
    const ladder = new DriftLadder(FINE_PLAYER);
    ladder.disturbed(0);
    const [first] = feed(ladder, 0, 400, () => -120);
    expect(first?.action.kind).toBe('seek');
    ladder.disturbed(400, true);
    const later = feed(ladder, 400, 1900, () => -120);
    expect(later.map(({ action }) => action.kind)).toEqual(Array(later.length).fill('pulse'));
    expect(later.length).toBeGreaterThan(0);
    expect(later.length).toBeLessThanOrEqual(FIRM_PULSES_MAX);
  });

  it('[LAD4] steady: one gentle pulse of at most 1 %, then it waits', () => {
    const actions = feed(steady(), 10_000, GENTLE_PAUSE_MS - 500, () => 14);
    expect(actions).toHaveLength(1);
    const action = actions[0]?.action;
    if (action?.kind !== 'pulse') throw new Error('expected a pulse');
    expect(Math.abs(action.factor - 1)).toBeLessThanOrEqual(0.01 + 1e-9);
  });

  it('[LAD5] steady: 60 to 400 ms off is believed after three readings, then played away firmly', () => {
    const [first] = feed(steady(), 10_000, 3000, () => 150);
    expect(first?.action).toMatchObject({ kind: 'pulse', firm: true });
    expect(first?.atMs).toBeGreaterThan(10_000 + 2 * FINE.quickSpanMs);
  });

  it('[LAD6] steady: above 400 ms it seeks, and one wild reading is no reason for anything', () => {
    const [first] = feed(steady(), 10_000, 1000, () => -1500);
    expect(first?.action).toMatchObject({ kind: 'seek' });
    const wild = feed(steady(), 10_000, 5000, (atMs) => (Math.round(atMs / FRAME_MS) % 5 === 0 ? -1500 : 0));
    expect(wild).toEqual([]);
  });

  it('[LAD7] rate steps too coarse to be used are not used: it seeks above 250 ms, at most every 3 s', () => {
    const player = { rates: [0.5, 0.75, 1, 1.25, 2], coarseClock: true };
    expect(feed(steady(player), 10_000, 10_000, () => 240)).toEqual([]);
    const ladder = steady(player);
    let atMs = 10_000;
    const seeksAtMs: number[] = [];
    while (atMs < 40_000) {
      const [first] = feed(ladder, atMs, 100, () => 900);
      if (first?.action.kind === 'seek') {
        seeksAtMs.push(first.atMs);
        ladder.disturbed(first.atMs, true);
      }
      atMs += 100;
    }
    expect(seeksAtMs.length).toBeGreaterThan(1);
    for (let i = 1; i < seeksAtMs.length; i++) {
      expect((seeksAtMs[i] ?? 0) - (seeksAtMs[i - 1] ?? 0)).toBeGreaterThanOrEqual(COARSE.seekPauseMs);
    }
  });

  it('[LAD8] frames on a wrong beat are chosen anew, as soon as the clock is right and not before', () => {
    const ladder = new DriftLadder({ ...FINE_PLAYER, relockable: true });
    ladder.disturbed(0);
    expect(feed(ladder, 0, 600, () => 8, -16)[0]?.action).toMatchObject({ kind: 'pulse' });
    const [first] = feed(ladder, 600, 1000, () => 1, -16);
    expect(first?.action).toEqual({ kind: 'relock' });
    expect(first?.atMs).toBeLessThan(1200);
  });

  it('[LAD8] what choosing anew does not cure is left alone for a while', () => {
    const ladder = new DriftLadder({ ...FINE_PLAYER, relockable: true });
    ladder.disturbed(0);
    expect(feed(ladder, 0, 30_000, () => 0, 13)).toHaveLength(RELOCKS_MAX);
    ladder.disturbed(30_000);
    expect(feed(ladder, 30_000, 1000, () => 0, 13).length).toBeGreaterThan(0);
  });

  it('[LAD8] steady, frames are left alone until they have been beside for a while', () => {
    const ladder = new DriftLadder({ ...FINE_PLAYER, relockable: true });
    ladder.disturbed(0);
    expect(feed(ladder, 0, 10_000, () => 0, 2)).toEqual([]);
    const [first] = feed(ladder, 10_000, 20_000, () => 0, 13);
    expect(first?.action).toEqual({ kind: 'relock' });
    expect(first?.atMs).toBeGreaterThan(10_000 + FRAME_BESIDE_STEADY_MS);
  });

  it('[LAD8] frames pushed off their beat again and again are chosen anew every time, and what that costs the clock is made good', () => {
    const ladder = new DriftLadder({ ...FINE_PLAYER, relockable: true });
    ladder.disturbed(0);
    for (let push = 0; push < 2 * RELOCKS_MAX; push += 1) {
      expect(feed(ladder, push * 4000, 2000, () => 0, 2)).toEqual([]);
      expect(feed(ladder, push * 4000 + 2000, 1000, () => 0, -33)[0]?.action).toEqual({ kind: 'relock' });
    }
    const [first] = feed(ladder, 8000 * RELOCKS_MAX, 3000, () => -17, -17);
    expect(first?.action).toMatchObject({ kind: 'pulse', firm: false });
  });

  it('[LAD8] frames within half an interval of the screen are left alone, and so is a renderer that cannot choose', () => {
    const ladder = new DriftLadder({ ...FINE_PLAYER, relockable: true });
    ladder.disturbed(0);
    expect(feed(ladder, 0, 5000, () => 0, FRAME_BESIDE_MS)).toEqual([]);
    expect(feed(steady(), 10_000, 5000, () => 0, 16)).toEqual([]);
  });

  it('[LAD9] whatever is read, a pulse stays within its strength and readings that are no numbers do nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 200 }), fc.integer({ min: 1, max: 400 }), (errors, stepMs) => {
        const ladder = new DriftLadder(FINE_PLAYER);
        ladder.disturbed(0);
        let atMs = 0;
        for (const errorMs of errors) {
          atMs += stepMs;
          const action = ladder.read({ atMs, errorMs });
          if (action.kind !== 'pulse') continue;
          expect(Math.abs(action.factor - 1)).toBeLessThanOrEqual(FINE.firmPulse + 1e-9);
          expect(action.durationMs).toBeGreaterThan(0);
          expect(action.durationMs).toBeLessThanOrEqual(4000);
        }
      }),
    );
  });
});

describe('latency book', () => {
  it('[FOL1] learns a start latency from the first start and averages later ones', () => {
    const book = new LatencyBook({ startMs: 40, restedStartMs: 40, seekMs: 100 });
    const trueMs = 95;
    for (const noiseMs of [8, -8, 5, -5, 8, -8]) book.learnStart(book.startMs(0) - (trueMs + noiseMs), 0);
    expect(Math.abs(book.startMs(0) - trueMs)).toBeLessThan(6);
  });

  it('[FOL1] keeps starts after a long rest apart from the others', () => {
    const book = new LatencyBook({ startMs: 80, restedStartMs: 40, seekMs: 100 });
    book.learnStart(-5, 60_000);
    book.learnStart(10, 500);
    expect([book.startMs(0), book.startMs(11_000)]).toEqual([70, 45]);
    const known = new LatencyBook({ startMs: 80, restedStartMs: 40, seekMs: 100, startsKnown: true });
    known.learnStart(10, 500);
    expect(known.startMs(0)).toBe(78);
  });

  it('[FOL2] believes a slow seek at once and a quick one little by little', () => {
    const book = new LatencyBook({ startMs: 40, restedStartMs: 40, seekMs: 100 });
    book.learnSeek(900);
    expect(book.landingBudgetMs).toBeGreaterThan(900);
    book.learnSeek(50);
    expect(book.landingBudgetMs).toBeGreaterThan(700);
    for (let i = 0; i < 60; i++) book.learnSeek(50);
    expect(book.landingBudgetMs).toBeLessThan(190);
  });
});

it('median', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
