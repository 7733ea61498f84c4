import type { HistoryEntry } from '@cowatch/shared/protocol';

/** One title on one day, however often it was gone on with. */
export interface HistoryItem {
  readonly entry: HistoryEntry;
  readonly name: string;
  /** The newest of its title: what is known of it now is told there. */
  readonly isNewest: boolean;
}

export interface HistoryDay {
  /** Midnight at its beginning where the reader is, in milliseconds. */
  readonly atMs: number;
  readonly items: readonly HistoryItem[];
}

/** Sittings, the newest first, day by day; of each day a title once. */
export function historyDays(entries: readonly HistoryEntry[], nameOf: (entry: HistoryEntry) => string, query = ''): HistoryDay[] {
  const words = folded(query).split(' ').filter(Boolean);
  const days = new Map<number, HistoryItem[]>();
  const seen = new Set<string>();
  for (const entry of entries) {
    const isNewest = !seen.has(entry.contentId);
    seen.add(entry.contentId);
    const name = nameOf(entry);
    const text = folded(name);
    if (!words.every((word) => text.includes(word))) continue;
    const atMs = new Date(entry.begunAtMs).setHours(0, 0, 0, 0);
    const items = days.get(atMs) ?? [];
    days.set(atMs, items);
    const same = items.findIndex((item) => item.entry.contentId === entry.contentId);
    // Begun again after it was through: that it was stays said.
    if (same < 0) items.push({ entry, name, isNewest });
    else if (items[same] && entry.completedAtMs !== null && items[same].entry.completedAtMs === null)
      items[same] = { ...items[same], entry: { ...items[same].entry, completedAtMs: entry.completedAtMs } };
  }
  return [...days].map(([atMs, items]) => ({ atMs, items }));
}

/** Text as it is looked for: without accents, in small letters, with single spaces. */
export function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/œ/g, 'oe')
    .replace(/æ/g, 'ae')
    .replace(/['’.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const DAY_MS = 86_400_000;

/** "Today", "Yesterday", "Tuesday, 5 March": a day as people call it. */
export function dayName(atMs: number, nowMs: number, language: string): string {
  const today = new Date(nowMs).setHours(0, 0, 0, 0);
  const days = Math.round((atMs - today) / DAY_MS);
  const name =
    days > -2
      ? new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day')
      : new Intl.DateTimeFormat(language, {
          weekday: 'long',
          day: 'numeric',
          month: 'long',
          ...(new Date(atMs).getFullYear() === new Date(nowMs).getFullYear() ? {} : { year: 'numeric' }),
        }).format(atMs);
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}
