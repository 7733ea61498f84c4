import type { Access, Knock, Member, Playback, ProtocolError, RemovalReason, Right, Role } from '../../protocol/index.ts';

/** Where the connection to the session stands. */
export type ConnectionPhase =
  | 'connecting'
  /** Waits at the door until a host lets them in. */
  | 'knocking'
  | 'joined'
  | 'reconnecting'
  | 'removed'
  | 'ended'
  | 'failed'
  | 'left';

/** Who one is oneself in the session, and what one may do now. */
export interface OwnStanding {
  readonly memberId: string;
  readonly role: Role;
  /** The right `control`. */
  readonly canControl: boolean;
  readonly rights: Readonly<Record<Right, boolean>>;
  /** The owner, or acting as one. */
  readonly ownsNow: boolean;
  readonly muted: boolean;
  /** Until when one's time-out lasts, in cluster milliseconds; null where there is none. */
  readonly timeOutUntilMs: number | null;
}

/** How this client's own playback stands to the timeline: what the pill shows. */
export type SyncPhase =
  /** No player attached, or nothing to say yet. */
  | 'idle'
  | 'in-sync'
  | 'catching-up'
  | 'buffering'
  /** The browser wants a gesture before it plays. */
  | 'blocked'
  | 'advert'
  | 'reconnecting'
  | 'background'
  | 'ended'
  /** A live stream: play and pause are shared, the position is each one's own. */
  | 'live'
  /** The medium cannot be played here. */
  | 'unplayable';

/**
 * How much of the medium this player can get at, as far as it is known. Where the party is out of reach now, the phase is
 * `unplayable` (`start-only`, `breaks-off`) or `buffering` (`gap`); else all is well for the moment.
 */
export type MediaReach =
  | 'whole'
  /** A piece is missing where the party is now; it goes on behind it. */
  | 'gap'
  /** It can be watched from its start only: what serves it lets nobody jump. */
  | 'start-only'
  /** It breaks off before its end: what comes later is not to be had. */
  | 'breaks-off';

/** One reading of the own drift, for the sparkline. */
export interface DriftPoint {
  /** Local monotonic milliseconds. */
  readonly atMs: number;
  readonly driftMs: number;
}

export interface SyncHealth {
  readonly phase: SyncPhase;
  /** Player position minus target; null while unknown. */
  readonly driftMs: number | null;
  readonly reach: MediaReach;
  /** How far a live player is behind where it would be without pauses, in seconds; null for what is not live. */
  readonly behindLiveS: number | null;
  /** Cluster time minus local monotonic time, in milliseconds; null before the first exchange. */
  readonly offsetMs: number | null;
  /** The clock may be off by at most this much, in milliseconds (half the best round trip). */
  readonly errorBoundMs: number | null;
  readonly rttMs: number | null;
  /** The last minute, oldest first. */
  readonly history: readonly DriftPoint[];
}

/** Everything a face needs, as one immutable value: a new object only when something in it changed. */
export interface SessionState {
  readonly connection: ConnectionPhase;
  /** Since when the connection is lost, in local monotonic milliseconds: what is known of others is as old. Else null. */
  readonly lostAtMs: number | null;
  /** Why the connection `failed`, or the last refusal of the join. */
  readonly error: ProtocolError | null;
  /**
   * Attempts to connect in a row at which no server answered. Where the page itself still reaches the server, something in
   * between lets no WebSocket through.
   */
  readonly failedTries: number;
  readonly sessionId: string;
  /** Null until the first join. */
  readonly playback: Playback | null;
  readonly access: Access | null;
  readonly you: OwnStanding | null;
  /** Why one was `removed`: who was kicked may knock (`retry`), to who was banned it is not open. Else null. */
  readonly removed: RemovalReason | null;
  /** For hosts: who waits to be let in, longest first. */
  readonly waiting: readonly Knock[];
  /** From when on one may take over, in cluster milliseconds; null where there is nothing to take over. */
  readonly takeOverAtMs: number | null;
  /** Known people, the hosts first; in very large sessions only a part of `memberCount`. */
  readonly members: readonly Member[];
  readonly memberCount: number;
  /** False while the newest state of the party is in the server's memory only: it is saved as soon as that is possible. */
  readonly kept: boolean;
  readonly sync: SyncHealth;
}
