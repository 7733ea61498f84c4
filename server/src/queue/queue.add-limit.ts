import { CodedError } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import { TokenBucket } from '../platform/socket/token-bucket.ts';
import { ADD_BURST, ADD_PER_S, ADDERS_MAX } from './queue.limits.ts';

/** Rate limit of what one member adds, whatever sockets they come by. Bound: `ADDERS_MAX` members. */
export class AddLimit {
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: ADDERS_MAX });

  /** @throws CodedError `rate_limited` */
  take(sessionId: string, memberId: string, nowMs: number): void {
    const key = `${sessionId} ${memberId}`;
    const bucket = this.#buckets.get(key) ?? new TokenBucket({ perS: ADD_PER_S, burst: ADD_BURST }, nowMs);
    this.#buckets.set(key, bucket);
    const waitMs = bucket.take(nowMs);
    if (waitMs > 0) throw new CodedError('rate_limited', 'That is a lot to add at once. Wait a moment.', waitMs);
  }
}
