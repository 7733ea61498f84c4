import { CodedError } from '@cowatch/shared/protocol';
import { parseCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { HttpIdentity, Identify } from '../platform/identity.ts';
import type { GuestTokens } from './guest-token.ts';

/** The cookie that holds a guest's token. */
export const VIEWER_COOKIE = 'cowatch_viewer';

/** Browsers keep a cookie no longer than this; it begins anew with every visit. */
const COOKIE_MAX_AGE_S = 400 * 24 * 3600;

const TOKEN_MAX_CHARS = 256;

/** Who asks, for HTTP and for sockets alike: by bearer token, or else by cookie. */
export interface GuestIdentity extends HttpIdentity {
  readonly identify: Identify;
}

export function createGuestIdentity(tokens: GuestTokens, config: Pick<Config, 'publicUrl'>): GuestIdentity {
  const verify = (token: unknown): string | null =>
    typeof token === 'string' && token.length <= TOKEN_MAX_CHARS ? tokens.verify(token) : null;

  /** A wrong cookie is no identity (its secret may have been replaced); a wrong token is a program's mistake, and is told. */
  const viewerId = (request: FastifyRequest): string | null => {
    const token = bearerToken(request.headers.authorization);
    if (token === null) return verify(request.cookies[VIEWER_COOKIE]);
    const viewer = verify(token);
    if (viewer === null) throw new CodedError('unauthenticated', 'The bearer token is not one of this server.');
    return viewer;
  };

  const setCookie = (request: FastifyRequest, reply: FastifyReply, token: string): void => {
    reply.setCookie(VIEWER_COOKIE, token, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: request.protocol === 'https' || config.publicUrl?.startsWith('https:') === true,
      maxAge: COOKIE_MAX_AGE_S,
    });
  };

  return {
    viewerId,
    ensureViewerId(request, reply) {
      const known = viewerId(request);
      if (known !== null && bearerToken(request.headers.authorization) !== null) return known;
      const guest = known === null ? tokens.make() : { viewerId: known, token: tokens.sign(known) };
      setCookie(request, reply, guest.token);
      return guest.viewerId;
    },
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
