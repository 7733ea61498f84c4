import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClockSample, createClockFilter } from './clock-filter.ts';
import { createSlewedClock, SLEW_RATE, STEP_THRESHOLD_MS } from './slewed-clock.ts';

const OFFSET_MS = 1_700_000_000_000;

/** An exchange that leaves at `askedMs` and takes `upMs` there, `serverMs` inside and `downMs` back. */
function exchange(askedMs: number, upMs: number, downMs: number, serverMs = 0.2, offsetMs = OFFSET_MS): ClockSample {
  const receivedAtMs = askedMs + upMs + offsetMs;
  const sentAtMs = receivedAtMs + serverMs;
  return { askedMs, receivedAtMs, sentAtMs, answeredMs: sentAtMs - offsetMs + downMs, instanceId: 'a' };
}

const latency = fc.double({ min: 0, max: 400, noNaN: true });

describe('clock filter', () => {
  it('[CLK4] is exact on a symmetric link and bounds the error by half the round trip', () => {
    const filter = createClockFilter();
    filter.add(exchange(1000, 40, 40));
    const estimate = filter.estimate(1081);
    expect(estimate?.offsetMs).toBeCloseTo(OFFSET_MS, 1);
    expect(estimate?.errorBoundMs).toBeCloseTo(40, 1);
    expect(estimate?.rttMs).toBeCloseTo(80, 3);
  });

  it('[CLK4] the true offset is always within the stated bound, whatever the network does', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(latency, latency), { minLength: 1, maxLength: 80 }), (latencies) => {
        const filter = createClockFilter();
        let atMs = 5000;
        for (const [upMs, downMs] of latencies) {
          filter.add(exchange(atMs, upMs, downMs));
          atMs += 1000;
          const estimate = filter.estimate(atMs);
          if (!estimate) throw new Error('no estimate after a sample');
          // 0.001 ms: doubles at Unix scale carry no more.
          expect(Math.abs(estimate.offsetMs - OFFSET_MS)).toBeLessThanOrEqual(estimate.errorBoundMs + 0.001);
        }
      }),
    );
  });

  it('[CLK4] combines the quickest way there with the quickest way back of different exchanges', () => {
    const filter = createClockFilter();
    filter.add(exchange(1000, 100, 200));
    filter.add(exchange(1400, 200, 100));
    expect(filter.estimate(1800)?.offsetMs).toBeCloseTo(OFFSET_MS, 0);
    expect(filter.estimate(1800)?.errorBoundMs).toBeCloseTo(100, 0);
  });

  it('[CLK4] one slow exchange changes nothing', () => {
    const filter = createClockFilter();
    filter.add(exchange(1000, 5, 5));
    const before = filter.estimate(2000);
    filter.add(exchange(1500, 400, 20));
    expect(filter.estimate(2000)?.offsetMs).toBeCloseTo(before?.offsetMs ?? 0, 1);
  });

  it('[CLK4] a clock that jumped is believed at once', () => {
    const filter = createClockFilter();
    for (let i = 0; i < 8; i++) filter.add(exchange(1000 + i * 100, 5, 5));
    filter.add(exchange(3000, 6, 6, 0.2, OFFSET_MS + 5000));
    expect(filter.estimate(3020)?.offsetMs).toBeCloseTo(OFFSET_MS + 5000, 0);
  });

  it('[CLK3] samples of another instance replace those of the last', () => {
    const filter = createClockFilter();
    filter.add(exchange(1000, 1, 1));
    filter.add({ ...exchange(1100, 20, 20), instanceId: 'b' });
    expect(filter.estimate(1200)?.rttMs).toBeCloseTo(40, 3);
  });

  it('ignores exchanges that cannot have been', () => {
    const filter = createClockFilter();
    filter.add({ askedMs: 10, answeredMs: 5, receivedAtMs: 1, sentAtMs: 1, instanceId: 'a' });
    filter.add({ askedMs: 10, answeredMs: 20, receivedAtMs: 2, sentAtMs: 1, instanceId: 'a' });
    filter.add({ askedMs: Number.NaN, answeredMs: 20, receivedAtMs: 2, sentAtMs: 2, instanceId: 'a' });
    expect(filter.estimate(30)).toBeNull();
  });
});

describe('slewed clock', () => {
  it('[CLK5] moves to a better estimate without running backwards or faster than the slew', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -STEP_THRESHOLD_MS / 2, max: STEP_THRESHOLD_MS / 2, noNaN: true }), {
          maxLength: 20,
        }),
        (corrections) => {
          const clock = createSlewedClock();
          clock.update(1000, 0, true);
          let localMs = 0;
          for (const correctionMs of corrections) {
            clock.update(1000 + correctionMs, localMs, false);
            for (let i = 0; i < 10; i++) {
              const before = clock.at(localMs) ?? 0;
              localMs += 16;
              const passedMs = (clock.at(localMs) ?? 0) - before;
              expect(passedMs).toBeGreaterThanOrEqual(16 * (1 - SLEW_RATE) - 1e-6);
              expect(passedMs).toBeLessThanOrEqual(16 * (1 + SLEW_RATE) + 1e-6);
            }
          }
        },
      ),
    );
  });

  it('steps where the difference is no refinement, and while the clock is being found', () => {
    const clock = createSlewedClock();
    expect(clock.at(0)).toBeNull();
    clock.update(1000, 0, true);
    clock.update(1050, 10, true);
    expect(clock.at(10)).toBe(1060);
    clock.update(1050 + STEP_THRESHOLD_MS + 1, 20, false);
    expect(clock.at(20)).toBe(20 + 1050 + STEP_THRESHOLD_MS + 1);
  });

  it('turns cluster time back into local time', () => {
    const clock = createSlewedClock();
    clock.update(5000, 0, true);
    expect(clock.localOf(5600, 100)).toBe(600);
  });
});
