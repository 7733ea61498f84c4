import { expect, it } from 'vitest';
import { Pacing } from './pacing.ts';

const PACE = { perS: 100, burst: 10, restMaxMs: 1000 };

it('asks for no rest while there is room', () => {
  const pacing = new Pacing(PACE);
  for (let at = 0; at < 1000; at += 1) expect(pacing.restMs(at * 10)).toBe(0);
});

it('beyond the burst each gets a time of its own, at the pace', () => {
  const pacing = new Pacing(PACE);
  const rests = Array.from({ length: 15 }, () => pacing.restMs(5000));
  expect(rests).toEqual([...Array(10).fill(0), 10, 20, 30, 40, 50]);
});

it('the longest rest has a bound, and what was promised is over after it', () => {
  const pacing = new Pacing(PACE);
  const rests = Array.from({ length: 500 }, () => pacing.restMs(0));
  expect(Math.max(...rests)).toBe(PACE.restMaxMs);
  expect(pacing.restMs(PACE.restMaxMs + 100)).toBe(0);
});

it('keeps the pace with requests that come when told', () => {
  const pacing = new Pacing(PACE);
  const due: number[] = Array.from({ length: 300 }, () => 0);
  const asked = new Map<number, number>();
  while (due.length > 0) {
    due.sort((one, other) => one - other);
    const atMs = due.shift() as number;
    if (atMs > 20_000) continue;
    asked.set(Math.floor(atMs / 1000), (asked.get(Math.floor(atMs / 1000)) ?? 0) + 1);
    due.push(atMs + Math.max(60, pacing.restMs(atMs)));
  }
  const late = [...asked].filter(([second]) => second >= 3 && second < 20);
  // 300 who rest a second at most ask 300 times a second: the bound of the rest is what holds here.
  for (const [second, times] of late) expect(times, `second ${second}`).toBeLessThanOrEqual(310);
});
