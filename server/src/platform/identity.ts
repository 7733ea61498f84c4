import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Who asks, over HTTP. Checking costs a signature, no database read. */
export interface HttpIdentity {
  /**
   * The caller's `viewerId`, or null where they have none yet.
   * @throws CodedError `unauthenticated` when a bearer token is there and is not ours.
   */
  viewerId(request: FastifyRequest): string | null;
  /** The caller's `viewerId`; whoever has none gets one now, by cookie on this reply. */
  ensureViewerId(request: FastifyRequest, reply: FastifyReply): string;
}

/** What a socket shows of itself when it connects. */
export interface HandshakeCredentials {
  readonly headers: IncomingHttpHeaders;
  /** `auth.token` of the handshake, as it came. */
  readonly token: unknown;
}

/** Who connects: their `viewerId`, or null where there is no valid identity. A token, where given, goes before the cookie. */
export type Identify = (credentials: HandshakeCredentials) => string | null;
