import type { ResumeEntry } from '@cowatch/shared/protocol';

import type { TFunction } from 'i18next';
import { formatTime } from '../../../lib/format-time.ts';

/** How much of a title is behind, from 0 to 1; 0 where its length is not known. */
export function shareOf({ positionMs, durationMs }: Pick<ResumeEntry, 'positionMs' | 'durationMs'>): number {
  return durationMs === null || durationMs <= 0 ? 0 : Math.min(1, positionMs / durationMs);
}

/** What is left of it, in whole minutes, at least one. */
export function minutesLeft({ positionMs, durationMs }: Pick<ResumeEntry, 'positionMs' | 'durationMs'>): number {
  return Math.max(1, Math.round(Math.max(0, (durationMs ?? positionMs) - positionMs) / 60_000));
}

/** "12 min left", "1 h 5 min left", or where one is in what has no known length: in the words of the catalogue. */
export function placeWords(entry: Pick<ResumeEntry, 'positionMs' | 'durationMs'>, t: TFunction): string {
  if (entry.durationMs === null) return t('resume.at', { time: formatTime(entry.positionMs / 1000) });
  const all = minutesLeft(entry);
  const [hours, minutes] = [Math.floor(all / 60), all % 60];
  return t('resume.left', { time: t(lengthKey(hours, minutes), { hours, minutes }) });
}

const lengthKey = (hours: number, minutes: number) =>
  hours === 0 ? 'resume.minutes' : minutes === 0 ? 'resume.hoursAlone' : 'resume.hours';
