import type { QueueClient, QueueView } from '@cowatch/shared/client';
import { useSyncExternalStore } from 'react';

/** One value of what is known of a queue. Renders again when it changes: `select` must give the same value for the same view. */
export function useQueueView<T>(queue: QueueClient, select: (view: QueueView) => T): T {
  return useSyncExternalStore(queue.subscribe, () => select(queue.view));
}
