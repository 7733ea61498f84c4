import { describe, expect, it } from 'vitest';
import { VIEWER_COOKIE } from './credentials.ts';
import { createViewerIdentity } from './viewer-identity.ts';
import { createViewerTokens, DEVICE_TOKEN_LIFE_S } from './viewer-tokens.ts';

const keysOf = (seed: number) => (purpose: string) => Buffer.alloc(32, seed + purpose.length);
const tokens = createViewerTokens(keysOf(1));
const others = createViewerTokens(keysOf(2));
const NOW_MS = 1_800_000_000_000;
const DEVICE_ID = 'd'.repeat(32);

describe('guest tokens', () => {
  it('name their guest, and are the same each time', () => {
    const { viewerId, token } = tokens.makeGuest();
    const guest = { viewerId, deviceId: null };
    expect(viewerId).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(tokens.verify(token, NOW_MS)).toEqual(guest);
    expect(tokens.sign(guest, NOW_MS)).toBe(token);
    expect(tokens.makeGuest().viewerId).not.toBe(viewerId);
  });

  it('are refused when anything about them was changed', () => {
    const { viewerId, token } = tokens.makeGuest();
    const other = tokens.makeGuest().viewerId;
    const wrong = [
      '',
      'v1',
      viewerId,
      token.slice(0, -1),
      `${token}A`,
      `${token}.`,
      ` ${token}`,
      token.replace('v1.', 'v2.'),
      token.replace(viewerId, other),
      `v1.${viewerId}.`,
      `v1.${viewerId}.${'A'.repeat(43)}`,
      others.sign({ viewerId, deviceId: null }, 0),
    ];
    for (const text of wrong) expect(tokens.verify(text, NOW_MS), text).toBeNull();
  });
});

describe('tokens of guests that are in no cookie', () => {
  const { viewerId } = tokens.makeGuest();
  const { token, tokenExpiresAtMs } = tokens.signExpiring({ viewerId, deviceId: null }, NOW_MS);

  it('name their guest until they run out', () => {
    expect(tokens.verify(token, NOW_MS)).toEqual({ viewerId, deviceId: null });
    expect(tokens.verify(token, tokenExpiresAtMs)).toEqual({ viewerId, deviceId: null });
    expect(tokens.verify(token, tokenExpiresAtMs + 1000)).toBeNull();
  });

  it('are refused when anything about them was changed', () => {
    const [, , seconds = '', signature = ''] = token.split('.');
    const later = (Number.parseInt(seconds, 36) + 1).toString(36);
    for (const text of [
      `v1.${viewerId}.${signature}`,
      token.replace(seconds, later),
      `v3.${viewerId}..${signature}`,
      `${token}A`,
      others.signExpiring({ viewerId, deviceId: null }, NOW_MS).token,
    ]) {
      expect(tokens.verify(text, NOW_MS), text).toBeNull();
    }
  });
});

describe('tokens of devices', () => {
  const { viewerId } = tokens.makeGuest();
  const device = { viewerId, deviceId: DEVICE_ID };
  const token = tokens.sign(device, NOW_MS);

  it('name viewer and device, until they run out', () => {
    expect(tokens.verify(token, NOW_MS)).toEqual(device);
    expect(tokens.verify(token, NOW_MS + DEVICE_TOKEN_LIFE_S * 1000)).toEqual(device);
    expect(tokens.verify(token, NOW_MS + DEVICE_TOKEN_LIFE_S * 1000 + 1000)).toBeNull();
  });

  it('are refused when anything about them was changed', () => {
    const [, , , seconds = '', signature = ''] = token.split('.');
    const wrong = [
      token.slice(0, -1),
      `${token}A`,
      token.replace('v2.', 'v1.'),
      others.sign(device, NOW_MS),
      token.replace(DEVICE_ID, 'e'.repeat(32)),
      token.replace(seconds, (Number.parseInt(seconds, 36) + 1).toString(36)),
      `v1.${viewerId}.${signature}`,
      `v2.${viewerId}.${DEVICE_ID}.${signature}`,
      `v2.${viewerId}.${DEVICE_ID}..${signature}`,
    ];
    for (const text of wrong) expect(tokens.verify(text, NOW_MS), text).toBeNull();
  });
});

describe('identify (sockets)', () => {
  const revoked = Object.assign(new Set<string>(), { complete: true });
  const { identify } = createViewerIdentity({ tokens, revoked, config: { publicUrl: null }, nowMs: () => NOW_MS });
  const { viewerId, token } = tokens.makeGuest();
  const guest = { viewerId, deviceId: null };
  const cookie = `theme=dark; ${VIEWER_COOKIE}=${token}; x=y`;

  it('takes a token before a cookie, and neither where they are wrong', () => {
    expect(identify({ headers: { cookie }, token: undefined })).toEqual(guest);
    expect(identify({ headers: {}, token })).toEqual(guest);
    const somebody = tokens.makeGuest();
    expect(identify({ headers: { cookie }, token: somebody.token })).toMatchObject({ viewerId: somebody.viewerId });
    expect(identify({ headers: { cookie }, token: 'nonsense' })).toBeNull();
    expect(identify({ headers: {}, token: undefined })).toBeNull();
    expect(identify({ headers: { cookie: `${VIEWER_COOKIE}=${others.makeGuest().token}` }, token: undefined })).toBeNull();
  });

  it('is not troubled by a token that is none', () => {
    for (const wrong of [1, {}, [token], 'x'.repeat(100_000), true]) {
      expect(identify({ headers: { cookie }, token: wrong })).toBeNull();
    }
  });

  it('refuses what counts no more: a guest who has an account, whose devices go on; and a device that was signed out', () => {
    const [one, two] = [DEVICE_ID, 'e'.repeat(32)].map((deviceId) => tokens.sign({ viewerId, deviceId }, NOW_MS));
    revoked.add(viewerId);
    expect(identify({ headers: {}, token })).toBeNull();
    expect(identify({ headers: {}, token: one })).toEqual({ viewerId, deviceId: DEVICE_ID });
    revoked.add(DEVICE_ID);
    expect(identify({ headers: {}, token: one })).toBeNull();
    expect(identify({ headers: {}, token: two })).toMatchObject({ viewerId });
  });
});
