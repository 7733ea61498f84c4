import { CodedError, QUEUE_MAX, QUEUE_UNDO_MS, type QueueUndo } from '../protocol/index.ts';
import { isHost } from '../timeline/permissions.ts';
import { noRoom } from './items.ts';
import { indexBehind, inserted } from './order.ts';
import type { Actor, Change, QueueContext } from './queue-context.ts';
import { type QueueEntry, type QueueRecord, UNDO_STEPS_MAX, type UndoStep } from './queue-record.ts';

/** Steps that can still be taken back. */
export const openSteps = ({ undo: steps }: QueueRecord, nowMs: number) => steps.filter((step) => step.untilMs >= nowMs);

/** The steps that can be taken back, with one more. The oldest go where there are too many, or too many entries in all. */
export function undoable(
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

/** Takes back the newest step that is the actor's own; a host's, where there is none, the newest of all. What there is no room for any more stays out. */
export function undo(queue: QueueRecord, { session, nowMs }: QueueContext, actor: Actor): Change {
  const open = openSteps(queue, nowMs);
  const own = open.findLast((step) => step.memberId === actor.memberId);
  const step = own ?? (isHost(session.access, actor.memberId) ? open.at(-1) : undefined);
  if (step === undefined) throw new CodedError('conflict', 'There is nothing to take back any more.');
  let items: readonly QueueEntry[] = queue.items;
  let count = 0;
  for (const { entry, after } of step.entries) {
    const now = items.find((one) => one.itemId === entry.itemId);
    // A moved item that was played or taken out meanwhile stays so.
    if (step.kind === 'move' && now === undefined) continue;
    if (step.kind !== 'move' && (now !== undefined || items.length >= QUEUE_MAX)) continue;
    const others = items.filter((one) => one.itemId !== entry.itemId);
    items = inserted(others, indexBehind(after, others, queue.tombstones) ?? others.length, [now ?? entry]);
    count += 1;
  }
  if (count === 0 && items.length >= QUEUE_MAX) throw noRoom(queue);
  const left = queue.undo.filter((one) => one !== step);
  return { queue: { items, undo: left }, about: { entry: step.entries[0]?.entry ?? null, count } };
}
