import { CodedError, type QueuePlace } from '../protocol/index.ts';
import type { QueueEntry, QueueRecord, Tombstone } from './queue-record.ts';
import { TOMBSTONES_MAX } from './queue-record.ts';

/**
 * The order of votes: the most wanted first; of those equally wanted everybody's first one, then everybody's second
 * (round-robin by who added, so that nobody fills the evening alone); then by time.
 */
export function voteOrder(items: readonly QueueEntry[]): QueueEntry[] {
  const byTime = [...items].sort((a, b) => a.addedAtMs - b.addedAtMs || (a.itemId < b.itemId ? -1 : 1));
  const counts = new Map<string, number>();
  const turns = new Map<QueueEntry, number>();
  for (const entry of byTime) {
    const key = `${entry.voters.length} ${entry.addedBy.memberId}`;
    const turn = counts.get(key) ?? 0;
    counts.set(key, turn + 1);
    turns.set(entry, turn);
  }
  // The sort is stable: what is equal stays in the order of time.
  return byTime.sort((a, b) => b.voters.length - a.voters.length || (turns.get(a) ?? 0) - (turns.get(b) ?? 0));
}

/** Items in the order that the mode of the queue wants. */
export function ordered({ mode, items }: Pick<QueueRecord, 'mode' | 'items'>): readonly QueueEntry[] {
  return mode === 'votes' ? voteOrder(items) : items;
}

/**
 * Which index a place means among items. Where the item it names is gone, its nearest predecessor stands for it.
 * @throws CodedError `conflict` where nothing is known of that item any more
 */
export function indexOf(place: QueuePlace, items: readonly QueueEntry[], tombstones: readonly Tombstone[]): number {
  if (place === 'first') return 0;
  if (place === 'last') return items.length;
  const index = indexBehind(place.after, items, tombstones);
  if (index === null) throw new CodedError('conflict', 'What this was to come after is gone.');
  return index;
}

/** The index behind an item or behind what stood before it; null where nothing is known of it any more. */
export function indexBehind(after: string | null, items: readonly QueueEntry[], tombstones: readonly Tombstone[]): number | null {
  let itemId = after;
  // Newest first: an item that came back and went again left two.
  for (let step = 0; step <= tombstones.length; step += 1) {
    if (itemId === null) return 0;
    const index = items.findIndex((entry) => entry.itemId === itemId);
    if (index !== -1) return index + 1;
    const tombstone = tombstones.findLast((one) => one.itemId === itemId);
    if (tombstone === undefined) return null;
    itemId = tombstone.before;
  }
  return null;
}

/** Items with some of them put in at an index. */
export function inserted(items: readonly QueueEntry[], index: number, entries: readonly QueueEntry[]): QueueEntry[] {
  return [...items.slice(0, index), ...entries, ...items.slice(index)];
}

/** Items without some of them, which leave tombstones. */
export function withoutItems(
  { items, tombstones }: Pick<QueueRecord, 'items' | 'tombstones'>,
  isGone: (entry: QueueEntry) => boolean,
): Pick<QueueRecord, 'items' | 'tombstones'> {
  const stones: Tombstone[] = [];
  let before: string | null = null;
  const left: QueueEntry[] = [];
  for (const entry of items) {
    if (isGone(entry)) stones.push({ itemId: entry.itemId, before });
    else {
      left.push(entry);
      before = entry.itemId;
    }
  }
  return { items: left, tombstones: [...tombstones, ...stones].slice(-TOMBSTONES_MAX) };
}
