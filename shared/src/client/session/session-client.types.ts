import type {
  Answer,
  BanReach,
  Door,
  Kept,
  Look,
  MediaRef,
  Moderation,
  PartyLink,
  ProtocolError,
  ReplacedMedia,
  Right,
  RightHolder,
  Role,
  TIME_OUT_MINUTES,
} from '../../protocol/index.ts';
import type { ChatClient, ReactionClient } from '../chat/chat.types.ts';
import type { ConnectionOptions } from '../connection/client-socket.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { MediaElementLike, PlayerTraits } from '../medium/media-element.ts';
import type { QueueClient } from '../queue/queue-client.types.ts';
import type { SessionState } from './session-state.ts';

export interface SessionClientOptions extends ConnectionOptions {
  readonly sessionId: string;
  /** The name to join under. */
  readonly name: string;
  /** What to look like; where it is left out, the server gives one. */
  readonly look?: Look;
  /** Of a link that was changed, as it stands in it (`?k=`); who has been in the party needs none. */
  readonly linkKey?: string;
  readonly environment?: ClientEnvironment;
}

/** Outcome of a command: it never throws. */
export type CommandOutcome =
  | ({ readonly ok: true; readonly changed: boolean } & Kept)
  | { readonly ok: false; readonly error: ProtocolError };

/** Things worth telling people once, as they happen. */
export type SessionNotice =
  | { readonly kind: 'played' | 'paused' | 'restored'; readonly name: string; readonly own: boolean }
  /** `replaced`: what was on before, where that was something else; `restoreMedia` brings it back for a while. */
  | { readonly kind: 'loaded'; readonly name: string; readonly own: boolean; readonly replaced: ReplacedMedia | null }
  | {
      readonly kind: 'jumped';
      readonly name: string;
      readonly own: boolean;
      readonly positionS: number;
      readonly fromPositionS: number;
    }
  | { readonly kind: 'rate'; readonly name: string; readonly own: boolean; readonly rate: number }
  | { readonly kind: 'joined' | 'left'; readonly names: readonly string[] }
  /** The party was not saved for a while, and is now. */
  | { readonly kind: 'kept' }
  | { readonly kind: 'refused'; readonly error: ProtocolError };

/** The headless client: everything a browser does but the pixels. */
export interface SessionClient {
  /** Its typed connection to the server, for what else this device says to it. */
  readonly connection: TypedConnection;
  /** The current state; the same object until something changes. */
  readonly state: SessionState;
  /** Calls back after every change of `state`; returns its stop. */
  subscribe(listener: () => void): () => void;
  /** Calls back with things that happened; returns its stop. */
  onNotice(listener: (notice: SessionNotice) => void): () => void;

  /** Connects and joins; goes on by itself through every interruption until `close`. */
  connect(): void;
  /** Leaves and frees everything. */
  close(): void;
  /** After `failed`: tries again now. */
  retry(): void;

  /** Cluster milliseconds now, or at a local monotonic time; null before the first clock exchange. */
  clusterNowMs(localMs?: number): number | null;
  /** Where the timeline is now, in seconds, clamped to what is known of the duration; null before the first join. */
  targetPositionS(localMs?: number): number | null;

  play(): Promise<CommandOutcome>;
  pause(): Promise<CommandOutcome>;
  /** Seeks for everyone. Repeated calls within a moment (a dragged bar, a held key) become one command, the last. */
  seek(positionS: number): Promise<CommandOutcome>;
  setRate(rate: number): Promise<CommandOutcome>;
  /** @param positionS where to begin; without it where the link says, or, with a new link of what is on, where it is */
  load(media: MediaRef, positionS?: number): Promise<CommandOutcome>;

  /** Brings back what was on before somebody replaced it, where it was; within `RESTORE_MEDIA_MS`. */
  restoreMedia(): Promise<CommandOutcome>;

  setControl(control: RightHolder): Promise<CommandOutcome>;
  setRight(right: Right, holders: RightHolder): Promise<CommandOutcome>;
  rename(name: string): Promise<CommandOutcome>;
  /** Who comes in by the link. */
  setDoor(door: Door): Promise<CommandOutcome>;
  /** Makes another link: the one of before lets nobody new in. */
  renewLink(): Promise<CommandOutcome>;
  /** The link that lets people in now; for who may invite. */
  link(): Promise<Answer<PartyLink>>;
  setRole(memberId: string, role: Exclude<Role, 'owner'>): Promise<CommandOutcome>;
  /** Makes somebody else the owner; one is a host oneself from then on. */
  handOver(memberId: string): Promise<CommandOutcome>;
  /** Acts as the owner of a party that no host is in (`SessionState.takeOverAtMs`). */
  takeOver(): Promise<CommandOutcome>;
  setMuted(memberId: string, muted: boolean): Promise<CommandOutcome>;
  /** @param minutes 0 ends it */
  timeOut(memberId: string, minutes: (typeof TIME_OUT_MINUTES)[number]): Promise<CommandOutcome>;
  /** Out now; may knock. */
  kick(memberId: string): Promise<CommandOutcome>;
  /** Out until it is lifted. @param address keeps their address out too, for a day */
  ban(memberId: string, address: boolean): Promise<CommandOutcome>;
  unban(memberId: string): Promise<CommandOutcome>;
  /** Lets somebody in who waits (`SessionState.waiting`), or sends them away. */
  admit(memberId: string, admit: boolean): Promise<CommandOutcome>;
  /** What hosts did, who is banned and who waits; for hosts. */
  moderation(): Promise<Answer<Moderation>>;
  /** Whom a ban by address would keep out; for hosts. */
  banReach(memberId: string): Promise<Answer<BanReach>>;
  end(): Promise<CommandOutcome>;
  setOwnName(name: string): Promise<CommandOutcome>;
  setOwnLook(look: Look): Promise<CommandOutcome>;
  readonly chat: ChatClient;
  readonly reactions: ReactionClient;

  /** Loads a further page of people in large sessions. */
  loadMoreMembers(): Promise<void>;

  /** What is up next. */
  readonly queue: QueueClient;

  /** Makes a player follow the session; returns its handle. One player at a time: a second one replaces the first. */
  attach(player: MediaElementLike, traits?: Partial<PlayerTraits>): PlayerHandle;
}

/** A player that follows the session. */
export interface PlayerHandle {
  /** Plays after a gesture of the user, where the browser had blocked it. */
  resumeAfterGesture(): Promise<void>;
  /** Throws away what was learned about this player and aligns it anew ("Resync"). */
  resync(): void;
  /** The page knows something the element does not say: an advert runs, the source cannot be played. */
  setCondition(condition: 'advert' | 'unplayable' | null): void;
  /** Moves a live player on to what is live now (`SyncHealth.behindLiveS`); only this one, nobody else. */
  goToLive(): void;
  detach(): void;
}
