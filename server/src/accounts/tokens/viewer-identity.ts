import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import type { HttpIdentity, Identify, Identity } from '../../platform/identity.ts';
import { bearerToken, Credentials, GUEST_COOKIE, PREFERENCE, prefersToken, usesCookies, VIEWER_COOKIE } from './credentials.ts';
import type { RevokedTokenList } from './revoked-token-list.ts';
import { DEVICE_TOKEN_LIFE_S, type ViewerTokens } from './viewer-tokens.ts';

/** The identity of requests and handshakes, by bearer token or else by cookie, and the cookies that are set for it. */
export interface ViewerIdentity extends HttpIdentity {
  readonly identify: Identify;
  /** Signs this browser in: from the next request on it is that viewer; the guest it was is put aside. */
  enter(request: FastifyRequest, reply: FastifyReply, identity: Identity): void;
  /** A new guest, who has no cookie yet. */
  newcomer(): Identity;
  /** Signs this browser out: from the next request on it is the guest who was put aside, or has no identity (null). */
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
  readonly revoked: Pick<RevokedTokenList, 'has' | 'complete'>;
  readonly config: Pick<Config, 'publicUrl'>;
  /** Time for how long a token counts: seconds matter little. */
  nowMs(): number;
}

export function createViewerIdentity({ tokens, revoked, config, nowMs }: ViewerIdentityDeps): ViewerIdentity {
  const credentials = new Credentials({ tokens, revoked, nowMs });
  const given = new GivenTokens({ tokens, config, nowMs });
  const newcomer = (): Identity => ({ viewerId: tokens.makeGuest().viewerId, deviceId: null });

  const ensure = (request: FastifyRequest, reply: FastifyReply): Identity => {
    const known = credentials.of(request);
    const guest = usesCookies(request) ? credentials.guestPutAside(request) : null;
    // This browser may have been signed out from elsewhere.
    if (known === null && guest !== null) return given.comeBack(request, reply, guest);
    if (known !== null && known.deviceId !== null && guest !== null) given.setCookie(request, reply, guest, GUEST_COOKIE);
    const identity = known ?? newcomer();
    // A program has its token already, and says where it wants a fresh one.
    if (bearerToken(request) === null || prefersToken(request)) given.give(request, reply, identity);
    return identity;
  };

  return {
    of: (request) => credentials.of(request),
    ensure,
    viewerId: (request) => credentials.of(request)?.viewerId ?? null,
    ensureViewerId: (request, reply) => ensure(request, reply).viewerId,
    enter(request, reply, identity) {
      const here = usesCookies(request) ? credentials.guestIn(request, VIEWER_COOKIE) : null;
      // Also one who was brought along with this very request: that can be undone.
      if (here !== null && here.viewerId !== identity.viewerId) given.setCookie(request, reply, here, GUEST_COOKIE);
      given.give(request, reply, identity);
    },
    newcomer,
    leave(request, reply) {
      // A program's token counts no more; a cookie beside it is another viewer's.
      if (bearerToken(request) !== null) return null;
      const guest = credentials.guestPutAside(request);
      if (guest !== null) return given.comeBack(request, reply, guest);
      reply.clearCookie(VIEWER_COOKIE, { path: '/' });
      return null;
    },
    addToken: (request, payload) => given.addToken(request, payload),
    guestAside(request) {
      if (!usesCookies(request)) return null;
      // In the request that signs in, the guest is in the other cookie still.
      const guest = credentials.guestIn(request, VIEWER_COOKIE) ?? credentials.guestIn(request, GUEST_COOKIE);
      return guest?.viewerId ?? null;
    },
    tokenFor: (identity) => tokens.sign(identity, nowMs()),
    identify: (handshake) => credentials.ofHandshake(handshake),
  };
}

/** Tokens that are handed out: in a cookie, or in the body where that is asked for. */
class GivenTokens {
  readonly #deps: Pick<ViewerIdentityDeps, 'tokens' | 'config' | 'nowMs'>;
  readonly #inBody = new WeakMap<FastifyRequest, ReturnType<ViewerTokens['signExpiring']>>();

  constructor(deps: Pick<ViewerIdentityDeps, 'tokens' | 'config' | 'nowMs'>) {
    this.#deps = deps;
  }

  give(request: FastifyRequest, reply: FastifyReply, identity: Identity): void {
    if (prefersToken(request)) {
      reply.header('preference-applied', PREFERENCE);
      this.#inBody.set(request, this.#deps.tokens.signExpiring(identity, this.#deps.nowMs()));
    } else this.setCookie(request, reply, identity, VIEWER_COOKIE);
  }

  setCookie(request: FastifyRequest, reply: FastifyReply, identity: Identity, name: string): void {
    const { tokens, config, nowMs } = this.#deps;
    reply.setCookie(name, tokens.sign(identity, nowMs()), {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.reachedAt?.isSecure === true || config.publicUrl?.startsWith('https:') === true,
      // Browsers keep a cookie no longer than this; it begins anew with every visit.
      maxAge: DEVICE_TOKEN_LIFE_S,
    });
  }

  /** The guest who was put aside is who this browser is again. */
  comeBack(request: FastifyRequest, reply: FastifyReply, guest: Identity): Identity {
    this.setCookie(request, reply, guest, VIEWER_COOKIE);
    reply.clearCookie(GUEST_COOKIE, { path: '/' });
    return guest;
  }

  addToken(request: FastifyRequest, payload: unknown): unknown {
    const token = this.#inBody.get(request);
    if (token === undefined || typeof payload !== 'string' || !payload.startsWith('{')) return payload;
    return JSON.stringify({ ...JSON.parse(payload), ...token });
  }
}
