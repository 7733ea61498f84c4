import type { Playback, RemovalReason } from '../../protocol/index.ts';
import type { ConnectionPhase } from './session-state.ts';

/** How a client stands to its session. */
export type Standing =
  /** Never in so far: the first connect is awaited. */
  | { readonly kind: 'out' }
  /**
   * Connected, and the join is not answered yet. `lostAtMs`: since when it is out, where it was in before. `early`: the
   * newest timeline that this connection brought before the answer.
   */
  | { readonly kind: 'joining'; readonly lostAtMs: number | null; readonly early: Playback | null }
  /** Connected, and waits to be let in. */
  | { readonly kind: 'knocking' }
  | { readonly kind: 'in' }
  /** The connection is lost: what is known is held until it is back. */
  | { readonly kind: 'held'; readonly lostAtMs: number }
  /** The client was closed. */
  | { readonly kind: 'left' }
  /** The server has ended it, for all or for this member, or will not let it in. */
  | { readonly kind: 'ended'; readonly how: 'ended' | 'failed' }
  | { readonly kind: 'ended'; readonly how: 'removed'; readonly reason: RemovalReason };

/** What a standing is called in the state that a face is given. */
export function phaseOf(standing: Standing): ConnectionPhase {
  switch (standing.kind) {
    case 'out':
      return 'connecting';
    case 'joining':
      return standing.lostAtMs === null ? 'connecting' : 'reconnecting';
    case 'knocking':
      return 'knocking';
    case 'in':
      return 'joined';
    case 'held':
      return 'reconnecting';
    case 'left':
      return 'left';
    case 'ended':
      return standing.how;
  }
}

/** Since when a session is held, in local monotonic milliseconds; null where it is not. */
export function lostAtMsOf(standing: Standing): number | null {
  return 'lostAtMs' in standing ? standing.lostAtMs : null;
}

/** The standing of a client that has lost its connection. */
export function lostAt(standing: Standing, nowMs: number): Standing {
  if (isOver(standing)) return standing;
  const lostAtMs = standing.kind === 'in' ? nowMs : lostAtMsOf(standing);
  return lostAtMs === null ? { kind: 'out' } : { kind: 'held', lostAtMs };
}

/** Nothing of the session counts any more, unless it is tried anew. */
export const isOver = ({ kind }: Standing): boolean => kind === 'left' || kind === 'ended';
