import type { QueueItem, QueueState, QueueStatus } from '../protocol/index.ts';
import type { QueueEntry, QueueRecord } from './queue-record.ts';

/** An item as people are told of it: how many want it, not who. */
export function itemOf({ voters, ...entry }: QueueEntry): QueueItem {
  return { ...entry, votes: voters.length };
}

/** Everything of a queue but its items, as people are told of it. */
export function statusOf({ mode, auto, skipPercent, current, wishes, undo }: QueueRecord): QueueStatus {
  const step = undo.at(-1);
  return {
    mode,
    auto,
    skipPercent,
    current: current === null ? null : { itemId: current.itemId, mediaId: current.media.id, addedBy: current.addedBy },
    skipVotes: wishes?.skipVoters.length ?? 0,
    stay: wishes?.stay ?? false,
    undo:
      step === undefined ? null : { kind: step.kind, memberId: step.memberId, name: step.name, count: step.count, untilMs: step.untilMs },
  };
}

/** The whole queue, as one member is told of it. */
export function stateOf(queue: QueueRecord, memberId: string): QueueState {
  return {
    part: 'queue',
    version: queue.version,
    status: statusOf(queue),
    items: queue.items.map(itemOf),
    voted: queue.items.filter(({ voters }) => voters.includes(memberId)).map(({ itemId }) => itemId),
    skipVoted: queue.wishes?.skipVoters.includes(memberId) ?? false,
  };
}
