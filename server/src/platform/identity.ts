import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Identity of a viewer, a guest or an account. */
export interface Identity {
  readonly viewerId: string;
  /** Which of the devices that are signed in to an account; null for a guest. */
  readonly deviceId: string | null;
}

/** Identity of the caller of a request. Checking costs a signature, no database read. */
export interface HttpIdentity {
  /**
   * The identity of the caller, or null where they have none yet.
   * @throws CodedError `unauthenticated` when a bearer token is there and is not ours, or counts no more; `unavailable`
   * where it cannot be told yet whether a device was signed out.
   */
  of(request: FastifyRequest): Identity | null;
  /** The caller's `viewerId`, or null. @throws CodedError as `of` does */
  viewerId(request: FastifyRequest): string | null;
  /** Who the caller is; one without an identity becomes a guest now, by cookie on this reply. @throws CodedError as `of` does */
  ensure(request: FastifyRequest, reply: FastifyReply): Identity;
  /** The caller's `viewerId`, likewise. */
  ensureViewerId(request: FastifyRequest, reply: FastifyReply): string;
}

/** The cookie that carries a viewer's token, as the descriptions of the API name it. */
export interface ViewerCookie {
  readonly name: string;
  readonly description: string;
}

/** Credentials in the handshake of a socket. */
export interface HandshakeCredentials {
  readonly headers: IncomingHttpHeaders;
  /** `auth.token` of the handshake, as it came. */
  readonly token: unknown;
}

/**
 * Who connects, or null where there is no valid identity. A token, where given, goes before the cookie.
 * @throws CodedError `unavailable` where it cannot be told yet whether a device was signed out
 */
export type Identify = (credentials: HandshakeCredentials) => Identity | null;
