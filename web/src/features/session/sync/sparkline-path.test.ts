import { describe, expect, it } from 'vitest';
import { sparkline } from './sparkline-path.ts';

const BOX = { width: 60, height: 20, spanMs: 60_000 };

describe('sparkline', () => {
  it('has nothing to draw from one point', () => {
    expect(sparkline([{ atMs: 0, driftMs: 1 }], BOX)).toBeNull();
  });

  it('puts the newest point at the right edge and being in step in the middle', () => {
    const shape = sparkline(
      [
        { atMs: 1000, driftMs: 0 },
        { atMs: 31_000, driftMs: 40 },
        { atMs: 61_000, driftMs: -40 },
      ],
      BOX,
    );
    expect(shape).toEqual({ path: 'M0.0 10.0L30.0 0.0L60.0 20.0', rangeMs: 40, worstMs: 40, nowMs: -40 });
  });

  it('does not blow small drifts up, and makes room for large ones', () => {
    expect(
      sparkline(
        [
          { atMs: 0, driftMs: 2 },
          { atMs: 500, driftMs: -3 },
        ],
        BOX,
      )?.rangeMs,
    ).toBe(40);
    expect(
      sparkline(
        [
          { atMs: 0, driftMs: 2 },
          { atMs: 500, driftMs: -900 },
        ],
        BOX,
      )?.rangeMs,
    ).toBe(900);
  });

  it('leaves out what is older than its span', () => {
    const path = sparkline(
      [
        { atMs: 0, driftMs: 0 },
        { atMs: 70_000, driftMs: 0 },
        { atMs: 80_000, driftMs: 0 },
      ],
      BOX,
    )?.path;
    expect(path).toBe('M50.0 10.0L60.0 10.0');
  });
});
