import type { ChatSettings } from '@cowatch/shared/protocol';
import { isUnavailable } from '@cowatch/shared/protocol';
import { TAIL_MAX } from './chat.limits.ts';
import type { ChatLog, LogTail } from './chat.log.ts';
import type { ChatMetrics } from './chat.metrics.ts';
import type { ChatHead, ChatStore } from './chat.store.ts';

/** As a chat begins. */
export const DEFAULT_SETTINGS: ChatSettings = { slowMs: 0, slowBy: 'hosts', links: 'present' };

export interface ChatOpeningDeps {
  readonly store: ChatStore;
  readonly log: Pick<ChatLog, 'tail'>;
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

/**
 * Is the chat that the store has older than what people were told? Then its epoch, or null where it has none at all; undefined
 * where it is as new.
 */
export function lostEpochOf(known: Pick<KnownChat, 'epoch' | 'seq'>, head: ChatHead | null): number | null | undefined {
  if (head === null) return null;
  return head.epoch < known.epoch || (head.epoch === known.epoch && head.seq < known.seq) ? head.epoch : undefined;
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
    const logged = await this.#logged(sessionId);
    const [head] = await store.heads([sessionId]);
    if (head && head.seq >= (logged?.seq ?? 0)) return head;
    return this.#open(sessionId, head?.epoch ?? null, logged, null);
  }

  /** Opens it in the place of one that was lost. */
  async open(sessionId: string, lostEpoch: number | null, known: KnownChat): Promise<ChatHead> {
    return this.#open(sessionId, lostEpoch, await this.#logged(sessionId), known);
  }

  async #open(sessionId: string, lostEpoch: number | null, logged: LogTail | null, known: KnownChat | null): Promise<ChatHead> {
    const { store, metrics, nowMs } = this.#deps;
    const epoch = Math.max(Math.floor(nowMs()), (logged?.seq ?? 0) + 1, (known?.seq ?? 0) + 1, (lostEpoch ?? 0) + 1);
    const head = await store.open(
      sessionId,
      {
        epoch,
        settings: known?.settings ?? logged?.settings ?? DEFAULT_SETTINGS,
        whole: logged !== null && !logged.more,
        tail: logged?.entries ?? [],
      },
      lostEpoch,
    );
    if (head.epoch === epoch && (known !== null || lostEpoch !== null || (logged?.seq ?? 0) > 0)) metrics.reopened();
    return head;
  }

  /** Null while the database is away: the chat goes on without what was before. */
  async #logged(sessionId: string): Promise<LogTail | null> {
    try {
      return await this.#deps.log.tail(sessionId, TAIL_MAX);
    } catch (error) {
      if (isUnavailable(error)) return null;
      throw error;
    }
  }
}
