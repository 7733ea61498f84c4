import type { ServerToClientEvents } from '../../protocol/index.ts';
import { orderKey } from '../../resume/index.ts';
import { keepNewest } from '../newest.ts';

type Listener = ServerToClientEvents['resume:updated'];

/** Titles of which the newest update is remembered. */
const TITLES_ORDERED = 200;

/**
 * Passes updates on unless a later one of the same title has been passed on already: two servers that take the saves of
 * two devices publish them side by side. Bound: the titles updated last.
 */
export function inMeantOrder(listener: Listener): Listener {
  const newest = new Map<string, string>();
  return (update) => {
    const { contentId, entry } = update;
    const key = entry === null ? '' : orderKey(entry);
    const known = newest.get(contentId) ?? '';
    // What says no more than that it is gone has no place in the order: it is as new as it comes.
    if (entry !== null && key < known) return;
    newest.delete(contentId);
    newest.set(contentId, entry === null ? known : key);
    keepNewest(newest, TITLES_ORDERED);
    listener(update);
  };
}
