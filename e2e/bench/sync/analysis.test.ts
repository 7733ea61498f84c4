import { describe, expect, test } from 'vitest';
import type { ShownFrame } from '../../fixtures/frames.ts';
import { droppedPercent, errorsOf, pairwiseSkews, seenErrors, settledAtMs, windowMedians } from './analysis.ts';

const FRAME_MS = 1000 / 30;

/** Frames of a player that is `errorMs(t)` ahead of a timeline that was at 0 at the time 0. */
function framesOf(fromMs: number, toMs: number, errorMs: (atMs: number) => number): ShownFrame[] {
  const frames: ShownFrame[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += FRAME_MS) {
    const positionS = (atMs + errorMs(atMs)) / 1000;
    frames.push({
      mediaTimeS: positionS,
      displayedAtMs: atMs,
      presentedFrames: frames.length,
      clockS: positionS - 0.005,
      clockAtMs: atMs,
    });
  }
  return frames;
}

const truth = (machineMs: number) => machineMs / 1000;

describe('errors against the timeline', () => {
  test('are those of the picture or of the media clock', () => {
    const frames = framesOf(0, 1000, () => 12);
    for (const { errorMs } of errorsOf(frames, truth, 'picture')) expect(errorMs).toBeCloseTo(12, 6);
    for (const { errorMs } of errorsOf(frames, truth, 'clock')) expect(errorMs).toBeCloseTo(7, 6);
  });

  test('a picture that stands still falls behind, frame by frame', () => {
    const frames = [...framesOf(0, 500, () => 0), ...framesOf(900, 1000, () => 0)];
    const errors = seenErrors(frames, truth, 0, 1000);
    expect(Math.min(...errors)).toBeLessThan(-350);
    expect(Math.max(...errors)).toBeCloseTo(0, 6);
    expect(errors.length).toBeGreaterThan(25);
  });

  test('a picture that has not begun yet counts from the start', () => {
    const still = { mediaTimeS: 0, displayedAtMs: -5000, presentedFrames: 1, clockS: 0, clockAtMs: -5000 };
    const errors = seenErrors([still, ...framesOf(300, 1000, () => 0)], truth, 0, 1000);
    expect(Math.min(...errors)).toBeLessThan(-250);
  });
});

describe('skew', () => {
  test('windows are one second wide and a quarter apart; empty ones say nothing', () => {
    const points = errorsOf([...framesOf(0, 2000, () => 10), ...framesOf(4000, 6000, () => 30)], truth, 'picture');
    const medians = windowMedians(points, 0, 6000);
    expect(medians).toHaveLength(21);
    expect(medians[0]).toBeCloseTo(10, 6);
    expect(medians[10]).toBeNull();
    expect(medians.at(-1)).toBeCloseTo(30, 6);
  });

  test('is the distance of every pair wherever both are known', () => {
    expect(
      pairwiseSkews([
        [1, null, 3],
        [4, 4, 4],
        [0, 0, null],
      ]),
    ).toEqual([3, 1, 1, 4, 4]);
  });
});

describe('settling', () => {
  const settled = (errorMs: (atMs: number) => number) => settledAtMs(errorsOf(framesOf(0, 5000, errorMs), truth, 'picture'), 20);

  test('is when the error comes within the bound for good', () => {
    const atMs = settled((t) => (t < 1200 ? 80 : 5));
    expect(Math.abs((atMs ?? Number.NaN) - 1200)).toBeLessThanOrEqual(FRAME_MS);
  });

  test('one frame out of turn does not count, a lasting relapse does', () => {
    expect(settled((t) => (t > 2000 && t < 2000 + FRAME_MS ? 90 : 0))).toBe(0);
    expect(settled((t) => (t > 2000 && t < 2500 ? 90 : 0))).toBeGreaterThan(2400);
  });

  test('never is null, and so is too late to tell', () => {
    expect(settled(() => 50)).toBeNull();
    expect(settled((t) => (t < 4800 ? 50 : 0))).toBeNull();
    expect(settledAtMs([], 20)).toBeNull();
  });
});

describe('dropped frames', () => {
  test('are those of the clip that were never presented', () => {
    const frames = framesOf(0, 10_000, () => 0);
    expect(droppedPercent(frames)).toBe(0);
    const some = frames.map((frame) => ({ ...frame, presentedFrames: Math.floor(frame.presentedFrames * 0.9) }));
    expect(droppedPercent(some)).toBeCloseTo(10, 0);
    expect(droppedPercent([])).toBe(100);
  });
});
