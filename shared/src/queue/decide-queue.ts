import {
  COMMAND_MAX_AGE_MS,
  CodedError,
  QUEUE_MAX,
  QUEUE_PER_PERSON_MAX,
  QUEUE_UNDO_MS,
  QUEUE_VOTES_MAX,
  QUEUE_VOTES_PER_PERSON_MAX,
  type QueueCause,
  type QueuePlayed,
  type QueueResult,
  type QueueUndo,
} from '../protocol/index.ts';
import { isShutOut, notOpen } from '../timeline/door.ts';
import { isHost, rightRefusal } from '../timeline/permissions.ts';
import { nextVersion } from '../timeline/position.ts';
import type { SessionRecord } from '../timeline/session-record.ts';
import { type ChangeOver, currentOf, putOn, wishesOf } from './change-over.ts';
import { queueItemId } from './item-id.ts';
import { indexBehind, indexOf, inserted, ordered, withoutItems } from './order.ts';
import type { QueueAction, QueueEvent } from './queue-actions.ts';
import { type QueueEntry, type QueueRecord, REMEMBERED_QUEUE_OPS, UNDO_STEPS_MAX, type UndoStep } from './queue-record.ts';
import { skipVotesNeeded } from './skip-votes.ts';

export interface QueueContext {
  /** The session as it is now: rights, and what is on. */
  readonly session: SessionRecord;
  /** Cluster milliseconds. */
  readonly nowMs: number;
  /** Who acts, as the login and the roster say; null for what happens by itself. */
  readonly actor: { readonly memberId: string; readonly name: string } | null;
  /** People in the party who are not away. */
  readonly present: number;
}

export type QueueDecision =
  /** Commit `next`, and with it the medium that it puts on, if both records are still those it was decided on; then tell. */
  | {
      readonly kind: 'commit';
      readonly next: QueueRecord;
      readonly result: QueueResult;
      readonly changeOver: ChangeOver | null;
      readonly cause: QueueCause | null;
    }
  /** Seen before, or nothing to be done. */
  | { readonly kind: 'repeat'; readonly result: QueueResult }
  | { readonly kind: 'refused'; readonly error: CodedError };

/** What is to be different. */
interface Change {
  readonly queue?: Partial<Omit<QueueRecord, 'version' | 'ops'>>;
  readonly changeOver?: ChangeOver;
  readonly added?: readonly (string | null)[];
  /** What it was about, for people to hear of. */
  readonly about?: { readonly entry: Pick<QueueEntry, 'itemId' | 'media'> | null; readonly count: number };
}

type Act<K extends QueueAction['kind']> = Extract<QueueAction, { readonly kind: K }>;
type Actor = NonNullable<QueueContext['actor']>;

/**
 * What a command, or what happened, makes of a queue. Pure: the same record, action and context give the same decision, so
 * that a lost compare-and-set is simply decided again on the newer records.
 */
export function decideQueue(queue: QueueRecord, action: QueueAction | QueueEvent, context: QueueContext): QueueDecision {
  const { actor } = context;
  if (!('opId' in action)) return decideEvent(queue, action, context);
  if (actor === null) throw new Error('a command is somebody’s');
  const seen = queue.ops.find((op) => op.opId === action.opId && op.memberId === actor.memberId);
  if (seen) return { kind: 'repeat', result: seen.result };
  try {
    assertTimely(action, context, actor);
    const change = changeFor(queue, action, context, actor);
    return commit(queue, change, context, action);
  } catch (error) {
    if (error instanceof CodedError) return { kind: 'refused', error };
    throw error;
  }
}

function assertTimely({ issuedAtMs }: QueueAction, { session, nowMs }: QueueContext, { memberId }: Actor): void {
  if (session.endedAtMs !== null) throw new CodedError('gone', 'This party has ended.');
  if (isShutOut(session, memberId)) throw notOpen();
  if (Math.abs(nowMs - issuedAtMs) > COMMAND_MAX_AGE_MS) throw new CodedError('conflict', 'This came too late to be carried out.');
}

function changeFor(queue: QueueRecord, action: QueueAction, context: QueueContext, actor: Actor): Change {
  const { access } = context.session;
  const needsHost = action.kind === 'clear' || action.kind === 'mode' || action.kind === 'auto' || action.kind === 'skip-percent';
  const replaces = action.kind === 'play-now' || action.kind === 'next' || action.kind === 'stay';
  if (needsHost && !isHost(access, actor.memberId)) throw new CodedError('forbidden', 'Only hosts may do this.');
  const refusal = rightRefusal(access, actor.memberId, replaces ? 'video' : 'queue', context.nowMs);
  if (refusal !== null) throw refusal;
  switch (action.kind) {
    case 'add':
      return add(queue, action, context, actor);
    case 'again':
      return again(queue, action, context, actor);
    case 'move':
      return move(queue, action, context, actor);
    case 'remove':
      return remove(queue, action, context, actor);
    case 'clear':
      return clear(queue, context, actor);
    case 'undo':
      return undo(queue, context, actor);
    case 'vote':
      return vote(queue, action, actor);
    case 'play-now':
      return playNow(queue, action, context, actor);
    case 'next':
      return next(queue, action.fromItemId, context, actor);
    case 'skip':
      return skip(queue, action, context, actor);
    case 'stay':
      return stay(queue, action, context);
    case 'mode':
      return queue.mode === action.mode ? {} : { queue: { mode: action.mode } };
    case 'auto':
      return queue.auto === action.on ? {} : { queue: { auto: action.on } };
    case 'skip-percent':
      return queue.skipPercent === action.percent ? {} : { queue: { skipPercent: action.percent } };
  }
}

/** Adds what there is room for; with nothing of it there is none, it is refused. */
function add(queue: QueueRecord, action: Act<'add'>, { session, nowMs }: QueueContext, actor: Actor): Change {
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
function again(queue: QueueRecord, action: Act<'again'>, { session, nowMs }: QueueContext, actor: Actor): Change {
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

/** No two items of a queue were added at the same time, so that there is one order of time. */
const nextAddedAtMs = ({ items }: QueueRecord, nowMs: number) =>
  items.reduce((latestMs, one) => Math.max(latestMs, one.addedAtMs + 1), nowMs);

/** A new item of what was on. @throws CodedError `not_found` */
function entryAgain(played: QueuePlayed | undefined, itemId: string, actor: Actor, addedAtMs: number): QueueEntry {
  if (played === undefined) throw new CodedError('not_found', 'This is not in the queue any more.');
  const { media, startS, positionS } = played;
  const entry = { itemId, media, startS, addedBy: authorOf(actor), addedAtMs, voters: [] };
  return positionS === undefined ? entry : { ...entry, positionS };
}

function move(queue: QueueRecord, { itemId, place }: Act<'move'>, context: QueueContext, actor: Actor): Change {
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

function remove(queue: QueueRecord, { itemId }: Act<'remove'>, context: QueueContext, actor: Actor): Change {
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

function clear(queue: QueueRecord, context: QueueContext, actor: Actor): Change {
  const { items } = queue;
  if (items.length === 0) return {};
  const entries = items.map((entry, index) => ({ entry, after: items[index - 1]?.itemId ?? null }));
  return {
    queue: { ...withoutItems(queue, () => true), undo: undoable(queue, 'clear', entries, context, actor) },
    about: { entry: null, count: items.length },
  };
}

/** Takes back the newest step that is the actor's own; a host's, where there is none, the newest of all. */
function undo(queue: QueueRecord, { session, nowMs }: QueueContext, actor: Actor): Change {
  const open = queue.undo.filter((step) => step.untilMs >= nowMs);
  const own = open.findLast((step) => step.memberId === actor.memberId);
  const step = own ?? (isHost(session.access, actor.memberId) ? open.at(-1) : undefined);
  if (step === undefined) throw new CodedError('conflict', 'There is nothing to take back any more.');
  let items: readonly QueueEntry[] = queue.items;
  let count = 0;
  for (const { entry, after } of step.entries) {
    const now = items.find((one) => one.itemId === entry.itemId);
    // A moved item that was played or taken out meanwhile stays so.
    if (step.kind === 'move' && now === undefined) continue;
    if (step.kind !== 'move' && now !== undefined) continue;
    const others = items.filter((one) => one.itemId !== entry.itemId);
    items = inserted(others, indexBehind(after, others, queue.tombstones) ?? others.length, [now ?? entry]);
    count += 1;
  }
  const left = queue.undo.filter((one) => one !== step);
  return { queue: { items, undo: left }, about: { entry: step.entries[0]?.entry ?? null, count } };
}

function vote(queue: QueueRecord, { itemId, on }: Act<'vote'>, { memberId }: Actor): Change {
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

function playNow(queue: QueueRecord, { itemId, positionS, opId }: Act<'play-now'>, context: QueueContext, actor: Actor): Change {
  const { session, nowMs } = context;
  if (currentOf(queue, session)?.itemId === itemId) return {};
  const waiting = queue.items.find((one) => one.itemId === itemId);
  const played = queue.history.find((one) => one.itemId === itemId);
  const entry = waiting ?? entryAgain(played, queueItemId(session.id, actor.memberId, opId, 0), actor, nowMs);
  return { ...putOn(queue, entry, { session, nowMs, by: actor, positionS }), about: { entry, count: 1 } };
}

/** The first of several who go on from the same video does; the others find it done. */
function next(queue: QueueRecord, fromItemId: string | null, { session, nowMs }: QueueContext, actor: Actor | null): Change {
  const current = currentOf(queue, session);
  if ((current?.itemId ?? null) !== fromItemId) {
    if (fromItemId === null || isGone(queue, fromItemId)) return {};
    throw new CodedError('conflict', 'Another video is on by now.');
  }
  const [entry] = queue.items;
  if (entry === undefined) throw new CodedError('conflict', 'Nothing is up next.');
  return { ...putOn(queue, entry, { session, nowMs, by: actor }), about: { entry, count: 1 } };
}

function skip(queue: QueueRecord, { fromItemId, on }: Act<'skip'>, context: QueueContext, actor: Actor): Change {
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

function stay(queue: QueueRecord, { fromItemId, on }: Act<'stay'>, { session }: QueueContext): Change {
  const current = currentOf(queue, session);
  if ((current?.itemId ?? null) !== fromItemId) throw new CodedError('conflict', 'Another video is on by now.');
  const wishes = wishesOf(queue, session);
  return wishes.stay === on ? {} : { queue: { wishes: { ...wishes, stay: on } }, about: { entry: current, count: 1 } };
}

/** What happens by itself; null where it changes nothing. */
function decideEvent(queue: QueueRecord, event: QueueEvent, context: QueueContext): QueueDecision {
  const change = changeBy(queue, event, context);
  if (change === null || context.session.endedAtMs !== null) return { kind: 'repeat', result: { version: queue.version, changed: false } };
  return commit(queue, change, context, null);
}

function changeBy(queue: QueueRecord, event: QueueEvent, context: QueueContext): Change | null {
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
      const history = [...queue.history.filter((one) => one.media.id !== media.id), { itemId, media, startS, addedBy, playedAtMs: nowMs }];
      return { queue: { current: null, wishes: null, history } };
    }
  }
}

/** A title that nobody knew is known. How long its service says it is counts for nothing: that is a host's word. */
function titled(queue: QueueRecord, mediaId: string, title: string): Change | null {
  const isThis = ({ media }: Pick<QueueEntry, 'media'>) => media.id === mediaId && media.title === null;
  if (![...queue.items, ...queue.history].some(isThis)) return null;
  const named = <T extends Pick<QueueEntry, 'media'>>(one: T): T => (isThis(one) ? { ...one, media: { ...one.media, title } } : one);
  return { queue: { items: queue.items.map(named), history: queue.history.map(named) } };
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

/** How many items somebody may add. */
function roomFor({ items }: QueueRecord, { access }: SessionRecord, memberId: string): number {
  const left = QUEUE_MAX - items.length;
  if (isHost(access, memberId)) return left;
  return Math.min(left, QUEUE_PER_PERSON_MAX - items.filter((one) => one.addedBy.memberId === memberId).length);
}

const noRoom = ({ items }: QueueRecord) =>
  new CodedError(
    'conflict',
    items.length >= QUEUE_MAX ? 'The queue is full.' : `One person can have ${QUEUE_PER_PERSON_MAX} videos in the queue.`,
  );

/** The item, where the actor may move it or take it out: their own, or a host any. */
function ownOrHosts(entry: QueueEntry | undefined, { session }: QueueContext, { memberId }: Actor): QueueEntry {
  if (entry === undefined) throw new CodedError('not_found', 'This is not in the queue any more.');
  if (entry.addedBy.memberId === memberId || isHost(session.access, memberId)) return entry;
  throw new CodedError('forbidden', 'Only hosts change what others added.');
}

/** Was this item in the queue, and is no more? */
function isGone({ items, tombstones, history, current }: QueueRecord, itemId: string): boolean {
  const isThis = (one: { readonly itemId: string }) => one.itemId === itemId;
  return current?.itemId !== itemId && !items.some(isThis) && (tombstones.some(isThis) || history.some(isThis));
}

/** Is, or was lately, this item in the queue? */
const isKnown = (queue: QueueRecord, itemId: string): boolean =>
  queue.items.some((one) => one.itemId === itemId) ||
  queue.current?.itemId === itemId ||
  isGone(queue, itemId) ||
  queue.undo.some(({ entries }) => entries.some(({ entry }) => entry.itemId === itemId));

const authorOf = ({ memberId, name }: Actor) => ({ memberId, name });

function undoable(
  queue: QueueRecord,
  kind: QueueUndo['kind'],
  entries: UndoStep['entries'],
  { nowMs }: QueueContext,
  { memberId, name }: Actor,
): readonly UndoStep[] {
  const step: UndoStep = { kind, memberId, name, count: entries.length, untilMs: nowMs + QUEUE_UNDO_MS, entries };
  const steps = [...openSteps(queue, nowMs), step].slice(-UNDO_STEPS_MAX);
  let room = QUEUE_MAX;
  return steps
    .reverse()
    .filter(({ count }, index) => {
      room -= count;
      return index === 0 || room >= 0;
    })
    .reverse();
}

const openSteps = ({ undo: steps }: QueueRecord, nowMs: number) => steps.filter((step) => step.untilMs >= nowMs);

function commit(queue: QueueRecord, change: Change, context: QueueContext, action: QueueAction | null): QueueDecision {
  const { nowMs, actor } = context;
  const changed = change.queue !== undefined;
  const version = changed ? nextVersion(queue.version, nowMs) : queue.version;
  const result: QueueResult = { version, changed, ...(change.added === undefined ? {} : { added: change.added }) };
  // What changed nothing may come again: it takes effect once at most, before it is answered.
  if (!changed) return { kind: 'repeat', result };
  const merged = { ...queue, ...change.queue };
  const remembered = action === null || actor === null ? [] : [{ opId: action.opId, memberId: actor.memberId, result }];
  const next: QueueRecord = {
    ...merged,
    version,
    items: ordered(merged),
    undo: openSteps(merged, nowMs),
    ops: [...queue.ops, ...remembered].slice(-REMEMBERED_QUEUE_OPS),
  };
  const about = change.about ?? { entry: null, count: 0 };
  const cause: QueueCause | null =
    action === null && change.changeOver === undefined
      ? null
      : {
          kind: action?.kind ?? 'next',
          memberId: actor?.memberId ?? null,
          name: actor?.name ?? null,
          itemId: about.entry?.itemId ?? null,
          title: about.entry?.media.title ?? null,
          count: about.count,
        };
  return { kind: 'commit', next, result, changeOver: change.changeOver ?? null, cause };
}
