import { isWellBegun } from './completion.ts';
import { isHidden, type ResumeRecord, type ResumeTitle, visibleRecord } from './record.ts';
import { ROW_LIMIT, ROW_WINDOW_MS } from './resume.constants.ts';

/** What is known of a title beyond what its viewer did. */
export interface ShowPlace {
  /** The show it is an episode of; null where it stands alone. */
  readonly showId: string | null;
  /** The episode after it; null where there is none. */
  readonly nextContentId: string | null;
}

/** One entry of the row: a title to go on with, or the episode after one that was watched to its end. */
export interface RowEntry {
  readonly contentId: string;
  readonly kind: 'resume' | 'next';
  /** What decided that it is here: of a `next` entry, that of the episode before it. */
  readonly record: ResumeRecord;
  /** Of a `resume` entry: hardly begun, short, or of a length that nobody knows. These come after all others. */
  readonly isLow: boolean;
}

export interface RowOptions {
  /** Server milliseconds. */
  readonly nowMs: number;
  readonly clearedAtMs: number;
  readonly limit?: number;
  placeOf(contentId: string): ShowPlace;
}

/** May it be in the row: was something of it watched on purpose, and is it not through? */
export function isOffered({ state, committed, watchedMs, durationMs }: ResumeRecord): boolean {
  return state === 'active' && (isWellBegun(watchedMs, durationMs) || (committed && watchedMs > 0));
}

/**
 * What somebody may want to go on with, one entry for each show: what they are in the middle of, then what they have only
 * looked into, of each the newest gesture first.
 */
export function continueRow(titles: Iterable<ResumeTitle>, options: RowOptions): RowEntry[] {
  const { nowMs, clearedAtMs, limit = ROW_LIMIT, placeOf } = options;
  const records = [...titles].flatMap((title) => {
    const record = visibleRecord(title, clearedAtMs);
    return record === null || nowMs - record.intentAtMs > ROW_WINDOW_MS ? [] : [{ record, hidden: isHidden(title) }];
  });
  records.sort((a, b) => newestFirst(a.record, b.record));
  const known = new Map(records.map(({ record }) => [record.contentId, record]));
  const shows = new Set<string>();
  const row: RowEntry[] = [];
  for (const isLow of [false, true]) {
    for (const { record, hidden } of records) {
      const { showId, nextContentId } = placeOf(record.contentId);
      const show = showId ?? record.contentId;
      if (shows.has(show)) continue;
      const entry = entryOf(record, nextContentId, known);
      if (entry?.isLow === isLow && !hidden) row.push(entry);
      // A look into an episode does not put away the one that is being watched; being through with the show does.
      if (entry?.isLow === isLow || record.state === 'completed') shows.add(show);
    }
  }
  return row.slice(0, limit);
}

function entryOf(record: ResumeRecord, nextContentId: string | null, known: ReadonlyMap<string, ResumeRecord>): RowEntry | null {
  const { contentId, watchedMs, durationMs } = record;
  if (record.state === 'active') {
    if (!isOffered(record)) return null;
    return { contentId, kind: 'resume', record, isLow: !isWellBegun(watchedMs, durationMs) };
  }
  if (nextContentId === null) return null;
  const next = known.get(nextContentId);
  if (next?.state === 'completed') return null;
  return { contentId: nextContentId, kind: 'next', record, isLow: false };
}

function newestFirst(a: ResumeRecord, b: ResumeRecord): number {
  return b.intentAtMs - a.intentAtMs || (a.contentId < b.contentId ? -1 : 1);
}
