import { COMMAND_MAX_AGE_MS, CodedError, type QueueCause, type QueueResult } from '../protocol/index.ts';
import { isShutOut, notOpen } from '../timeline/door.ts';
import { isHost, rightRefusal } from '../timeline/permissions.ts';
import { nextVersion } from '../timeline/position.ts';
import { type ChangeOver, isOver } from './change-over.ts';
import { next, playNow, skip, stay } from './change-over-commands.ts';
import { add, again, clear, move, remove, vote } from './item-commands.ts';
import { ordered } from './order.ts';
import type { QueueAction, QueueEvent } from './queue-actions.ts';
import type { Actor, Change, QueueContext } from './queue-context.ts';
import { changeBy } from './queue-events.ts';
import { type QueueRecord, REMEMBERED_QUEUE_OPS } from './queue-record.ts';
import { openSteps, undo } from './undo.ts';

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
  const replaces =
    action.kind === 'play-now' || action.kind === 'stay' || (action.kind === 'next' && !isOver(queue, context.session, context.nowMs));
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

/** What happens by itself; null where it changes nothing. */
function decideEvent(queue: QueueRecord, event: QueueEvent, context: QueueContext): QueueDecision {
  const change = changeBy(queue, event, context);
  if (change === null || context.session.endedAtMs !== null) return { kind: 'repeat', result: { version: queue.version, changed: false } };
  return commit(queue, change, context, null);
}

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
