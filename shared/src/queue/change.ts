import type { QueueCause, QueueChange, QueueItem } from '../protocol/index.ts';
import type { QueueEntry, QueueRecord } from './queue-record.ts';
import { itemOf, statusOf } from './queue-view.ts';

/** What leads from one queue to another: as small as what differs. */
export function changeBetween(sessionId: string, before: QueueRecord, after: QueueRecord, causes: readonly QueueCause[]): QueueChange {
  const former = new Map(before.items.map((entry) => [entry.itemId, entry]));
  const left = new Set(after.items.map(({ itemId }) => itemId));
  const put: QueueItem[] = [];
  const votes: { itemId: string; votes: number }[] = [];
  for (const entry of after.items) {
    const was = former.get(entry.itemId);
    if (was === entry) continue;
    if (was === undefined || !isSameButVotes(was, entry)) put.push(itemOf(entry));
    else if (was.voters.length !== entry.voters.length) votes.push({ itemId: entry.itemId, votes: entry.voters.length });
  }
  const status = statusOf(after);
  const isOther = JSON.stringify(status) !== JSON.stringify(statusOf(before));
  const known = new Set(before.history.map(({ itemId }) => itemId));
  return {
    sessionId,
    from: before.version,
    version: after.version,
    removed: before.items.filter(({ itemId }) => !left.has(itemId)).map(({ itemId }) => itemId),
    put,
    votes,
    placed: placements(
      before.items.map(({ itemId }) => itemId).filter((id) => left.has(id)),
      after.items.map(({ itemId }) => itemId),
    ),
    ...(isOther ? { status } : {}),
    played: after.history.filter(({ itemId }) => !known.has(itemId)),
    causes,
  };
}

/** Items after a change; of those at the version it leads from. */
export function itemsAfter(items: readonly QueueItem[], change: Pick<QueueChange, 'removed' | 'put' | 'votes' | 'placed'>): QueueItem[] {
  const gone = new Set(change.removed);
  const put = new Map(change.put.map((item) => [item.itemId, item]));
  const votes = new Map(change.votes.map((one) => [one.itemId, one.votes]));
  const placed = new Set(change.placed.map(({ itemId }) => itemId));
  const all = new Map<string, QueueItem>();
  const order: string[] = [];
  for (const item of items) {
    if (gone.has(item.itemId)) continue;
    const now = put.get(item.itemId) ?? item;
    all.set(item.itemId, { ...now, votes: votes.get(item.itemId) ?? now.votes });
    if (!placed.has(item.itemId)) order.push(item.itemId);
  }
  for (const item of change.put) if (!all.has(item.itemId)) all.set(item.itemId, item);
  for (const { itemId, after } of change.placed) order.splice(after === null ? 0 : order.indexOf(after) + 1, 0, itemId);
  return order.flatMap((itemId) => all.get(itemId) ?? []);
}

const isSameButVotes = (a: QueueEntry, b: QueueEntry) =>
  a.media === b.media && a.positionS === b.positionS && a.addedBy.memberId === b.addedBy.memberId;

/**
 * The fewest items to be put elsewhere that make `after` of `before`: all but a longest increasing subsequence (M. Fredman,
 * "On computing the length of longest increasing subsequences", 1975).
 */
export function placements(before: readonly string[], after: readonly string[]): { itemId: string; after: string | null }[] {
  const rank = new Map(before.map((itemId, index) => [itemId, index]));
  const staying = longestRising(after.map((itemId) => rank.get(itemId) ?? -1));
  return after.flatMap((itemId, index) => (staying.has(index) ? [] : [{ itemId, after: after[index - 1] ?? null }]));
}

/** Indexes of a longest rising subsequence; what is below 0 is in none. */
function longestRising(values: readonly number[]): Set<number> {
  /** By length less one: the index of the smallest value that such a subsequence ends with. */
  const ends: number[] = [];
  const previous: number[] = [];
  for (const [index, value] of values.entries()) {
    if (value < 0) continue;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = ends[low - 1] ?? -1;
    ends[low] = index;
  }
  const staying = new Set<number>();
  for (let index = ends.at(-1) ?? -1; index !== -1; index = previous[index] ?? -1) staying.add(index);
  return staying;
}
