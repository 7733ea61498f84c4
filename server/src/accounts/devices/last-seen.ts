import { LRUCache } from 'lru-cache';
import { SEEN_INTERVAL_MS, SEEN_MAX } from '../accounts.limits.ts';
import type { DevicesStore } from './devices.store.ts';

/** Last seen: when signed-in devices made a request last, written down at most once an hour for each. Bound: `SEEN_MAX` devices. */
export class LastSeen {
  readonly #store: Pick<DevicesStore, 'seen'>;
  readonly #seenAtMs = new LRUCache<string, number>({ max: SEEN_MAX });

  constructor(store: Pick<DevicesStore, 'seen'>) {
    this.#store = store;
  }

  /** A device is here. Never rejects: what is not written now is written the next time. */
  async record(deviceId: string, nowMs: number): Promise<void> {
    const before = this.#seenAtMs.get(deviceId);
    if (before !== undefined && nowMs - before < SEEN_INTERVAL_MS) return;
    this.#seenAtMs.set(deviceId, nowMs);
    await this.#store.seen(deviceId, nowMs).catch(() => {
      this.#seenAtMs.delete(deviceId);
    });
  }
}
