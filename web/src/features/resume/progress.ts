import type { ResumeEntry } from '@cowatch/shared/protocol';

/** How much of a title is behind, from 0 to 1; 0 where its length is not known. */
export function shareOf({ positionMs, durationMs }: Pick<ResumeEntry, 'positionMs' | 'durationMs'>): number {
  return durationMs === null || durationMs <= 0 ? 0 : Math.min(1, positionMs / durationMs);
}

/** What is left of it, in whole minutes, at least one. */
export function minutesLeft({ positionMs, durationMs }: Pick<ResumeEntry, 'positionMs' | 'durationMs'>): number {
  return Math.max(1, Math.round(Math.max(0, (durationMs ?? positionMs) - positionMs) / 60_000));
}

/** "12 min", "1 h 5 min": in the words of the catalogue. */
export function leftOf(
  entry: Pick<ResumeEntry, 'positionMs' | 'durationMs'>,
  t: (key: 'resume.minutes' | 'resume.hours', values: { readonly hours: number; readonly minutes: number }) => string,
): string {
  const all = minutesLeft(entry);
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  return t(hours > 0 ? 'resume.hours' : 'resume.minutes', { hours, minutes });
}
