import type { Member } from '@cowatch/shared/protocol';

/** How a member is doing, before it has words. */
export type MemberHealth =
  | { readonly kind: 'inSync'; readonly driftMs: number | null }
  | { readonly kind: 'behind' | 'ahead'; readonly byMs: number }
  | {
      readonly kind: 'joining' | 'buffering' | 'advert' | 'blocked' | 'background' | 'ended' | 'unplayable' | 'away';
    };

/** Nobody sees less; a coarse player's clock is no better. */
const IN_SYNC_MS = 150;

export function memberHealth(member: Pick<Member, 'state' | 'driftMs'>): MemberHealth {
  const { state, driftMs } = member;
  if (state !== 'playing' && state !== 'paused') return { kind: state };
  if (driftMs === null || Math.abs(driftMs) <= IN_SYNC_MS) return { kind: 'inSync', driftMs };
  return { kind: driftMs < 0 ? 'behind' : 'ahead', byMs: Math.abs(driftMs) };
}
