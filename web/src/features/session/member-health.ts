import type { Member } from '@cowatch/shared/protocol';

/** How a member is doing, before it has words. */
export type MemberHealth =
  | { readonly kind: 'inSync'; readonly driftMs: number | null }
  | { readonly kind: 'behind' | 'ahead'; readonly byMs: number }
  | {
      readonly kind: 'joining' | 'buffering' | 'advert' | 'blocked' | 'background' | 'ended' | 'unplayable' | 'away';
    };

/** How far off still counts as together, in milliseconds: embedded players have coarse clocks and cannot do better. */
const IN_SYNC_MS = 80;
const IN_SYNC_COARSE_MS = 200;

/** @param coarse the party's medium plays in an embedded player */
export function memberHealth(member: Pick<Member, 'state' | 'driftMs'>, coarse: boolean): MemberHealth {
  const { state, driftMs } = member;
  if (state !== 'playing' && state !== 'paused') return { kind: state };
  const limitMs = coarse ? IN_SYNC_COARSE_MS : IN_SYNC_MS;
  if (driftMs === null || Math.abs(driftMs) <= limitMs) return { kind: 'inSync', driftMs };
  return { kind: driftMs < 0 ? 'behind' : 'ahead', byMs: Math.abs(driftMs) };
}
