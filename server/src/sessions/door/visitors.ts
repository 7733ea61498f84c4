import { CodedError } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import { VISITS_BATCH, VISITS_KNOWN_MAX, VISITS_WAITING_MAX } from '../session.limits.ts';
import type { Visit, VisitorStore } from './visitors.store.ts';

/**
 * Visitors: who has been in a session, written behind in batches. What is not written yet fails closed: who was there for a
 * moment before a crash knocks once more. Bound: `VISITS_WAITING_MAX` visits to be written, `VISITS_KNOWN_MAX` known as written.
 */
export class Visitors {
  readonly #store: VisitorStore;
  readonly #written = new LRUCache<string, true>({ max: VISITS_KNOWN_MAX });
  readonly #waiting = new Map<string, Visit>();
  #flushing: Promise<void> | null = null;

  constructor(store: VisitorStore) {
    this.#store = store;
  }

  /** Somebody has entered. */
  entered(visit: Visit): void {
    const key = keyOf(visit.sessionId, visit.memberId);
    if (this.#written.has(key) || this.#waiting.size >= VISITS_WAITING_MAX) return;
    this.#waiting.set(key, visit);
  }

  /** Somebody is let in; resolves once that is durable. @throws CodedError `unavailable` */
  async letIn(visit: Visit): Promise<void> {
    await this.#store.note([visit]);
    this.#written.set(keyOf(visit.sessionId, visit.memberId), true);
  }

  /** Has any of these been in the session, or was let in? @throws CodedError `unavailable` */
  async hasAny(sessionId: string, memberIds: readonly string[]): Promise<boolean> {
    const isHere = memberIds.some((id) => this.#written.has(keyOf(sessionId, id)) || this.#waiting.has(keyOf(sessionId, id)));
    return isHere || this.#store.hasAny(sessionId, memberIds);
  }

  /** Writes down who has entered. One at a time; what could not be written waits for the next. */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    while (this.#waiting.size > 0) {
      const batch = [...this.#waiting].slice(0, VISITS_BATCH);
      try {
        await this.#store.note(batch.map(([, visit]) => visit));
      } catch (error) {
        if (error instanceof CodedError) return;
        throw error;
      }
      for (const [key] of batch) {
        this.#waiting.delete(key);
        this.#written.set(key, true);
      }
    }
  }
}

const keyOf = (sessionId: string, memberId: string) => `${sessionId} ${memberId}`;
