import type { SyncPhase } from '@cowatch/shared/client';
import type { Member } from '@cowatch/shared/protocol';

/** How somebody is doing, before it has words. */
export type MemberHealth =
  | 'inSync'
  | 'behind'
  | 'ahead'
  | 'catchingUp'
  | 'joining'
  | 'buffering'
  | 'advert'
  | 'blocked'
  | 'background'
  | 'ended'
  | 'unplayable'
  | 'away'
  | 'reconnecting';

/** How far off still counts as together, in milliseconds: embedded players have coarse clocks and cannot do better. */
const IN_SYNC_MS = 80;
const IN_SYNC_COARSE_MS = 200;
/** From here on it is no trifle that mends itself unseen: the player has to jump. Milliseconds. */
const FAR_OFF_MS = 1500;

/**
 * How another person is doing, by what their player reported last.
 *
 * @param coarse the party's medium plays in an embedded player
 */
export function memberHealth(member: Pick<Member, 'state' | 'driftMs'>, coarse: boolean): MemberHealth {
  const { state, driftMs } = member;
  if (state !== 'playing' && state !== 'paused') return state;
  const offMs = Math.abs(driftMs ?? 0);
  if (driftMs === null || offMs <= (coarse ? IN_SYNC_COARSE_MS : IN_SYNC_MS)) return 'inSync';
  if (offMs >= FAR_OFF_MS) return 'catchingUp';
  return driftMs < 0 ? 'behind' : 'ahead';
}

const OWN: Readonly<Record<SyncPhase, MemberHealth>> = {
  idle: 'joining',
  'in-sync': 'inSync',
  live: 'inSync',
  'catching-up': 'catchingUp',
  buffering: 'buffering',
  blocked: 'blocked',
  advert: 'advert',
  reconnecting: 'reconnecting',
  background: 'background',
  ended: 'ended',
  unplayable: 'unplayable',
};

/** How one is doing oneself: what the pill says, which is known here before any report of it comes back. */
export function ownHealth(phase: SyncPhase): MemberHealth {
  return OWN[phase];
}
