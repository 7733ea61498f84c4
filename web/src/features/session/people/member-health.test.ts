import { describe, expect, it } from 'vitest';
import { memberHealth, ownHealth } from './member-health.ts';

describe('memberHealth', () => {
  it.each([
    [{ state: 'playing', driftMs: 6 }, 'inSync'],
    [{ state: 'paused', driftMs: null }, 'inSync'],
    [{ state: 'playing', driftMs: -400 }, 'behind'],
    [{ state: 'playing', driftMs: 300 }, 'ahead'],
    [{ state: 'playing', driftMs: -4000 }, 'catchingUp'],
    [{ state: 'playing', driftMs: 4000 }, 'catchingUp'],
    [{ state: 'buffering', driftMs: -1400 }, 'buffering'],
    [{ state: 'away', driftMs: null }, 'away'],
  ] as const)('%j is told as %s', (member, health) => {
    expect(memberHealth(member, false)).toBe(health);
  });

  it('asks less of embedded players', () => {
    const member = { state: 'playing', driftMs: -150 } as const;
    expect(memberHealth(member, false)).toBe('behind');
    expect(memberHealth(member, true)).toBe('inSync');
  });
});

describe('ownHealth', () => {
  it('is no tick while the connection is lost, whatever the others heard last', () => {
    expect(ownHealth('reconnecting')).toBe('reconnecting');
    expect(ownHealth('in-sync')).toBe('inSync');
  });
});
