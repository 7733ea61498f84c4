import type { SessionRecord } from '../timeline/session-record.ts';
import { currentOf, putOn, wishesOf, withPlayed } from './change-over.ts';
import { ordered } from './order.ts';
import type { QueueEvent } from './queue-actions.ts';
import type { Change, QueueContext } from './queue-context.ts';
import type { QueueEntry, QueueRecord } from './queue-record.ts';
import { skipVotesNeeded } from './skip-votes.ts';

/** What something that happened makes of a queue; null where it changes nothing. */
export function changeBy(queue: QueueRecord, event: QueueEvent, context: QueueContext): Change | null {
  const { session, nowMs, present } = context;
  switch (event.kind) {
    case 'ended': {
      const [entry] = queue.items;
      const isOn = session.playback.timeline.version === event.version && session.playback.timeline.playing;
      if (!isOn || !queue.auto || entry === undefined || wishesOf(queue, session).stay) return null;
      return { ...putOn(queue, entry, { session, nowMs, by: null }), about: { entry, count: 1 } };
    }
    case 'left':
      return withoutVotes(queue, event.memberIds, session, nowMs, present);
    case 'succeeded':
      return succeeded(queue, event.guestIds, event.memberId);
    case 'known':
      return titled(queue, event.mediaId, event.title);
    case 'replaced': {
      const { current } = queue;
      if (current === null || currentOf(queue, session) !== null) return null;
      const { itemId, media, startS, addedBy } = current;
      const history = withPlayed(queue.history, { itemId, media, startS, addedBy, playedAtMs: nowMs });
      return { queue: { current: null, wishes: null, history } };
    }
  }
}

/** Has this queue, or its history, a medium of this content id of which nobody knows what it is called? */
export function lacksTitle({ items, current, history }: QueueRecord, mediaId: string): boolean {
  return [...items, ...history, ...(current === null ? [] : [current])].some(({ media }) => media.id === mediaId && media.title === null);
}

/** A title that nobody knew is known. How long its service says it is counts for nothing: that is a host's word. */
function titled(queue: QueueRecord, mediaId: string, title: string): Change | null {
  if (!lacksTitle(queue, mediaId)) return null;
  const named = <T extends Pick<QueueEntry, 'media'>>(one: T): T =>
    one.media.id === mediaId && one.media.title === null ? { ...one, media: { ...one.media, title } } : one;
  const { items, current, history } = queue;
  return { queue: { items: items.map(named), current: current === null ? null : named(current), history: history.map(named) } };
}

/** Who leaves takes their votes along; with fewer people fewer are needed. */
function withoutVotes(
  queue: QueueRecord,
  memberIds: readonly string[],
  session: SessionRecord,
  nowMs: number,
  present: number,
): Change | null {
  const isLeft = (id: string) => !memberIds.includes(id);
  const wishes = wishesOf(queue, session);
  const skipVoters = wishes.skipVoters.filter(isLeft);
  const has = queue.items.some(({ voters }) => !voters.every(isLeft));
  const items = has
    ? queue.items.map((one) => (one.voters.every(isLeft) ? one : { ...one, voters: one.voters.filter(isLeft) }))
    : queue.items;
  const [entry] = ordered({ mode: queue.mode, items });
  if (skipVoters.length > 0 && entry !== undefined && skipVoters.length >= skipVotesNeeded(present, queue.skipPercent)) {
    return putOn({ ...queue, items }, entry, { session, nowMs, by: null });
  }
  if (!has && skipVoters.length === wishes.skipVoters.length) return null;
  return { queue: { items, wishes: { ...wishes, skipVoters } } };
}

/** What guests added and voted for is this member's now. */
function succeeded(queue: QueueRecord, guestIds: readonly string[], memberId: string): Change | null {
  const of = (id: string) => (guestIds.includes(id) ? memberId : id);
  const all = (ids: readonly string[]) => [...new Set(ids.map(of))];
  const by = <T extends { readonly addedBy: { readonly memberId: string; readonly name: string } | null }>(one: T): T =>
    one.addedBy !== null && guestIds.includes(one.addedBy.memberId) ? { ...one, addedBy: { ...one.addedBy, memberId } } : one;
  const entry = <T extends QueueEntry>(one: T): T => {
    const { voters } = one;
    return by(voters.some((id) => guestIds.includes(id)) ? { ...one, voters: all(voters) } : one);
  };
  const items = queue.items.map(entry);
  const history = queue.history.map(by);
  const current = queue.current === null ? null : entry(queue.current);
  const wishes = queue.wishes === null ? null : { ...queue.wishes, skipVoters: all(queue.wishes.skipVoters) };
  const undo = queue.undo.map((step) => ({
    ...step,
    memberId: of(step.memberId),
    entries: step.entries.map(({ entry: one, after }) => ({ entry: entry(one), after })),
  }));
  const before = JSON.stringify([queue.items, queue.history, queue.current, queue.wishes, queue.undo]);
  return JSON.stringify([items, history, current, wishes, undo]) === before ? null : { queue: { items, history, current, wishes, undo } };
}
