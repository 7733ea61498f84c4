import { CodedError, QUEUE_VOTES_MAX } from '../protocol/index.ts';
import { currentOf, putOn, wishesOf } from './change-over.ts';
import { queueItemId } from './item-id.ts';
import { entryAgain, isGone } from './items.ts';
import type { Act, Actor, Change, QueueContext } from './queue-context.ts';
import type { QueueRecord } from './queue-record.ts';
import { skipVotesNeeded } from './skip-votes.ts';

// What goes on from what is on, or keeps it.

export function playNow(queue: QueueRecord, { itemId, positionS, opId }: Act<'play-now'>, context: QueueContext, actor: Actor): Change {
  const { session, nowMs } = context;
  if (currentOf(queue, session)?.itemId === itemId) return {};
  const waiting = queue.items.find((one) => one.itemId === itemId);
  const played = queue.history.find((one) => one.itemId === itemId);
  const entry = waiting ?? entryAgain(played, queueItemId(session.id, actor.memberId, opId, 0), actor, nowMs);
  return { ...putOn(queue, entry, { session, nowMs, by: actor, positionS }), about: { entry, count: 1 } };
}

/** The first of several who go on from the same video does; the others find it done. */
export function next(queue: QueueRecord, fromItemId: string | null, { session, nowMs }: QueueContext, actor: Actor | null): Change {
  const current = currentOf(queue, session);
  if ((current?.itemId ?? null) !== fromItemId) {
    if (fromItemId === null || isGone(queue, fromItemId)) return {};
    throw new CodedError('conflict', 'Another video is on by now.');
  }
  const [entry] = queue.items;
  if (entry === undefined) throw new CodedError('conflict', 'Nothing is up next.');
  return { ...putOn(queue, entry, { session, nowMs, by: actor }), about: { entry, count: 1 } };
}

export function skip(queue: QueueRecord, { fromItemId, on }: Act<'skip'>, context: QueueContext, actor: Actor): Change {
  const { session, nowMs, present } = context;
  const current = currentOf(queue, session);
  if ((current?.itemId ?? null) !== fromItemId) return {};
  if (queue.items.length === 0 && on) throw new CodedError('conflict', 'Nothing is up next.');
  const wishes = wishesOf(queue, session);
  if (wishes.skipVoters.includes(actor.memberId) === on) return {};
  const skipVoters = on ? [...wishes.skipVoters, actor.memberId] : wishes.skipVoters.filter((id) => id !== actor.memberId);
  const about = { entry: current, count: skipVoters.length };
  const [entry] = queue.items;
  if (entry !== undefined && skipVoters.length >= skipVotesNeeded(present, queue.skipPercent)) {
    return { ...putOn(queue, entry, { session, nowMs, by: null }), about };
  }
  if (skipVoters.length > QUEUE_VOTES_MAX) throw new CodedError('conflict', 'There are enough votes.');
  return { queue: { wishes: { ...wishes, skipVoters } }, about };
}

export function stay(queue: QueueRecord, { fromItemId, on }: Act<'stay'>, { session }: QueueContext): Change {
  const current = currentOf(queue, session);
  if ((current?.itemId ?? null) !== fromItemId) throw new CodedError('conflict', 'Another video is on by now.');
  const wishes = wishesOf(queue, session);
  return wishes.stay === on ? {} : { queue: { wishes: { ...wishes, stay: on } }, about: { entry: current, count: 1 } };
}
