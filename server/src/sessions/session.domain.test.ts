import { memberIdSchema, sessionIdSchema } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { memberIdOf, mergeHealth, newSessionId, presenceIntervalMs, reportIntervalMs } from './session.domain.ts';

const KEY = Buffer.alloc(32, 7);

describe('ids', () => {
  it('gives sessions 128 unguessable bits', () => {
    const ids = Array.from({ length: 500 }, newSessionId);
    expect(new Set(ids).size).toBe(500);
    for (const id of ids) expect(sessionIdSchema.safeParse(id).success).toBe(true);
  });

  it('gives a viewer one id per session, which nobody can tell from another without the key', () => {
    const id = memberIdOf(KEY, 'session-a', 'viewer');
    expect(memberIdSchema.safeParse(id).success).toBe(true);
    expect(memberIdOf(KEY, 'session-a', 'viewer')).toBe(id);
    const others = [
      memberIdOf(KEY, 'session-b', 'viewer'),
      memberIdOf(KEY, 'session-a', 'viewer2'),
      memberIdOf(Buffer.alloc(32, 8), 'session-a', 'viewer'),
    ];
    expect(new Set([id, ...others]).size).toBe(4);
  });
});

describe('intervals', () => {
  it('asks for reports every 2 s, and less often where they would be more than 50 a second', () => {
    expect([1, 99, 100, 101, 1000, 20_000].map(reportIntervalMs)).toEqual([2000, 2000, 2000, 2020, 20_000, 400_000]);
    for (const devices of [1, 7, 333, 10_001]) expect((devices / reportIntervalMs(devices)) * 1000).toBeLessThanOrEqual(50);
  });

  it('gathers changes among people for 250 ms to 5 s', () => {
    expect([0, 1, 50, 100, 1000, 20_000].map(presenceIntervalMs)).toEqual([250, 250, 250, 500, 5000, 5000]);
  });
});

describe('a member with several connections', () => {
  const connection = (state: Parameters<typeof mergeHealth>[0] extends Iterable<infer D> ? D : never) => state;

  it('is shown as the connection that watches most', () => {
    const away = connection({ state: 'away', driftMs: null });
    const playing = connection({ state: 'playing', driftMs: 40 });
    const buffering = connection({ state: 'buffering', driftMs: -900 });
    for (const order of [
      [away, playing, buffering],
      [buffering, playing, away],
    ]) {
      expect(mergeHealth(order)).toEqual(playing);
    }
    expect(mergeHealth([away, buffering])).toEqual(buffering);
  });

  it('is shown as the one closer to the timeline where two are alike', () => {
    const near = connection({ state: 'playing', driftMs: -3 });
    const far = connection({ state: 'playing', driftMs: 12 });
    const unknown = connection({ state: 'playing', driftMs: null });
    expect(mergeHealth([unknown, far, near])).toEqual(near);
    expect(mergeHealth([near, unknown, far])).toEqual(near);
  });

  it('is away without any', () => {
    expect(mergeHealth([])).toEqual({ state: 'away', driftMs: null });
  });
});
