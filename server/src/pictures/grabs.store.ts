import type { Picture } from '../titles/index.ts';

/** Whose picture it is: of what a viewer watches, or of a party. */
export type GrabPlace = { readonly viewerId: string } | { readonly sessionId: string };

/** A frame as somebody's player gave it. */
export interface Grab {
  readonly contentId: string;
  readonly viewerId: string;
  readonly picture: Picture;
  readonly grabbedAtMs: number;
}

/** Of a party: who gave it. */
export interface PartyGrabber {
  readonly memberId: string;
  readonly isHost: boolean;
}

/** Frames that people's players grabbed. Every call may be repeated, and refuses with `CodedError('unavailable')` while the database is away. */
export interface GrabStore {
  /** Keeps what a viewer watches; the newest counts. Those beyond the bound go, the oldest first. */
  putOwn(grab: Grab): Promise<void>;
  /**
   * Keeps the picture of a party: the first one, until a host gives one.
   * @returns false where there is one that it does not replace
   */
  putOfParty(sessionId: string, grab: Grab, by: PartyGrabber): Promise<boolean>;
  load(place: GrabPlace, contentId: string): Promise<Picture | null>;
  /** A page of a viewer's own, by content id. */
  ofViewer(viewerId: string, afterId: string | null, limit: number): Promise<readonly Grab[]>;
  /** Gives a viewer's own to another too, who keeps theirs where both have one. What was given to parties stays whose it was. */
  copy(fromViewerId: string, toViewerId: string): Promise<void>;
  /** Takes out again what is still as it was copied. */
  uncopy(fromViewerId: string, toViewerId: string): Promise<void>;
  /** Forgets a viewer's own of one title, or of all; what they gave to parties stays there. */
  eraseOwn(viewerId: string, contentId: string | null): Promise<void>;
  /** Forgets everything that a viewer gave, to parties too. */
  erase(viewerId: string): Promise<void>;
  /** Forgets a party's, or what one member gave it. */
  eraseOfParty(sessionId: string, memberId?: string): Promise<void>;
  /** Forgets at most `limit`: those from before `beforeMs`, those of parties from before `partiesBeforeMs`, and the oldest beyond `max`. @returns how many */
  sweep(bounds: { readonly beforeMs: number; readonly partiesBeforeMs: number; readonly max: number }, limit: number): Promise<number>;
}
