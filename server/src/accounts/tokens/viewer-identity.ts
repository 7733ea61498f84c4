import { CodedError } from '@cowatch/shared/protocol';
import { parseCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import type { HttpIdentity, Identify, Identity } from '../../platform/identity.ts';
import { REVOKED_FIRST_INTERVAL_MS } from '../accounts.limits.ts';
import type { RevokedTokens } from './revoked-tokens.ts';
import { DEVICE_TOKEN_LIFE_S, type ViewerTokens } from './viewer-tokens.ts';

/** The cookie that holds a viewer's token. */
export const VIEWER_COOKIE = 'cowatch_viewer';

/** The cookie of the guest who was put aside when this browser was signed in. */
export const GUEST_COOKIE = 'cowatch_guest';

const TOKEN_MAX_CHARS = 256;

/** Who asks, for HTTP and for sockets alike: by bearer token, or else by cookie. */
export interface ViewerIdentity extends HttpIdentity {
  readonly identify: Identify;
  /** Somebody signed in: from the next request on this browser is that viewer; the guest it was is put aside. */
  enter(request: FastifyRequest, reply: FastifyReply, identity: Identity): void;
  /** Somebody new, who has no cookie yet. */
  newcomer(): Identity;
  /** Whoever was here is not any more: from the next request on it is the guest who was put aside, or nobody (null). */
  leave(request: FastifyRequest, reply: FastifyReply): Identity | null;
  /** Puts the token into the body of an answer whose caller asked for that; all others leave as they are. */
  addToken(request: FastifyRequest, payload: unknown): unknown;
  /** The guest of this browser beside who asks: put aside, or about to be. Their token may be revoked by now. */
  guestAside(request: FastifyRequest): string | null;
  /** A token for a program. */
  tokenFor(identity: Identity): string;
}

export interface ViewerIdentityDeps {
  readonly tokens: ViewerTokens;
  readonly revoked: Pick<RevokedTokens, 'has' | 'complete'>;
  readonly config: Pick<Config, 'publicUrl'>;
  /** Time for how long a token counts: seconds matter little, so any clock will do. */
  nowMs(): number;
}

export function createViewerIdentity({ tokens, revoked, config, nowMs }: ViewerIdentityDeps): ViewerIdentity {
  const read = (token: unknown): Identity | null =>
    typeof token !== 'string' || token.length > TOKEN_MAX_CHARS ? null : tokens.verify(token, nowMs());

  const verify = (token: unknown): Identity | null => {
    const identity = read(token);
    if (identity === null || revoked.has(identity.deviceId ?? identity.viewerId)) return null;
    if (identity.deviceId !== null && !revoked.complete) {
      const message = 'Whether this device is still signed in cannot be told yet. Try again in a moment.';
      throw new CodedError('unavailable', message, REVOKED_FIRST_INTERVAL_MS);
    }
    return identity;
  };

  /** A wrong cookie is no identity (its secret may have been replaced); a wrong token is a program's mistake, and is told. */
  const of = (request: FastifyRequest): Identity | null => {
    const token = bearerToken(request.headers.authorization);
    // A page that could ask for the token of its visitor's cookie would take what the cookie keeps from scripts.
    if (token === null) return prefersToken(request) ? null : verify(request.cookies[VIEWER_COOKIE]);
    const identity = verify(token);
    if (identity === null) {
      throw new CodedError('unauthenticated', 'The bearer token is not one of this server, or counts no more.');
    }
    return identity;
  };

  const setCookie = (request: FastifyRequest, reply: FastifyReply, identity: Identity, name = VIEWER_COOKIE): void => {
    reply.setCookie(name, tokens.sign(identity, nowMs()), {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.reachedAt?.isSecure === true || config.publicUrl?.startsWith('https:') === true,
      // Browsers keep a cookie no longer than this; it begins anew with every visit.
      maxAge: DEVICE_TOKEN_LIFE_S,
    });
  };

  const inBody = new WeakMap<FastifyRequest, ReturnType<ViewerTokens['signExpiring']>>();

  /** The token goes into a cookie, or into the body where that is asked for. */
  const give = (request: FastifyRequest, reply: FastifyReply, identity: Identity): void => {
    if (prefersToken(request)) {
      reply.header('preference-applied', PREFERENCE);
      inBody.set(request, tokens.signExpiring(identity, nowMs()));
    } else setCookie(request, reply, identity);
  };

  const newcomer = (): Identity => ({ viewerId: tokens.makeGuest().viewerId, deviceId: null });

  /** Somebody whose identity is in their cookies: what is put aside, and comes back, is there too. */
  const isCookie = (request: FastifyRequest) => bearerToken(request.headers.authorization) === null && !prefersToken(request);

  /** The guest who was put aside, where their token counts. */
  const guestIn = (request: FastifyRequest): Identity | null => {
    const identity = read(request.cookies[GUEST_COOKIE]);
    return identity?.deviceId === null && !revoked.has(identity.viewerId) ? identity : null;
  };

  const comeBack = (request: FastifyRequest, reply: FastifyReply, guest: Identity): Identity => {
    setCookie(request, reply, guest);
    reply.clearCookie(GUEST_COOKIE, { path: '/' });
    return guest;
  };

  const ensure = (request: FastifyRequest, reply: FastifyReply): Identity => {
    const known = of(request);
    const guest = isCookie(request) ? guestIn(request) : null;
    // This browser may have been signed out from elsewhere.
    if (known === null && guest !== null) return comeBack(request, reply, guest);
    if (known !== null && known.deviceId !== null && guest !== null) setCookie(request, reply, guest, GUEST_COOKIE);
    const identity = known ?? newcomer();
    // A program has its token already, and says where it wants a fresh one.
    if (bearerToken(request.headers.authorization) === null || prefersToken(request)) give(request, reply, identity);
    return identity;
  };

  return {
    of,
    ensure,
    viewerId: (request) => of(request)?.viewerId ?? null,
    ensureViewerId: (request, reply) => ensure(request, reply).viewerId,
    enter(request, reply, identity) {
      const here = isCookie(request) ? read(request.cookies[VIEWER_COOKIE]) : null;
      // Also one who was brought along with this very request: that can be undone.
      if (here?.deviceId === null && here.viewerId !== identity.viewerId) setCookie(request, reply, here, GUEST_COOKIE);
      give(request, reply, identity);
    },
    newcomer,
    leave(request, reply) {
      // A program's token counts no more; the cookie, if there is one, is somebody else's.
      if (bearerToken(request.headers.authorization) !== null) return null;
      const guest = guestIn(request);
      if (guest !== null) return comeBack(request, reply, guest);
      reply.clearCookie(VIEWER_COOKIE, { path: '/' });
      return null;
    },
    addToken(request, payload) {
      const token = inBody.get(request);
      if (token === undefined || typeof payload !== 'string' || !payload.startsWith('{')) return payload;
      return JSON.stringify({ ...JSON.parse(payload), ...token });
    },
    guestAside(request) {
      if (!isCookie(request)) return null;
      // Where somebody signs in with this very request the guest is in the other cookie still.
      const here = read(request.cookies[VIEWER_COOKIE]);
      const guest = here?.deviceId === null ? here : read(request.cookies[GUEST_COOKIE]);
      return guest?.deviceId === null ? guest.viewerId : null;
    },
    tokenFor: (identity) => tokens.sign(identity, nowMs()),
    identify({ headers, token }) {
      if (token !== undefined && token !== null && token !== '') return verify(token);
      const cookies = headers.cookie === undefined ? {} : parseCookie(headers.cookie);
      return verify(cookies[VIEWER_COOKIE]);
    },
  };
}

/** What callers say in `Prefer` (RFC 7240) who keep their token themselves: pages of other origins, which have no cookie. */
const PREFERENCE = 'token';

function prefersToken(request: FastifyRequest): boolean {
  const preferences = String(request.headers.prefer ?? '').split(',');
  return preferences.some((preference) => preference.split(';', 1)[0]?.trim().toLowerCase() === PREFERENCE);
}

/** The token of an `Authorization: Bearer` header; null where there is none. */
function bearerToken(header: string | undefined): string | null {
  return header === undefined ? null : (/^Bearer +(\S*) *$/i.exec(header)?.[1] ?? null);
}
