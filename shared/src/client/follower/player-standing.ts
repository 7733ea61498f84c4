import type { MemberState } from '../../protocol/index.ts';
import type { MediaReach, SyncPhase } from '../session/session-state.ts';

/** Buffering is told after this long; shorter waits belong to every seek. */
const BUFFERING_AFTER_MS = 300;

/** A picture that has not come for so long may not come. */
const EMPTY_AFTER_MS = 3000;

/** An embedded player that says it plays, and whose clock stands for this long, shows an advert. */
export const ADVERT_AFTER_MS = 1500;

/** Within this the pill says "in sync", in milliseconds. */
const IN_SYNC_FINE_MS = 60;
const IN_SYNC_COARSE_MS = 150;

/** What a follower is doing with its player. */
export type FollowerMode =
  | 'waiting'
  | 'resting'
  | 'landing'
  | 'following'
  | 'blocked'
  /** The timeline has run past the end: the last picture stands. */
  | 'over'
  /** The timeline is where this player cannot get. */
  | 'stranded';

/** How a player that follows stands, for the pill and for reports. */
export interface PlayerHealth {
  readonly state: MemberState;
  readonly phase: SyncPhase;
  readonly driftMs: number | null;
  readonly positionS: number | null;
  readonly reach: MediaReach;
  readonly behindLiveS: number | null;
}

/** What must be known of a player to say how it stands. */
export interface PlayerFacts {
  readonly mode: FollowerMode;
  /** What the page has said of the player. */
  readonly condition: 'advert' | 'unplayable' | null;
  readonly failed: boolean;
  readonly ended: boolean;
  /** It has ended here and goes on for the party. */
  readonly endsAlone: boolean;
  readonly seeking: boolean;
  readonly reach: MediaReach;
  readonly hidden: boolean;
  readonly live: boolean;
  readonly coarse: boolean;
  /** For how long it has had nothing to show; null while it has, or waits for a start it is ready for. */
  readonly stalledForMs: number | null;
  /** For how long its clock has stood although it says it plays. */
  readonly heldForMs: number;
  readonly driftMs: number | null;
}

/** How a player stands: what others are told (`state`) and what its own pill shows (`phase`). */
export function standingOf(facts: PlayerFacts): { readonly state: MemberState; readonly phase: SyncPhase } {
  if (facts.condition === 'unplayable' || facts.failed) return { state: 'unplayable', phase: 'unplayable' };
  if (facts.condition === 'advert') return { state: 'advert', phase: 'advert' };
  if (facts.mode === 'blocked') return { state: 'blocked', phase: 'blocked' };
  if (facts.mode === 'waiting') return { state: 'joining', phase: 'buffering' };
  if (facts.mode === 'resting') {
    const isEmpty = facts.stalledForMs !== null && facts.stalledForMs > EMPTY_AFTER_MS;
    return { state: 'paused', phase: isEmpty ? 'buffering' : facts.seeking ? 'catching-up' : 'in-sync' };
  }
  if (facts.mode === 'stranded' || (facts.mode === 'landing' && facts.reach === 'breaks-off')) {
    const passes = facts.reach === 'whole' || facts.reach === 'gap';
    return passes ? { state: 'buffering', phase: 'buffering' } : { state: 'unplayable', phase: 'unplayable' };
  }
  if (facts.endsAlone) return { state: 'unplayable', phase: 'unplayable' };
  if (facts.mode === 'over' || facts.ended) return { state: 'ended', phase: 'ended' };
  if (facts.stalledForMs !== null && facts.stalledForMs > BUFFERING_AFTER_MS) {
    return { state: 'buffering', phase: 'buffering' };
  }
  if (facts.coarse && facts.heldForMs > ADVERT_AFTER_MS) return { state: 'advert', phase: 'advert' };
  if (facts.hidden) return { state: 'background', phase: 'background' };
  if (facts.live) return { state: 'playing', phase: 'live' };
  return { state: 'playing', phase: isInSync(facts) ? 'in-sync' : 'catching-up' };
}

function isInSync({ mode, coarse, driftMs }: PlayerFacts): boolean {
  const limitMs = coarse ? IN_SYNC_COARSE_MS : IN_SYNC_FINE_MS;
  return mode === 'following' && driftMs !== null && Math.abs(driftMs) <= limitMs;
}
