import type {
  Access,
  Media,
  ModerationKind,
  PlaybackCommand,
  RemovalReason,
  SessionCommand,
  SubtitleAction,
  Timeline,
  TimelineCause,
} from '../protocol/index.ts';
import type { SessionRecord } from './session-record.ts';

/** Commands that are decided against the record; one's own name lives in presence and is none of them. */
export type SessionAction = Exclude<SessionCommand, { kind: 'own-name' | 'own-look' }>;

/** A `load` arrives here with its medium already looked up. */
export type PlaybackAction =
  | Exclude<PlaybackCommand, { kind: 'load' }>
  | (Omit<Extract<PlaybackCommand, { kind: 'load' }>, 'media'> & { readonly media: Media; readonly startS: number });

export type Action = PlaybackAction | SessionAction | SubtitleAction;

/** Somebody that a command names, as presence knows them. */
export interface SeenPerson {
  readonly name: string | null;
  /** Keyed hashes of the addresses they come from; empty where none can be told. */
  readonly addressHashes: readonly string[];
}

export interface DecisionContext {
  /** Cluster milliseconds. */
  readonly nowMs: number;
  /** Who acts, as the login and the roster say; never as the message says. */
  readonly actor: { readonly memberId: string; readonly name: string };
  /** How far ahead a start is scheduled, in milliseconds (`leadMsFor`). */
  readonly leadMs: number;
  /** The key of the next link, drawn at random for this command. */
  readonly linkKey: string;
  /**
   * Somebody in the session, at its door, or there lately; null for who was never seen. Presence knows; the record knows those
   * who left a mark in it.
   */
  seen(memberId: string): SeenPerson | null;
}

/** Settings and roles that are to be different; `undefined` takes one away. */
export type AccessPatch = { readonly [K in Exclude<keyof Access, 'version'>]?: Access[K] | undefined };

/** What is to be different; absent parts stay as they are. */
export interface Change {
  readonly timeline?: Partial<Pick<Timeline, 'positionS' | 'rate' | 'playing' | 'atMs'>>;
  readonly media?: Media;
  readonly cause?: TimelineCause;
  readonly access?: AccessPatch;
  /** Parts of the record that not everybody is told. */
  readonly record?: Partial<Pick<SessionRecord, 'named' | 'bannedIds' | 'bans' | 'kickedIds' | 'replaced' | 'linkKey'>>;
  /** For the moderation log. */
  readonly log?: { readonly kind: ModerationKind; readonly targetId?: string; readonly detail?: string };
  readonly out?: { readonly memberId: string; readonly reason: RemovalReason };
  readonly ended?: boolean;
}

/** Settings and roles with what is to be different. */
export function patched(access: Access, patch: AccessPatch, version: number): Access {
  const entries = Object.entries({ ...access, ...patch, version }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as Access;
}
