import { messagesOf, type QueueOutcome } from '@cowatch/shared/client';
import type { ProtocolError, QueueMedia } from '@cowatch/shared/protocol';
import type { RefusedLine } from '../../../lib/titles/link-list.ts';

/** How adding a list goes, and how it went. */
export interface AddProgress {
  readonly total: number;
  /** Asked for so far. */
  readonly done: number;
  /** Added so far. */
  readonly added: number;
  /** Lines that no link was found in, or none that can be watched. */
  readonly lines: readonly RefusedLine[];
  /** There was no room for the rest. */
  readonly full: boolean;
  /** Why the rest was not asked for. */
  readonly error: ProtocolError | null;
  readonly running: boolean;
}

export interface AddLinksOptions {
  readonly links: readonly QueueMedia[];
  readonly lines: readonly RefusedLine[];
  readonly add: (batch: readonly QueueMedia[]) => Promise<QueueOutcome>;
  readonly wait: (ms: number) => Promise<void>;
  readonly isStopped: () => boolean;
  readonly onProgress: (progress: AddProgress) => void;
}

/** Waits that are asked for without a time, and those that are left to the person, in milliseconds. */
const WAIT_MS = 3000;
const LONG_WAIT_MS = 30_000;

/** Adds a list of links, one operation after the other where one cannot hold them, as fast as the server lets it. */
export async function addLinks({ links, lines, add, wait, isStopped, onProgress }: AddLinksOptions): Promise<AddProgress> {
  const batches = messagesOf(links);
  let progress: AddProgress = { total: links.length, done: 0, added: 0, lines, full: false, error: null, running: true };
  const now = (changes: Partial<AddProgress>) => {
    progress = { ...progress, ...changes };
    onProgress(progress);
  };
  now({});
  while (batches.length > 0 && !isStopped()) {
    const [batch = []] = batches;
    const outcome = await add(batch);
    if (outcome.ok) {
      batches.shift();
      const added = outcome.added.filter((itemId) => itemId !== null).length;
      now({ done: progress.done + batch.length, added: progress.added + added, full: added < batch.length });
      if (progress.full) break;
      continue;
    }
    const { code, retryAfterMs = WAIT_MS } = outcome.error;
    if (code === 'rate_limited' && retryAfterMs <= LONG_WAIT_MS) {
      await wait(retryAfterMs);
      continue;
    }
    now({ error: outcome.error });
    break;
  }
  now({ running: false });
  return progress;
}
