import { CodedError, QUEUE_VOTES_MAX, QUEUE_VOTES_PER_PERSON_MAX } from '../protocol/index.ts';
import { queueItemId } from './item-id.ts';
import { authorOf, entryAgain, isGone, isKnown, nextAddedAtMs, noRoom, ownOrHosts, roomFor } from './items.ts';
import { indexOf, inserted, withoutItems } from './order.ts';
import type { Act, Actor, Change, QueueContext } from './queue-context.ts';
import type { QueueEntry, QueueRecord } from './queue-record.ts';
import { undoable } from './undo.ts';

// What is done with items of the queue: none of it touches what is on.

/** Adds what there is room for; with nothing of it there is none, it is refused. */
export function add(queue: QueueRecord, action: Act<'add'>, { session, nowMs }: QueueContext, actor: Actor): Change {
  const ids = action.items.map((_, index) => queueItemId(session.id, actor.memberId, action.opId, index));
  // A repeat of what was forgotten: whatever has become of the items, they were added.
  if (ids.some((id) => isKnown(queue, id))) return { added: ids };
  const addedAtMs = nextAddedAtMs(queue, nowMs);
  const candidates = action.items.map((item, index) => ({ item, itemId: ids[index] ?? '' }));
  let room = roomFor(queue, session, actor.memberId);
  const entries: QueueEntry[] = [];
  const added: (string | null)[] = [];
  for (const { item, itemId } of candidates) {
    const fits = item !== null && room > 0;
    added.push(fits ? itemId : null);
    if (!fits) continue;
    room -= 1;
    const { media, startS } = item;
    entries.push({ itemId, media, startS, addedBy: authorOf(actor), addedAtMs: addedAtMs + entries.length, voters: [] });
  }
  const [first = null] = entries;
  if (first === null) {
    if (action.items.every((item) => item === null)) throw new CodedError('bad_request', 'There is nothing here that can be played.');
    throw noRoom(queue);
  }
  const index = indexOf(action.place ?? 'last', queue.items, queue.tombstones);
  return { queue: { items: inserted(queue.items, index, entries) }, added, about: { entry: first, count: entries.length } };
}

/** Adds a video that was on, as a new item that knows where it was left. */
export function again(queue: QueueRecord, action: Act<'again'>, { session, nowMs }: QueueContext, actor: Actor): Change {
  const itemId = queueItemId(session.id, actor.memberId, action.opId, 0);
  if (isKnown(queue, itemId)) return { added: [itemId] };
  const entry = entryAgain(
    queue.history.find((one) => one.itemId === action.itemId),
    itemId,
    actor,
    nextAddedAtMs(queue, nowMs),
  );
  if (roomFor(queue, session, actor.memberId) < 1) throw noRoom(queue);
  const index = indexOf(action.place ?? 'last', queue.items, queue.tombstones);
  return { queue: { items: inserted(queue.items, index, [entry]) }, added: [itemId], about: { entry, count: 1 } };
}

export function move(queue: QueueRecord, { itemId, place }: Act<'move'>, context: QueueContext, actor: Actor): Change {
  if (queue.mode === 'votes') throw new CodedError('conflict', 'Votes order this queue.');
  const from = queue.items.findIndex((one) => one.itemId === itemId);
  const entry = ownOrHosts(queue.items[from], context, actor);
  if (typeof place === 'object' && place.after === itemId) return {};
  const before = queue.items[from - 1]?.itemId ?? null;
  const others = queue.items.filter((one) => one !== entry);
  const index = indexOf(place, others, [...queue.tombstones, { itemId, before }]);
  if (index === from) return {};
  const items = inserted(others, index, [entry]);
  return { queue: { items, undo: undoable(queue, 'move', [{ entry, after: before }], context, actor) }, about: { entry, count: 1 } };
}

export function remove(queue: QueueRecord, { itemId }: Act<'remove'>, context: QueueContext, actor: Actor): Change {
  // Two people who take the same one out both have what they want.
  if (isGone(queue, itemId)) return {};
  const index = queue.items.findIndex((one) => one.itemId === itemId);
  const entry = ownOrHosts(queue.items[index], context, actor);
  const after = queue.items[index - 1]?.itemId ?? null;
  return {
    queue: {
      ...withoutItems(queue, (one) => one === entry),
      undo: undoable(queue, 'remove', [{ entry, after }], context, actor),
    },
    about: { entry, count: 1 },
  };
}

export function clear(queue: QueueRecord, context: QueueContext, actor: Actor): Change {
  const { items } = queue;
  if (items.length === 0) return {};
  const entries = items.map((entry, index) => ({ entry, after: items[index - 1]?.itemId ?? null }));
  return {
    queue: { ...withoutItems(queue, () => true), undo: undoable(queue, 'clear', entries, context, actor) },
    about: { entry: null, count: items.length },
  };
}

export function vote(queue: QueueRecord, { itemId, on }: Act<'vote'>, { memberId }: Actor): Change {
  const entry = queue.items.find((one) => one.itemId === itemId);
  if (entry === undefined) {
    // Wanted, and on its way out already: nothing is wrong with that.
    if (isGone(queue, itemId)) return {};
    throw new CodedError('not_found', 'This is not in the queue.');
  }
  if (entry.voters.includes(memberId) === on) return {};
  if (on) {
    const all = queue.items.reduce((sum, one) => sum + one.voters.length, 0);
    const own = queue.items.filter((one) => one.voters.includes(memberId)).length;
    if (all >= QUEUE_VOTES_MAX || own >= QUEUE_VOTES_PER_PERSON_MAX) throw new CodedError('conflict', 'There are enough votes.');
  }
  const voters = on ? [...entry.voters, memberId] : entry.voters.filter((id) => id !== memberId);
  const items = queue.items.map((one) => (one === entry ? { ...entry, voters } : one));
  return { queue: { items }, about: { entry, count: 1 } };
}
