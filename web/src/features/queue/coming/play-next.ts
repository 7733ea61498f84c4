import type { QueueClient } from '@cowatch/shared/client';

/** Puts on what is up next, where there is something and this person may. */
export function playNext(queue: QueueClient): void {
  const { items, you } = queue.view;
  if (items.length > 0 && you.canReplace) void queue.next();
}
