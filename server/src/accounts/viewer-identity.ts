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
  forget(reply: FastifyReply): void;
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
    if (token === null) return verify(request.cookies[VIEWER_COOKIE]);
    const identity = verify(token);
    if (identity === null) {
      throw new CodedError('unauthenticated', 'The bearer token is not one of this server, or counts no more.');
    }
    return identity;
  };

  const setCookie = (request: FastifyRequest, reply: FastifyReply, token: string): void => {
    reply.setCookie(VIEWER_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.reachedAt?.isSecure === true || config.publicUrl?.startsWith('https:') === true,
      // Browsers keep a cookie no longer than this; it begins anew with every visit.
      maxAge: DEVICE_TOKEN_LIFE_S,
    });
  };

  const ensure = (request: FastifyRequest, reply: FastifyReply): Identity => {
    const known = of(request);
    if (known !== null && bearerToken(request.headers.authorization) !== null) return known;
    if (known !== null) {
      setCookie(request, reply, tokens.sign(known, nowMs()));
      return known;
    }
    const { viewerId, token } = tokens.makeGuest();
    setCookie(request, reply, token);
    return { viewerId, deviceId: null };
  };

  return {
    of,
    ensure,
    viewerId: (request) => of(request)?.viewerId ?? null,
    ensureViewerId: (request, reply) => ensure(request, reply).viewerId,
    become: (request, reply, identity) => setCookie(request, reply, tokens.sign(identity, nowMs())),
    newcomer: () => ({ viewerId: tokens.makeGuest().viewerId, deviceId: null }),
    forget: (reply) => void reply.clearCookie(VIEWER_COOKIE, { path: '/' }),
    tokenFor: (identity) => tokens.sign(identity, nowMs()),
    identify({ headers, token }) {
      if (token !== undefined && token !== null && token !== '') return verify(token);
      const cookies = headers.cookie === undefined ? {} : parseCookie(headers.cookie);
      return verify(cookies[VIEWER_COOKIE]);
    },
  };
}

/** The token of an `Authorization: Bearer` header; null where there is none. */
function bearerToken(header: string | undefined): string | null {
  return header === undefined ? null : (/^Bearer +(\S*) *$/i.exec(header)?.[1] ?? null);
}
