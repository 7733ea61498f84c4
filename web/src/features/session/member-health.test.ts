import { describe, expect, it } from 'vitest';
import { memberHealth } from './member-health.ts';

describe('memberHealth', () => {
  it.each([
    [
      { state: 'playing', driftMs: 6 },
      { kind: 'inSync', driftMs: 6 },
    ],
    [
      { state: 'paused', driftMs: null },
      { kind: 'inSync', driftMs: null },
    ],
    [
      { state: 'playing', driftMs: -1400 },
      { kind: 'behind', byMs: 1400 },
    ],
    [
      { state: 'playing', driftMs: 300 },
      { kind: 'ahead', byMs: 300 },
    ],
    [{ state: 'buffering', driftMs: -1400 }, { kind: 'buffering' }],
    [{ state: 'away', driftMs: null }, { kind: 'away' }],
  ] as const)('%j is told as %j', (member, health) => {
    expect(memberHealth(member, false)).toEqual(health);
  });

  it('asks less of embedded players', () => {
    const member = { state: 'playing', driftMs: -150 } as const;
    expect(memberHealth(member, false).kind).toBe('behind');
    expect(memberHealth(member, true).kind).toBe('inSync');
  });
});
