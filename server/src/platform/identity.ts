import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** Who somebody is. */
export interface Identity {
  readonly viewerId: string;
  /** Which of the devices that are signed in to an account; null for a guest. */
  readonly deviceId: string | null;
}

/** Who asks, over HTTP. Checking costs a signature, no database read. */
export interface HttpIdentity {
  /**
   * Who the caller is, or null where they are nobody yet.
   * @throws CodedError `unauthenticated` when a bearer token is there and is not ours, or counts no more.
   */
  of(request: FastifyRequest): Identity | null;
  /** The caller's `viewerId`, or null. @throws CodedError as `of` does */
  viewerId(request: FastifyRequest): string | null;
  /** Who the caller is; whoever is nobody becomes a guest now, by cookie on this reply. @throws CodedError as `of` does */
  ensure(request: FastifyRequest, reply: FastifyReply): Identity;
  /** The caller's `viewerId`, likewise. */
  ensureViewerId(request: FastifyRequest, reply: FastifyReply): string;
}

/** What a socket shows of itself when it connects. */
export interface HandshakeCredentials {
  readonly headers: IncomingHttpHeaders;
  /** `auth.token` of the handshake, as it came. */
  readonly token: unknown;
}

/** Who connects, or null where there is no valid identity. A token, where given, goes before the cookie. */
export type Identify = (credentials: HandshakeCredentials) => Identity | null;

/** Who is who. */
export interface People {
  /** Was this guest found to be that viewer, who has an account? */
  formerly(viewerId: string, toViewerId: string): Promise<boolean>;
  /** The guests whom a viewer was before they signed in. @throws CodedError `unavailable` */
  guestsOf(viewerId: string): Promise<readonly string[]>;
  /** What people call a device that is signed in; null where nobody knows. Never rejects. */
  deviceName(deviceId: string): Promise<string | null>;
  /** All that is kept of an account but secrets, as its owner may read it; null for a guest. @throws CodedError `unavailable` */
  accountOf(identity: Identity): Promise<object | null>;
  /** Of these those who have no account. */
  guestsAmong(viewerIds: readonly string[]): Promise<readonly string[]>;
}

/** What a feature keeps of viewers: it moves when a guest turns out to be somebody, and goes when they do. */
export interface ViewerData {
  /** Gives everything of one viewer to another, by the rules that hold for what two devices say. Harmless to repeat. */
  move(fromViewerId: string, toViewerId: string, nowMs: number): Promise<void>;
  /** Leaves nothing of a viewer. Harmless to repeat. */
  erase(viewerId: string, nowMs: number): Promise<void>;
}
