import { CodedError } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import type { Identity } from '../platform/identity.ts';
import { TokenBucket } from '../platform/socket/token-bucket.ts';
import { ACCOUNT_TITLES_MAX, GUEST_TITLES_MAX, WRITERS_MAX, WRITES_AT_ONCE, WRITES_SHARE } from './resume.limits.ts';

/** Identity that saves: a guest has no signed-in device. */
export type Saver = Pick<Identity, 'viewerId' | 'deviceId'>;

/** Quota of the saves of one viewer. Bound: `WRITERS_MAX` viewers are counted. */
export class ResumeQuota {
  readonly #limit: { readonly perS: number; readonly burst: number };
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: WRITERS_MAX });

  /** @param requestsPerMinute what one viewer may ask of the server */
  constructor(requestsPerMinute: number) {
    const perMinute = requestsPerMinute * WRITES_SHARE;
    this.#limit = { perS: perMinute / 60, burst: Math.max(WRITES_AT_ONCE, perMinute) };
  }

  /** @throws CodedError `rate_limited` where that is too often, by whatever way: nothing of it is taken */
  take({ viewerId }: Saver, items: number, nowMs: number): void {
    const bucket = this.#buckets.get(viewerId) ?? new TokenBucket(this.#limit, nowMs);
    this.#buckets.set(viewerId, bucket);
    const waitMs = bucket.take(nowMs, items);
    if (waitMs > 0) throw new CodedError('rate_limited', 'You save too often. Wait a moment.', waitMs);
  }
}

/** Quota of titles. */
export function titlesMax({ deviceId }: Saver): number {
  return deviceId === null ? GUEST_TITLES_MAX : ACCOUNT_TITLES_MAX;
}

/** For people who have reached it. */
export function fullMessage({ deviceId }: Saver): string {
  const less = 'Clear your history to make room.';
  return deviceId === null
    ? `The places of ${GUEST_TITLES_MAX} titles are kept for a guest. Sign in to keep more. ${less}`
    : `The places of ${ACCOUNT_TITLES_MAX} titles are kept for one person. ${less}`;
}
