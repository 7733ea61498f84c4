import { z } from 'zod';
import type { Look } from './looks.ts';
import { RIGHTS } from './rights.ts';

// Rights, roles and what hosts do about people: what both ends speak of.

export const rightSchema = z.enum(RIGHTS);
export type Right = z.infer<typeof rightSchema>;

/** Who has a right; `hosts` includes the owner, and `owner` the member who acts as one. */
export const rightHolderSchema = z.enum(['everyone', 'hosts', 'owner']);
export type RightHolder = z.infer<typeof rightHolderSchema>;

/** Who comes in by the link: everybody, new people when a host lets them in, or nobody new. */
export const doorSchema = z.enum(['open', 'knock', 'locked']);
export type Door = z.infer<typeof doorSchema>;

/** The key of a link that was changed: 16 characters of base64url, 96 random bits. */
export const linkKeySchema = z.string().regex(/^[A-Za-z0-9_-]{16}$/);

/** Somebody who may watch, and neither write, queue nor control, until then. */
export interface TimeOut {
  readonly memberId: string;
  /** Cluster milliseconds. */
  readonly untilMs: number;
}

/** Somebody who waits to be let in. */
export interface Knock {
  readonly memberId: string;
  /** As they would be called; another person in the party may be called the same. */
  readonly name: string;
  readonly look: Look | null;
  /** Cluster milliseconds. */
  readonly sinceMs: number;
}

/** `session:knock`, to hosts: everybody who waits now, longest first. */
export interface KnockList {
  readonly sessionId: string;
  readonly waiting: readonly Knock[];
}

/** Why somebody is out of a party: a kicked one may knock, for a banned one it is not open. */
export const removalReasonSchema = z.enum(['kicked', 'banned']);
export type RemovalReason = z.infer<typeof removalReasonSchema>;

/** Somebody who was banned, as hosts see it. */
export interface BannedPerson {
  readonly memberId: string;
  /** As they were called then; null where that was not kept. */
  readonly name: string | null;
  readonly byName: string | null;
  /** Cluster milliseconds; null where that was not kept. */
  readonly atMs: number | null;
  /** Until when their address is kept out too, in cluster milliseconds; null where it is not. */
  readonly addressUntilMs: number | null;
}

export const moderationKindSchema = z.enum([
  'control',
  'rights',
  'door',
  'new-link',
  'role',
  'hand-over',
  'succession',
  'take-over',
  'return',
  'mute',
  'unmute',
  'time-out',
  'end-time-out',
  'kick',
  'ban',
  'unban',
  'let-in',
  'turn-away',
  'replace-media',
  'restore-media',
]);
export type ModerationKind = z.infer<typeof moderationKindSchema>;

/** What was done to whom, when, by whom. Names are those of then. */
export interface ModerationEntry {
  /** Cluster milliseconds. */
  readonly atMs: number;
  readonly kind: ModerationKind;
  /** Null where the server did it: a succession, a return. */
  readonly by: { readonly memberId: string; readonly name: string } | null;
  readonly target: { readonly memberId: string; readonly name: string | null } | null;
  /** What it was set to: `hosts`, `knock`, `10`, a right with its holders (`video everyone`), a title. */
  readonly detail: string | null;
}

/** Answer to `session:moderation`. */
export interface Moderation {
  /** Newest first. */
  readonly log: readonly ModerationEntry[];
  readonly banned: readonly BannedPerson[];
  readonly waiting: readonly Knock[];
}

/** Answer to `session:ban-reach`: what a ban of somebody's address too would do. */
export interface BanReach {
  /** `proxy`: this server sees only the address of a proxy that it was not told to trust; `unknown`: it has not seen theirs. */
  readonly address: 'usable' | 'proxy' | 'unknown';
  /** Who else of those present has the same address, and would be kept out; hosts would not. */
  readonly alsoOut: readonly string[];
}

/** Answer to `session:link`. */
export interface PartyLink {
  /** Path and query of the link that lets people in now, on this server. */
  readonly path: string;
}

/** What was on before somebody replaced it, for as long as that can be undone. */
export interface ReplacedMedia {
  readonly title: string | null;
  /** Where it was, in seconds. */
  readonly positionS: number;
  /** Cluster milliseconds. */
  readonly untilMs: number;
}
