import { afterEach, describe, expect, it } from 'vitest';
import { PROBE_LIMIT, ProbeScheduler } from './probe-scheduler.ts';

let nowMs = 0;
let scheduler: ProbeScheduler;

afterEach(() => scheduler.stop());

/** A link that writes down when it was asked. */
function linkOf() {
  const askedAtMs: number[] = [];
  return { askedAtMs, probe: () => askedAtMs.push(nowMs) };
}

function start(): void {
  nowMs = 0;
  scheduler = new ProbeScheduler(() => nowMs);
}

/** Lets so much time pass, looking as the timer would. */
function pass(forMs: number): void {
  for (const untilMs = nowMs + forMs; nowMs < untilMs; ) {
    nowMs += 50;
    scheduler.look(nowMs);
  }
}

describe('[TL4] ProbeScheduler', () => {
  it('probes a new link at once and often, later every minute, and none that is gone', () => {
    start();
    const link = linkOf();
    scheduler.add(link);
    pass(130_000);
    expect(link.askedAtMs).toEqual([0, 200, 500, 1000, 2000, 4000, 64_000, 124_000]);
    scheduler.remove(link);
    scheduler.remove(link);
    pass(130_000);
    expect(link.askedAtMs).toHaveLength(8);
  });

  it('probes a crowd that comes at once no more than it may, every link once before any twice', () => {
    start();
    const crowd = Array.from({ length: 2000 }, linkOf);
    for (const link of crowd) scheduler.add(link);
    pass(9000);
    const asked = crowd.reduce((sum, { askedAtMs }) => sum + askedAtMs.length, 0);
    expect(asked).toBeLessThanOrEqual(PROBE_LIMIT.burst + 9 * PROBE_LIMIT.perS);
    expect(asked).toBeGreaterThan(8.9 * PROBE_LIMIT.perS);
    expect(Math.max(...crowd.map(({ askedAtMs }) => askedAtMs.length))).toBe(1);
    pass(60_000);
    expect(Math.min(...crowd.map(({ askedAtMs }) => askedAtMs.length))).toBeGreaterThan(3);
  });
});
