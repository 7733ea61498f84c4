import { CodedError, QUEUE_MAX, QUEUE_PER_PERSON_MAX, type QueuePlayed } from '../protocol/index.ts';
import { isHost } from '../timeline/permissions.ts';
import type { SessionRecord } from '../timeline/session-record.ts';
import type { Actor, QueueContext } from './queue-context.ts';
import type { QueueEntry, QueueRecord } from './queue-record.ts';

/** How many items somebody may add. */
export function roomFor({ items }: QueueRecord, { access }: SessionRecord, memberId: string): number {
  const left = QUEUE_MAX - items.length;
  if (isHost(access, memberId)) return left;
  return Math.min(left, QUEUE_PER_PERSON_MAX - items.filter((one) => one.addedBy.memberId === memberId).length);
}

export const noRoom = ({ items }: QueueRecord) =>
  new CodedError(
    'conflict',
    items.length >= QUEUE_MAX ? 'The queue is full.' : `One person can have ${QUEUE_PER_PERSON_MAX} videos in the queue.`,
  );

/** The item, where the actor may move it or take it out: their own, or a host any. */
export function ownOrHosts(entry: QueueEntry | undefined, { session }: QueueContext, { memberId }: Actor): QueueEntry {
  if (entry === undefined) throw new CodedError('not_found', 'This is not in the queue any more.');
  if (entry.addedBy.memberId === memberId || isHost(session.access, memberId)) return entry;
  throw new CodedError('forbidden', 'Only hosts change what others added.');
}

/** Was this item in the queue, and is no more? */
export function isGone({ items, tombstones, history, current }: QueueRecord, itemId: string): boolean {
  const isThis = (one: { readonly itemId: string }) => one.itemId === itemId;
  return current?.itemId !== itemId && !items.some(isThis) && (tombstones.some(isThis) || history.some(isThis));
}

/** Is, or was lately, this item in the queue? */
export const isKnown = (queue: QueueRecord, itemId: string): boolean =>
  queue.items.some((one) => one.itemId === itemId) ||
  queue.current?.itemId === itemId ||
  isGone(queue, itemId) ||
  queue.undo.some(({ entries }) => entries.some(({ entry }) => entry.itemId === itemId));

export const authorOf = ({ memberId, name }: Actor) => ({ memberId, name });

/** No two items of a queue were added at the same time, so that there is one order of time. */
export const nextAddedAtMs = ({ items }: QueueRecord, nowMs: number) =>
  items.reduce((latestMs, one) => Math.max(latestMs, one.addedAtMs + 1), nowMs);

/** A new item of what was on. @throws CodedError `not_found` */
export function entryAgain(played: QueuePlayed | undefined, itemId: string, actor: Actor, addedAtMs: number): QueueEntry {
  if (played === undefined) throw new CodedError('not_found', 'This is not in the queue any more.');
  const { media, startS, positionS } = played;
  const entry = { itemId, media, startS, addedBy: authorOf(actor), addedAtMs, voters: [] };
  return positionS === undefined ? entry : { ...entry, positionS };
}
