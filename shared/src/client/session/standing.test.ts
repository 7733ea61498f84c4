import { expect, it } from 'vitest';
import { isOver, lostAt, lostAtMsOf, phaseOf, type Standing } from './standing.ts';

const joining = (lostAtMs: number | null): Standing => ({ kind: 'joining', lostAtMs, early: null });

it('a session that was in is held from when its connection was lost, through every join in vain', () => {
  const held = lostAt({ kind: 'in' }, 1000);
  expect(held).toEqual({ kind: 'held', lostAtMs: 1000 });
  expect(phaseOf(joining(lostAtMsOf(held)))).toBe('reconnecting');
  expect(lostAt(joining(lostAtMsOf(held)), 2000)).toEqual(held);
});

it('a session that was never in is out', () => {
  expect(lostAt(joining(null), 1000)).toEqual({ kind: 'out' });
  expect(lostAt({ kind: 'out' }, 1000)).toEqual({ kind: 'out' });
  expect(phaseOf(joining(null))).toBe('connecting');
});

it('what is over stays so when the connection goes', () => {
  const ends: Standing[] = [{ kind: 'left' }, ...(['ended', 'removed', 'failed'] as const).map((how) => ({ kind: 'ended' as const, how }))];
  for (const end of ends) {
    expect(isOver(end)).toBe(true);
    expect(lostAt(end, 1000)).toBe(end);
  }
  expect(ends.map(phaseOf)).toEqual(['left', 'ended', 'removed', 'failed']);
});
