import type { IncomingHttpHeaders } from 'node:http';
import type { GuestOutline } from '@cowatch/shared/protocol';
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
   * @throws CodedError `unauthenticated` when a bearer token is there and is not ours, or counts no more; `unavailable`
   * where it cannot be told yet whether a device was signed out.
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

/**
 * Who connects, or null where there is no valid identity. A token, where given, goes before the cookie.
 * @throws CodedError `unavailable` where it cannot be told yet whether a device was signed out
 */
export type Identify = (credentials: HandshakeCredentials) => Identity | null;

/** The identity directory: which guests an account took over, what a device is called. */
export interface IdentityDirectory {
  /** Was this guest found to be that viewer, who has an account? */
  formerly(viewerId: string, toViewerId: string): Promise<boolean>;
  /** May this be somebody whose roles in parties others have? Costs nothing. */
  mayHavePredecessors(identity: Identity): boolean;
  /**
   * Whose roles in a party are this viewer's: of the guests in an account, and for a guest who was taken out of one again
   * that account, where it had taken them over. @throws CodedError `unavailable`
   */
  predecessors(viewerId: string, sessionId: string): Promise<readonly string[]>;
  /** An account is about to take over what guests of its are in a party. @throws CodedError `unavailable` */
  tookOver(guestIds: readonly string[], viewerId: string, sessionId: string): Promise<void>;
  /** A guest has what they had in a party. @throws CodedError `unavailable` */
  gaveBack(guestId: string, sessionId: string): Promise<void>;
  /** What people call a device that is signed in; null where nobody knows. Never rejects. */
  deviceName(deviceId: string): Promise<string | null>;
  /** All that is kept of an account but secrets, as its owner may read it; null for a guest. @throws CodedError `unavailable` */
  accountOf(identity: Identity): Promise<object | null>;
  /** Of these those who have no account. */
  guestsAmong(viewerIds: readonly string[]): Promise<readonly string[]>;
}

/** From whom to whom, and where the next page begins; null at the beginning. */
export interface ViewerMove {
  readonly fromViewerId: string;
  readonly toViewerId: string;
  readonly cursor: string | null;
}

/** What a page has come to. */
export interface MovedPage {
  /** Where the next one begins; null after the last. */
  readonly cursor: string | null;
  /** Titles that are done. */
  readonly titles: number;
}

/** What a feature keeps of viewers: merged into the account on sign-in, erased with it. */
export interface ViewerData {
  /** How much there is. Cheap, and about right. */
  outline(viewerId: string): Promise<GuestOutline>;
  /**
   * Gives a page of one viewer's to another, by the rules that hold for what two devices say; the first one's stays where
   * it is, until it is erased. Harmless to repeat.
   */
  movePage(move: ViewerMove, nowMs: number): Promise<MovedPage>;
  /** Takes a page of that out again, as far as nothing was said of it since. Harmless to repeat. */
  undoPage(move: ViewerMove, nowMs: number): Promise<MovedPage>;
  /** Leaves nothing of a viewer. Harmless to repeat. */
  erase(viewerId: string, nowMs: number): Promise<void>;
}
