import { describe, expect, it } from 'vitest';
import { createMachineClock } from './cluster-clock.ts';
import { ManualClock } from './manual-clock.testing.ts';

describe('createMachineClock', () => {
  it('reads the wall clock once and then follows the monotonic clock, fractions and all', () => {
    let wallMs = 1_700_000_000_000;
    let monotonicMs = 50.25;
    const clock = createMachineClock({ wallMs: () => wallMs, monotonicMs: () => monotonicMs });
    expect(clock.nowMs()).toBe(1_700_000_000_000);
    monotonicMs += 1000.125;
    wallMs -= 3_600_000; // somebody sets the clock back
    expect(clock.nowMs()).toBeCloseTo(1_700_000_001_000.125, 3);
    wallMs += 86_400_000;
    expect(clock.nowMs()).toBeCloseTo(1_700_000_001_000.125, 3);
  });

  it('names each clock differently', () => {
    expect(createMachineClock().instanceId).not.toBe(createMachineClock().instanceId);
  });

  it('starts at the wall clock and never goes back', () => {
    const clock = createMachineClock();
    expect(Math.abs(clock.nowMs() - Date.now())).toBeLessThan(50);
    let lastMs = clock.nowMs();
    for (let i = 0; i < 10_000; i++) {
      const nowMs = clock.nowMs();
      expect(nowMs).toBeGreaterThanOrEqual(lastMs);
      lastMs = nowMs;
    }
  });
});

describe('ManualClock', () => {
  it('goes only where it is turned, and never back', () => {
    const clock = new ManualClock(1000);
    clock.advance(0.5);
    expect(clock.nowMs()).toBe(1000.5);
    expect(() => clock.advance(-1)).toThrow(RangeError);
    expect(() => clock.advance(Number.NaN)).toThrow(RangeError);
    expect(clock.nowMs()).toBe(1000.5);
  });
});
