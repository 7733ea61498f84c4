import { CodedError } from '@cowatch/shared/protocol';
import { parseCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { HttpIdentity, Identify, Identity } from '../platform/identity.ts';
import type { EndedTokens } from './ended-tokens.ts';
import { DEVICE_TOKEN_LIFE_S, type ViewerTokens } from './viewer-tokens.ts';

/** The cookie that holds a viewer's token. */
export const VIEWER_COOKIE = 'cowatch_viewer';

const TOKEN_MAX_CHARS = 256;

/** Who asks, for HTTP and for sockets alike: by bearer token, or else by cookie. */
export interface ViewerIdentity extends HttpIdentity {
  readonly identify: Identify;
  /** From the next request on this browser is that viewer. */
  become(request: FastifyRequest, reply: FastifyReply, identity: Identity): void;
  /** Somebody new, who has no cookie yet. */
  newcomer(): Identity;
  /** From the next request on this browser is nobody. */
  forget(request: FastifyRequest, reply: FastifyReply): void;
  /** Puts the token into the body of an answer whose caller asked for that; all others leave as they are. */
  addToken(request: FastifyRequest, payload: unknown): unknown;
  /** A token for a program. */
  tokenFor(identity: Identity): string;
}

export interface ViewerIdentityDeps {
  readonly tokens: ViewerTokens;
  readonly ended: Pick<EndedTokens, 'has'>;
  readonly config: Pick<Config, 'publicUrl'>;
  /** Time for how long a token counts: seconds matter little, so any clock will do. */
  nowMs(): number;
}

export function createViewerIdentity({ tokens, ended, config, nowMs }: ViewerIdentityDeps): ViewerIdentity {
  const verify = (token: unknown): Identity | null => {
    if (typeof token !== 'string' || token.length > TOKEN_MAX_CHARS) return null;
    const identity = tokens.verify(token, nowMs());
    return identity === null || ended.has(identity.deviceId ?? identity.viewerId) ? null : identity;
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

  const inBody = new WeakMap<FastifyRequest, ReturnType<ViewerTokens['signExpiring']>>();

  /** The token goes into a cookie, or into the body where that is asked for. */
  const give = (request: FastifyRequest, reply: FastifyReply, identity: Identity): void => {
    if (prefersToken(request)) {
      reply.header('preference-applied', PREFERENCE);
      inBody.set(request, tokens.signExpiring(identity, nowMs()));
      return;
    }
    reply.setCookie(VIEWER_COOKIE, tokens.sign(identity, nowMs()), {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.reachedAt?.isSecure === true || config.publicUrl?.startsWith('https:') === true,
      // Browsers keep a cookie no longer than this; it begins anew with every visit.
      maxAge: DEVICE_TOKEN_LIFE_S,
    });
  };

  const newcomer = (): Identity => ({ viewerId: tokens.makeGuest().viewerId, deviceId: null });

  const ensure = (request: FastifyRequest, reply: FastifyReply): Identity => {
    const identity = of(request) ?? newcomer();
    // A program has its token already, and says where it wants a fresh one.
    if (bearerToken(request.headers.authorization) === null || prefersToken(request)) give(request, reply, identity);
    return identity;
  };

  return {
    of,
    ensure,
    viewerId: (request) => of(request)?.viewerId ?? null,
    ensureViewerId: (request, reply) => ensure(request, reply).viewerId,
    become: give,
    newcomer,
    forget(request, reply) {
      // A program's token counts no more; the cookie, if there is one, is somebody else's.
      if (bearerToken(request.headers.authorization) === null) reply.clearCookie(VIEWER_COOKIE, { path: '/' });
    },
    addToken(request, payload) {
      const token = inBody.get(request);
      if (token === undefined || typeof payload !== 'string' || !payload.startsWith('{')) return payload;
      return JSON.stringify({ ...JSON.parse(payload), ...token });
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
