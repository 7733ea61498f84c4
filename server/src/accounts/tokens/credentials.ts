import { CodedError } from '@cowatch/shared/protocol';
import { parseCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { HandshakeCredentials, Identity } from '../../platform/identity.ts';
import { REVOKED_FIRST_INTERVAL_MS } from '../accounts.limits.ts';
import type { RevokedTokenList } from './revoked-token-list.ts';
import type { ViewerTokens } from './viewer-tokens.ts';

/** The cookie that holds a viewer's token. */
export const VIEWER_COOKIE = 'cowatch_viewer';

/** The cookie of the guest who was put aside when this browser was signed in. */
export const GUEST_COOKIE = 'cowatch_guest';

const TOKEN_MAX_CHARS = 256;

/** What callers say in `Prefer` (RFC 7240) who keep their token themselves: pages of other origins, which have no cookie. */
export const PREFERENCE = 'token';

export interface CredentialsDeps {
  readonly tokens: Pick<ViewerTokens, 'verify'>;
  readonly revoked: Pick<RevokedTokenList, 'has' | 'complete'>;
  nowMs(): number;
}

/** The credentials of a request or handshake: a bearer token, or else cookies. */
export class Credentials {
  readonly #deps: CredentialsDeps;

  constructor(deps: CredentialsDeps) {
    this.#deps = deps;
  }

  /** A wrong cookie is no identity (its secret may have been replaced); a wrong token is a program's mistake, and is told. */
  of(request: FastifyRequest): Identity | null {
    const token = bearerToken(request);
    // A page that could ask for the token of its visitor's cookie would take what the cookie keeps from scripts.
    if (token === null) return prefersToken(request) ? null : this.#verify(request.cookies[VIEWER_COOKIE]);
    const identity = this.#verify(token);
    if (identity === null) {
      throw new CodedError('unauthenticated', 'The bearer token is not one of this server, or counts no more.');
    }
    return identity;
  }

  ofHandshake({ headers, token }: HandshakeCredentials): Identity | null {
    if (token !== undefined && token !== null && token !== '') return this.#verify(token);
    const cookies = headers.cookie === undefined ? {} : parseCookie(headers.cookie);
    return this.#verify(cookies[VIEWER_COOKIE]);
  }

  /** The guest whom a cookie names, where their token counts. */
  guestPutAside(request: FastifyRequest): Identity | null {
    const guest = this.guestIn(request, GUEST_COOKIE);
    return guest === null || this.#deps.revoked.has(guest.viewerId) ? null : guest;
  }

  /** The guest whom a cookie names, whether their token counts or not. */
  guestIn(request: FastifyRequest, cookie: string): Identity | null {
    const identity = this.#read(request.cookies[cookie]);
    return identity?.deviceId === null ? identity : null;
  }

  /** Whom a token names that counts. @throws CodedError `unavailable` where that cannot be told yet */
  #verify(token: unknown): Identity | null {
    const { revoked } = this.#deps;
    const identity = this.#read(token);
    if (identity === null || revoked.has(identity.deviceId ?? identity.viewerId)) return null;
    if (identity.deviceId !== null && !revoked.complete) {
      const message = 'Whether this device is still signed in cannot be told yet. Try again in a moment.';
      throw new CodedError('unavailable', message, REVOKED_FIRST_INTERVAL_MS);
    }
    return identity;
  }

  #read(token: unknown): Identity | null {
    return typeof token !== 'string' || token.length > TOKEN_MAX_CHARS ? null : this.#deps.tokens.verify(token, this.#deps.nowMs());
  }
}

/** The token of an `Authorization: Bearer` header; null where there is none. */
export function bearerToken({ headers }: FastifyRequest): string | null {
  const header = headers.authorization;
  return header === undefined ? null : (/^Bearer +(\S*) *$/i.exec(header)?.[1] ?? null);
}

/** Whether the caller keeps the token itself. */
export function prefersToken(request: FastifyRequest): boolean {
  const preferences = String(request.headers.prefer ?? '').split(',');
  return preferences.some((preference) => preference.split(';', 1)[0]?.trim().toLowerCase() === PREFERENCE);
}

/** Whether the identity is in cookies: what is put aside, and comes back, is there too. */
export const usesCookies = (request: FastifyRequest): boolean => bearerToken(request) === null && !prefersToken(request);
