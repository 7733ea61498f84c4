import type { PartHealth } from '../health/health.ts';
import type { ClusterEstimator } from './cluster-estimator.ts';

/** Without an answer for so long the clock counts as running alone, in milliseconds. */
const ALONE_AFTER_MS = 10_000;

/** Where the life of a clock that follows Redis' stands. From `following` on the time is known, and stays so. */
export type RedisClockState =
  /** Redis has not answered yet. */
  | { readonly kind: 'unknown' }
  /** Readings are taken; `trouble` keeps them from being followed. */
  | { readonly kind: 'estimating'; readonly trouble: string | null }
  | { readonly kind: 'following' }
  /** Holdover: Redis answers, and its clock or the anchor cannot be followed for now. */
  | { readonly kind: 'holding'; readonly trouble: string }
  /** Holdover without answers. */
  | { readonly kind: 'alone'; readonly silentMs: number };

/** @param answeredMs when Redis answered last; null where it never did. Both are local monotonic milliseconds. */
export function redisClockState(
  { known, trouble }: Pick<ClusterEstimator, 'known' | 'trouble'>,
  answeredMs: number | null,
  nowMs: number,
): RedisClockState {
  if (answeredMs === null) return { kind: 'unknown' };
  if (!known) return { kind: 'estimating', trouble };
  const silentMs = nowMs - answeredMs;
  if (silentMs > ALONE_AFTER_MS) return { kind: 'alone', silentMs };
  return trouble === null ? { kind: 'following' } : { kind: 'holding', trouble };
}

/** For `/readyz`. @param errorBoundMs how far cluster time here may be from what Redis and the anchor say */
export function redisClockHealth(state: RedisClockState, errorBoundMs: number): PartHealth {
  const bound = `within ${errorBoundMs.toFixed(1)} ms`;
  switch (state.kind) {
    case 'unknown':
      return { state: 'down', detail: 'cluster time is not known yet' };
    case 'estimating':
      return { state: 'down', detail: state.trouble ?? 'cluster time is not known yet' };
    case 'following':
      return { state: 'ok', detail: bound };
    case 'holding':
      return { state: 'degraded', detail: `${state.trouble}; ${bound}` };
    case 'alone':
      return { state: 'degraded', detail: `runs by itself for ${Math.round(state.silentMs / 1000)} s, ${bound}` };
  }
}
