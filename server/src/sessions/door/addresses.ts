import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { LRUCache } from 'lru-cache';
import { ADDRESSES_MAX, ADDRESSES_OF_MEMBER_MAX } from '../session.limits.ts';

/** Where somebody comes from, as far as a ban can use it. */
export interface KnownAddresses {
  /** Keyed hashes; newest last. */
  readonly hashes: readonly string[];
  /** Only the address of a proxy was seen that the server was not told to trust. */
  readonly proxied: boolean;
}

const NONE: KnownAddresses = { hashes: [], proxied: false };

export interface AddressesOptions {
  /** Derived for this purpose alone. */
  readonly key: Buffer;
  /** Was the server told which proxies to trust? */
  readonly trustsProxy: boolean;
}

/**
 * Addresses of the members here, as keyed hashes of their session: neither the address nor the same hash is found anywhere
 * else. Bound: the last `ADDRESSES_MAX` who joined.
 */
export class Addresses {
  readonly #options: AddressesOptions;
  readonly #known = new LRUCache<string, KnownAddresses>({ max: ADDRESSES_MAX });

  constructor(options: AddressesOptions) {
    this.#options = options;
  }

  /** @param addressKey one IPv4 address, or the /64 of an IPv6 address */
  hashOf(sessionId: string, addressKey: string): string {
    return createHmac('sha256', this.#options.key).update(`${sessionId}:${addressKey}`).digest('base64url').slice(0, 16);
  }

  /** Somebody comes from there. */
  note(sessionId: string, memberId: string, addressKey: string, headers: IncomingHttpHeaders): void {
    const key = `${sessionId} ${memberId}`;
    const before = this.#known.get(key) ?? NONE;
    if (!this.#options.trustsProxy && isForwarded(headers)) {
      this.#known.set(key, { ...before, proxied: true });
      return;
    }
    const hash = this.hashOf(sessionId, addressKey);
    const others = before.hashes.filter((one) => one !== hash);
    this.#known.set(key, { ...before, hashes: [...others, hash].slice(-ADDRESSES_OF_MEMBER_MAX) });
  }

  of(sessionId: string, memberId: string): KnownAddresses {
    return this.#known.get(`${sessionId} ${memberId}`) ?? NONE;
  }
}

/** Has a proxy sent this on, by its own word? */
const isForwarded = (headers: IncomingHttpHeaders) =>
  ['x-forwarded-for', 'forwarded', 'x-real-ip'].some((name) => headers[name] !== undefined);
