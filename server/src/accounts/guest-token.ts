import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What the key of guest tokens is derived for: no other signature of this server can be passed off as one. */
export const GUEST_KEY_PURPOSE = 'guest-token-v1';

/** Random bits of a `viewerId`. */
const VIEWER_ID_BYTES = 16;

const VERSION = 'v1';
const VIEWER_ID = /^[A-Za-z0-9_-]{22}$/;

/**
 * Makes and checks guest tokens, `v1.<viewerId>.<signature>`: who holds one is that guest. Checking costs one HMAC and
 * reads nothing.
 */
export interface GuestTokens {
  /** A token for somebody new. */
  make(): { readonly viewerId: string; readonly token: string };
  /** The same token again, for a known guest. */
  sign(viewerId: string): string;
  /** The guest a token names; null where it was not made with this key. */
  verify(token: string): string | null;
}

/** @param key 32 bytes, derived for `GUEST_KEY_PURPOSE`. */
export function createGuestTokens(key: Buffer): GuestTokens {
  const signature = (viewerId: string) => createHmac('sha256', key).update(`${VERSION}.${viewerId}`).digest();
  const sign = (viewerId: string) => `${VERSION}.${viewerId}.${signature(viewerId).toString('base64url')}`;
  return {
    sign,
    make() {
      const viewerId = randomBytes(VIEWER_ID_BYTES).toString('base64url');
      return { viewerId, token: sign(viewerId) };
    },
    verify(token) {
      const [version, viewerId, given, ...rest] = token.split('.');
      if (version !== VERSION || viewerId === undefined || given === undefined || rest.length > 0) return null;
      if (!VIEWER_ID.test(viewerId)) return null;
      const expected = signature(viewerId);
      const actual = Buffer.from(given, 'base64url');
      return actual.length === expected.length && timingSafeEqual(actual, expected) ? viewerId : null;
    },
  };
}
