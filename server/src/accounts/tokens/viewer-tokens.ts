import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Identity } from '../../platform/identity.ts';

/** What the keys of tokens are derived for: no other signature of this server can be passed off as one. */
const GUEST_PURPOSE = 'guest-token-v1';
const DEVICE_PURPOSE = 'device-token-v2';

/** Random bits of a `viewerId`. */
const VIEWER_ID_BYTES = 16;

const VIEWER_ID = /^[A-Za-z0-9_-]{22}$/;
const DEVICE_ID = /^[A-Za-z0-9]{16,40}$/;
const SECONDS = /^[0-9a-z]{6,9}$/;

/** How long a device's token counts, in seconds: as long as browsers keep a cookie. In one it begins anew with every visit. */
export const DEVICE_TOKEN_LIFE_S = 400 * 24 * 3600;

/**
 * Makes and checks tokens: `v1.<viewerId>.<signature>` of a guest, `v2.<viewerId>.<deviceId>.<seconds>.<signature>` of a
 * device that is signed in, `v3.<viewerId>.<seconds>.<signature>` of a guest whose token is in no cookie, which would
 * run out by itself. Who holds one is that viewer. Checking costs one HMAC and reads nothing.
 */
export interface ViewerTokens {
  /** A token for a new guest. */
  makeGuest(): { readonly viewerId: string; readonly token: string };
  /** A token for a known viewer: a guest's is always the same, a device's counts from `nowMs` on. */
  sign(identity: Identity, nowMs: number): string;
  /** A token that runs out by itself, for a caller who keeps it elsewhere than in a cookie. */
  signExpiring(identity: Identity, nowMs: number): { readonly token: string; readonly tokenExpiresAtMs: number };
  /** Whom a token names; null where it was not made with these keys, or has run out. */
  verify(token: string, nowMs: number): Identity | null;
}

/** @param deriveKey gives 32 bytes for each purpose */
export function createViewerTokens(deriveKey: (purpose: string) => Buffer): ViewerTokens {
  const guestKey = deriveKey(GUEST_PURPOSE);
  const deviceKey = deriveKey(DEVICE_PURPOSE);
  const signed = (key: Buffer, claim: string) => `${claim}.${createHmac('sha256', key).update(claim).digest('base64url')}`;
  const timeOf = (nowMs: number) => Math.floor(nowMs / 1000).toString(36);
  const ranOut = (seconds: string, nowMs: number) => nowMs / 1000 - Number.parseInt(seconds, 36) > DEVICE_TOKEN_LIFE_S;
  const sign = ({ viewerId, deviceId }: Identity, nowMs: number) =>
    deviceId === null ? signed(guestKey, `v1.${viewerId}`) : signed(deviceKey, `v2.${viewerId}.${deviceId}.${timeOf(nowMs)}`);
  return {
    sign,
    makeGuest() {
      const viewerId = randomBytes(VIEWER_ID_BYTES).toString('base64url');
      return { viewerId, token: sign({ viewerId, deviceId: null }, 0) };
    },
    signExpiring(identity, nowMs) {
      const { viewerId, deviceId } = identity;
      const token = deviceId === null ? signed(guestKey, `v3.${viewerId}.${timeOf(nowMs)}`) : sign(identity, nowMs);
      return { token, tokenExpiresAtMs: (Math.floor(nowMs / 1000) + DEVICE_TOKEN_LIFE_S) * 1000 };
    },
    verify(token, nowMs) {
      const parts = token.split('.');
      const [version, viewerId = ''] = parts;
      if (!VIEWER_ID.test(viewerId)) return null;
      if (version === 'v1' && parts.length === 3) {
        return equal(signed(guestKey, `v1.${viewerId}`), token) ? { viewerId, deviceId: null } : null;
      }
      if (version === 'v3' && parts.length === 4) {
        const [, , since = ''] = parts;
        if (!SECONDS.test(since) || !equal(signed(guestKey, `v3.${viewerId}.${since}`), token)) return null;
        return ranOut(since, nowMs) ? null : { viewerId, deviceId: null };
      }
      const [, , deviceId = '', seconds = ''] = parts;
      if (version !== 'v2' || parts.length !== 5 || !DEVICE_ID.test(deviceId) || !SECONDS.test(seconds)) return null;
      if (!equal(signed(deviceKey, `v2.${viewerId}.${deviceId}.${seconds}`), token)) return null;
      return ranOut(seconds, nowMs) ? null : { viewerId, deviceId };
    },
  };
}

function equal(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
