import { describe, expect, it } from 'vitest';
import { createGuestIdentity, VIEWER_COOKIE } from './guest-identity.ts';
import { createGuestTokens } from './guest-token.ts';

const tokens = createGuestTokens(Buffer.alloc(32, 1));
const others = createGuestTokens(Buffer.alloc(32, 2));

describe('guest tokens', () => {
  it('name their guest, and are the same each time', () => {
    const { viewerId, token } = tokens.make();
    expect(viewerId).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(tokens.verify(token)).toBe(viewerId);
    expect(tokens.sign(viewerId)).toBe(token);
    expect(tokens.make().viewerId).not.toBe(viewerId);
  });

  it('are refused when anything about them was changed', () => {
    const { viewerId, token } = tokens.make();
    const other = tokens.make().viewerId;
    const wrong = [
      '',
      'v1',
      viewerId,
      token.slice(0, -1),
      `${token}A`,
      `${token}.`,
      token.replace('v1.', 'v2.'),
      token.replace(viewerId, other),
      `v1.${viewerId}.`,
      `v1.${viewerId}.${'A'.repeat(43)}`,
      others.sign(viewerId),
      ` ${token}`,
    ];
    for (const text of wrong) expect(tokens.verify(text), text).toBeNull();
  });
});

describe('identify (sockets)', () => {
  const { identify } = createGuestIdentity(tokens, { publicUrl: null });
  const { viewerId, token } = tokens.make();
  const cookie = `theme=dark; ${VIEWER_COOKIE}=${token}; x=y`;

  it('takes a token before a cookie, and neither where they are wrong', () => {
    expect(identify({ headers: { cookie }, token: undefined })).toBe(viewerId);
    expect(identify({ headers: {}, token })).toBe(viewerId);
    const somebody = tokens.make();
    expect(identify({ headers: { cookie }, token: somebody.token })).toBe(somebody.viewerId);
    expect(identify({ headers: { cookie }, token: 'nonsense' })).toBeNull();
    expect(identify({ headers: {}, token: undefined })).toBeNull();
    expect(identify({ headers: { cookie: `${VIEWER_COOKIE}=${others.make().token}` }, token: undefined })).toBeNull();
  });

  it('is not troubled by a token that is none', () => {
    for (const wrong of [1, {}, [token], 'x'.repeat(100_000), true]) {
      expect(identify({ headers: { cookie }, token: wrong })).toBeNull();
    }
  });
});
