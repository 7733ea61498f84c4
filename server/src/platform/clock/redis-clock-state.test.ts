import { describe, expect, it } from 'vitest';
import { redisClockHealth, redisClockState } from './redis-clock-state.ts';

const healthOf = (known: boolean, trouble: string | null, answeredMs: number | null) =>
  redisClockHealth(redisClockState({ known, trouble }, answeredMs, 20_000), 1.25);

describe('the state of a clock that follows Redis', () => {
  it.each([
    ['before the first answer', false, null, null, { state: 'down', detail: 'cluster time is not known yet' }],
    ['before the time is known', false, null, 19_000, { state: 'down', detail: 'cluster time is not known yet' }],
    ['where something keeps it from being known', false, 'a jump', 19_000, { state: 'down', detail: 'a jump' }],
    ['while it is followed', true, null, 19_000, { state: 'ok', detail: 'within 1.3 ms' }],
    ['while it cannot be followed', true, 'a jump', 19_000, { state: 'degraded', detail: 'a jump; within 1.3 ms' }],
    ['without answers for long', true, 'a jump', 8000, { state: 'degraded', detail: 'runs by itself for 12 s, within 1.3 ms' }],
  ] as const)('%s', (_, known, trouble, answeredMs, health) => {
    expect(healthOf(known, trouble, answeredMs)).toEqual(health);
  });
});
