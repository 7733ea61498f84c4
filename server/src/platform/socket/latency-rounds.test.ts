import { afterEach, describe, expect, it } from 'vitest';
import { LatencyRounds, PROBE_LIMIT } from './latency-rounds.ts';

let nowMs = 0;
let rounds: LatencyRounds;

afterEach(() => rounds.stop());

/** A link that writes down when it was asked. */
function linkOf() {
  const askedAtMs: number[] = [];
  return { askedAtMs, probe: () => askedAtMs.push(nowMs) };
}

function start(): void {
  nowMs = 0;
  rounds = new LatencyRounds(() => nowMs);
}

/** Lets so much time pass, looking as the timer would. */
function pass(forMs: number): void {
  for (const untilMs = nowMs + forMs; nowMs < untilMs; ) {
    nowMs += 50;
    rounds.look(nowMs);
  }
}

describe('[TL4] LatencyRounds', () => {
  it('asks a newcomer at once and often, later every minute, and nobody who has gone', () => {
    start();
    const link = linkOf();
    rounds.add(link);
    pass(130_000);
    expect(link.askedAtMs).toEqual([0, 200, 500, 1000, 2000, 4000, 64_000, 124_000]);
    rounds.remove(link);
    rounds.remove(link);
    pass(130_000);
    expect(link.askedAtMs).toHaveLength(8);
  });

  it('asks a crowd that comes at once no more than it may, everybody once before anybody twice', () => {
    start();
    const crowd = Array.from({ length: 2000 }, linkOf);
    for (const link of crowd) rounds.add(link);
    pass(9000);
    const asked = crowd.reduce((sum, { askedAtMs }) => sum + askedAtMs.length, 0);
    expect(asked).toBeLessThanOrEqual(PROBE_LIMIT.burst + 9 * PROBE_LIMIT.perS);
    expect(asked).toBeGreaterThan(8.9 * PROBE_LIMIT.perS);
    expect(Math.max(...crowd.map(({ askedAtMs }) => askedAtMs.length))).toBe(1);
    pass(60_000);
    expect(Math.min(...crowd.map(({ askedAtMs }) => askedAtMs.length))).toBeGreaterThan(3);
  });
});
