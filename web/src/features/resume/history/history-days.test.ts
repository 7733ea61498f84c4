import type { HistoryEntry } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { dayName, folded, historyDays } from './history-days.ts';

const NOON_MS = new Date(2024, 2, 5, 12).getTime();
const DAY_MS = 86_400_000;
const entry = (contentId: string, agoMs: number, completedAtMs: number | null = null): HistoryEntry => ({
  contentId,
  begunAtMs: NOON_MS - agoMs,
  completedAtMs,
  media: null,
});
const nameOf = ({ contentId }: HistoryEntry) => contentId;
const shown = (entries: readonly HistoryEntry[], query?: string) =>
  historyDays(entries, nameOf, query).map(({ items }) => items.map(({ name, isNewest }) => `${name}${isNewest ? ' *' : ''}`));

describe('historyDays', () => {
  it('has each title once a day, and tells its newest', () => {
    expect(shown([entry('a', 0), entry('b', 1000), entry('a', 2000), entry('a', DAY_MS)])).toEqual([['a *', 'b *'], ['a']]);
  });

  it('says that it was watched to its end that day, also where it was begun again', () => {
    const [day] = historyDays([entry('a', 0), entry('a', 1000, NOON_MS)], nameOf);
    expect(day?.items).toMatchObject([{ entry: { begunAtMs: NOON_MS, completedAtMs: NOON_MS } }]);
  });

  it('finds titles by their words, without accents, in any order', () => {
    const entries = ['Amélie (2001)', 'Big Buck Bunny', 'Straße der Sehnsucht', "It's here"].map((name) => entry(name, 0));
    const found = (query: string) => shown(entries, query).flat();
    expect(found('amelie')).toEqual(['Amélie (2001) *']);
    expect(found('bunny  BIG')).toEqual(['Big Buck Bunny *']);
    expect(found('strasse')).toEqual(['Straße der Sehnsucht *']);
    expect(found('its')).toEqual(["It's here *"]);
    expect(found('nothing')).toEqual([]);
    expect(found('  ')).toHaveLength(4);
  });
});

it('folded keeps what other scripts have', () => {
  expect(folded('東京物語 (1953)')).toBe('東京物語 1953');
  expect(folded('Сталкер')).toBe('сталкер');
});

it('days are called as people call them', () => {
  const day = (agoMs: number) => dayName(new Date(NOON_MS - agoMs).setHours(0, 0, 0, 0), NOON_MS, 'en');
  expect([day(0), day(DAY_MS), day(3 * DAY_MS)]).toEqual(['Today', 'Yesterday', 'Saturday, March 2']);
  expect(day(90 * DAY_MS)).toContain('2023');
});
