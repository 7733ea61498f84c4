import type { OwnStanding } from '@cowatch/shared/client';
import type { Access, Member } from '@cowatch/shared/protocol';
import { ownsNow, roleOf } from '@cowatch/shared/timeline';
import { expect, it } from 'vitest';
import { limitsOf, rightsOver } from './person-rights.ts';

const ACCESS = { version: 1, name: 'Friday film', control: 'everyone', ownerId: 'ana', hostIds: ['ben', 'bea'] } as const satisfies Access;
const member = (memberId: string) => ({ memberId }) as Member;

/** As "changeRole handOver moderate", of those that they have. */
function over(who: string, whom: string, access: Access = ACCESS): string {
  const you = { memberId: who, role: roleOf(access, who), ownsNow: ownsNow(access, who) } as OwnStanding;
  const rights = rightsOver(member(whom), access, you);
  return Object.entries(rights)
    .flatMap(([right, has]) => (has ? right : []))
    .join(' ');
}

it('the owner may do everything about everybody else', () => {
  for (const whom of ['ben', 'cleo']) expect(over('ana', whom)).toBe('changeRole handOver moderate');
  expect(over('ana', 'ana')).toBe('');
});

it('a host keeps members in order, and neither hosts nor the owner', () => {
  expect(over('ben', 'cleo')).toBe('moderate');
  for (const whom of ['ana', 'bea', 'ben']) expect(over('ben', whom)).toBe('');
});

it('who acts as the owner gives roles, but neither the party away nor the owner out', () => {
  const acting: Access = { ...ACCESS, actingOwnerId: 'ben' };
  expect(over('ben', 'bea', acting)).toBe('changeRole moderate');
  expect(over('ben', 'ana', acting)).toBe('');
});

it('a member may do nothing about anybody, and nobody before one is in', () => {
  for (const whom of ['ana', 'ben', 'dev']) expect(over('cleo', whom)).toBe('');
  expect(rightsOver(member('cleo'), null, null)).toEqual({ changeRole: false, handOver: false, moderate: false });
});

it('what is left of a time-out runs with the clock, and ends', () => {
  const access: Access = { ...ACCESS, mutedIds: ['dev'], timeOuts: [{ memberId: 'cleo', untilMs: 60_000 }] };
  expect(limitsOf(member('cleo'), access, 20_000)).toEqual({ muted: false, timeOutLeftMs: 40_000 });
  expect(limitsOf(member('cleo'), access, 60_000)).toEqual({ muted: false, timeOutLeftMs: null });
  expect(limitsOf(member('cleo'), access, null).timeOutLeftMs).toBeNull();
  expect(limitsOf(member('dev'), access, 20_000)).toEqual({ muted: true, timeOutLeftMs: null });
});
