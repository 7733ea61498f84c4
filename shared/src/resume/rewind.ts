import { REWINDS } from './resume.constants.ts';

/** How far back resuming goes after nobody has watched for `absenceMs`, in milliseconds. */
export function rewindMs(absenceMs: number): number {
  return REWINDS.find((row) => absenceMs >= row.absenceMs)?.rewindMs ?? 0;
}

/** Where to go on, in milliseconds; what is stored stays as it is. Times are server milliseconds. */
export function resumeAtMs(positionMs: number, lastWatchedAtMs: number, nowMs: number): number {
  return Math.max(0, positionMs - rewindMs(nowMs - lastWatchedAtMs));
}
