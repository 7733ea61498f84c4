import {
  BEGUN_AFTER_MS,
  BEGUN_SHARE,
  COMPLETED_LEFT_DURATION_MIN_MS,
  COMPLETED_LEFT_MS,
  COMPLETED_SHARE,
  REWATCH_BELOW_SHARE,
  ROW_DURATION_MIN_MS,
} from './resume.constants.ts';

/** A place in a title, in milliseconds; a duration or credits that are not known are null. */
export interface Place {
  readonly positionMs: number;
  readonly durationMs: number | null;
  /** Where the credits begin, where the title says so. */
  readonly creditsAtMs?: number | null;
}

/** Is a viewer at this place through with it? Never where its length is not known. */
export function isAtEnd({ positionMs, durationMs, creditsAtMs = null }: Place): boolean {
  if (creditsAtMs !== null) return positionMs >= creditsAtMs;
  if (durationMs === null || durationMs <= 0) return false;
  if (positionMs >= COMPLETED_SHARE * durationMs) return true;
  return durationMs >= COMPLETED_LEFT_DURATION_MIN_MS && durationMs - positionMs <= COMPLETED_LEFT_MS;
}

/** What has to be watched of a title before it counts as begun, in milliseconds. */
export function begunAfterMs(durationMs: number | null): number {
  return durationMs === null ? BEGUN_AFTER_MS : Math.min(BEGUN_AFTER_MS, BEGUN_SHARE * durationMs);
}

/** Is so much watched, of something long enough, that going on with it comes first? */
export function isWellBegun(watchedMs: number, durationMs: number | null): boolean {
  return durationMs !== null && durationMs >= ROW_DURATION_MIN_MS && watchedMs >= begunAfterMs(durationMs);
}

/** Does a viewer who begins here watch a completed title again? */
export function isRewatch({ positionMs, durationMs }: Place): boolean {
  return durationMs === null ? positionMs === 0 : positionMs < REWATCH_BELOW_SHARE * durationMs;
}
