/** Bound: lines that are in the page at once; more would slow every change of it. */
export const SHOWN_MAX = 200;
/** How far the window moves when somebody scrolls to one of its ends. */
export const STEP = 50;

/** Which of the lines are in the page: to the newest, or up to `end` for somebody who reads what was before. */
export interface LineWindow {
  /** Key of the last line in it; null: it goes with the newest. */
  readonly lastKey: string | null;
  /** Where it ended: there it goes on to end, about, when that line is deleted. */
  readonly end?: number;
}

export const NEWEST: LineWindow = { lastKey: null };

interface Keyed {
  readonly key: string;
}

/** What of the items is in the page, as a range of their indices. */
export function rangeOf(
  items: readonly Keyed[],
  { lastKey, end: endedAt = items.length }: LineWindow,
): { readonly start: number; readonly end: number } {
  const found = lastKey === null ? -1 : items.findLastIndex(({ key }) => key === lastKey);
  const end = found >= 0 ? found + 1 : lastKey === null ? items.length : Math.min(endedAt, items.length);
  return { start: Math.max(0, end - SHOWN_MAX), end };
}

const upTo = (items: readonly Keyed[], end: number): LineWindow => ({ lastKey: items[end - 1]?.key ?? null, end });

/** The window where it is, whatever comes. */
export function held(items: readonly Keyed[], window: LineWindow): LineWindow {
  return upTo(items, rangeOf(items, window).end);
}

/** One step towards the oldest; the same window where there is nothing before it. */
export function stepBack(items: readonly Keyed[], window: LineWindow): LineWindow {
  const { start, end } = rangeOf(items, window);
  return start === 0 ? window : upTo(items, Math.max(SHOWN_MAX, end - STEP));
}

/** One step towards the newest, and at last along with it. */
export function stepOn(items: readonly Keyed[], window: LineWindow): LineWindow {
  const { end } = rangeOf(items, window);
  return end + STEP >= items.length ? NEWEST : upTo(items, end + STEP);
}

/** The window with an item in its middle. */
export function around(items: readonly Keyed[], key: string): LineWindow {
  const index = items.findIndex((item) => item.key === key);
  const end = index + SHOWN_MAX / 2;
  return index < 0 || end >= items.length ? NEWEST : upTo(items, end);
}
