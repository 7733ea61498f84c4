import type { ChatSettings } from '@cowatch/shared/protocol';
import { isUnavailable } from '@cowatch/shared/protocol';
import { TAIL_MAX } from './chat.limits.ts';
import type { ChatLog, LogTail } from './chat.log.ts';
import type { ChatMetrics } from './chat.metrics.ts';
import type { ChatCursor, ChatHead, ChatStore, OpenedChat } from './chat.store.ts';

/** As a chat begins. */
export const DEFAULT_SETTINGS: ChatSettings = { slowMs: 0, slowBy: 'hosts', links: 'present' };

export interface ChatOpeningDeps {
  readonly store: ChatStore;
  readonly log: Pick<ChatLog, 'tail' | 'write'>;
  readonly metrics: Pick<ChatMetrics, 'reopened'>;
  /** Cluster milliseconds. */
  nowMs(): number;
}

/** What an instance knows of a chat beside the store. */
export interface KnownChat {
  readonly epoch: number;
  readonly seq: number;
  readonly settings: ChatSettings;
}

/** Has the store lost what was known before it was asked: is its chat older, or has it none? */
export function hasLost(known: ChatCursor, head: ChatHead | null): boolean {
  return head === null || head.epoch < known.epoch || (head.epoch === known.epoch && head.seq < known.seq);
}

/**
 * Opens chats in the live store as the database has them. Each time is a new epoch, above every number that was ever given:
 * the clock is ahead of them as long as no party says more than a line a millisecond.
 */
export class ChatOpening {
  readonly #deps: ChatOpeningDeps;

  constructor(deps: ChatOpeningDeps) {
    this.#deps = deps;
  }

  /** The chat as it is open, opened where it is not or where the store has an older one than the database. */
  async look(sessionId: string): Promise<ChatHead> {
    const { store } = this.#deps;
    const [open] = await store.heads([sessionId]);
    if (open && !store.isShared) return open;
    // The database first: what is numbered meanwhile is in the store by the time that is asked.
    const logged = await reachable(() => this.#deps.log.tail(sessionId, TAIL_MAX));
    const [head] = await store.heads([sessionId]);
    if (head && head.seq >= (logged?.seq ?? 0)) return head;
    return head ? this.open(sessionId, head, null) : this.#open(sessionId, null, logged, logged?.entries ?? [], null);
  }

  /**
   * Opens it in the place of one that was lost, wholly or in part. What is left of that is written down before the database
   * is read: it may be on its way there, and acknowledged before this one is open.
   */
  async open(sessionId: string, lost: ChatCursor | null, known: KnownChat | null): Promise<ChatHead> {
    const { store, log } = this.#deps;
    const left = lost === null ? [] : await store.tail(sessionId, { beforeSeq: lost.seq + 1, max: TAIL_MAX });
    const logged = await reachable(async () => {
      if (left.length > 0) await log.write(left.map((numbered) => ({ sessionId, ...numbered })));
      return log.tail(sessionId, TAIL_MAX);
    });
    return this.#open(sessionId, lost, logged, logged?.entries ?? left, known);
  }

  async #open(
    sessionId: string,
    lost: ChatCursor | null,
    logged: LogTail | null,
    tail: OpenedChat['tail'],
    known: KnownChat | null,
  ): Promise<ChatHead> {
    const { store, metrics, nowMs } = this.#deps;
    const epoch = Math.max(Math.floor(nowMs()), (logged?.seq ?? 0) + 1, (known?.seq ?? 0) + 1, (lost?.seq ?? 0) + 1);
    const settings = known?.settings ?? logged?.settings ?? DEFAULT_SETTINGS;
    const head = await store.open(sessionId, { epoch, settings, whole: logged !== null && !logged.more, tail }, lost);
    if (head.epoch === epoch && (known !== null || lost !== null || (logged?.seq ?? 0) > 0)) metrics.reopened();
    return head;
  }
}

/** Null while the database is away: the chat goes on without what was before. */
async function reachable<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (isUnavailable(error)) return null;
    throw error;
  }
}
