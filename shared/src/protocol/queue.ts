import { z } from 'zod';
import type { Kept } from './kept.ts';
import { clusterTimeSchema, mediaRefSchema, memberIdSchema, opIdSchema, positionSchema, sessionIdSchema } from './schemas.ts';
import type { Media } from './state.ts';
import { visibleText } from './text.ts';

/** Most items in a queue. */
export const QUEUE_MAX = 500;
/** Most items in it that one person has added; hosts may fill it. */
export const QUEUE_PER_PERSON_MAX = 50;
/** Most links in one `add`; a message may be as large as `MESSAGE_MAX_BYTES`. */
export const QUEUE_ADD_MAX = 100;
/** How many played videos are remembered. */
export const QUEUE_HISTORY_MAX = 200;
/** Removing, clearing and moving can be taken back for so long. */
export const QUEUE_UNDO_MS = 10_000;
/** Longest title of an item, in characters. */
export const QUEUE_TITLE_MAX_CHARS = 200;
/** Votes that one person can have in a queue at a time, and all people together. */
export const QUEUE_VOTES_PER_PERSON_MAX = 50;
export const QUEUE_VOTES_MAX = 5000;
/** Which share of those present it takes to skip a video, in per cent: what it is at first, and what it can be. */
export const SKIP_PERCENT = 50;
export const SKIP_PERCENT_MIN = 30;
export const SKIP_PERCENT_MAX = 100;

/** An item of the queue: made by the server, from the operation that added it. */
export const queueItemIdSchema = z.string().regex(/^[A-Za-z0-9_-]{12}$/);

/** Where in the queue something goes: to either end, or behind another item. */
export const queuePlaceSchema = z.union([z.enum(['first', 'last']), z.strictObject({ after: queueItemIdSchema })]);
export type QueuePlace = z.infer<typeof queuePlaceSchema>;

/** What is added: as in `load`, and what it is called where the sender knows that (a list that names its links). */
const queueMediaSchema = z.strictObject({ media: mediaRefSchema, title: visibleText(QUEUE_TITLE_MAX_CHARS).optional() });
export type QueueMedia = z.infer<typeof queueMediaSchema>;

export const queueModeSchema = z.enum(['manual', 'votes']);
/** Who orders the queue: people by hand, or their votes. */
export type QueueMode = z.infer<typeof queueModeSchema>;

const command = { sessionId: sessionIdSchema, opId: opIdSchema, issuedAtMs: clusterTimeSchema };

/** The item that is on, as the sender knows it; null where what is on is not from the queue. */
const fromItemIdSchema = queueItemIdSchema.nullable();

/** `queue:command` */
export const queueCommandSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...command,
    kind: z.literal('add'),
    items: z.array(queueMediaSchema).min(1).max(QUEUE_ADD_MAX),
    place: queuePlaceSchema.optional(),
  }),
  z.strictObject({ ...command, kind: z.literal('move'), itemId: queueItemIdSchema, place: queuePlaceSchema }),
  z.strictObject({ ...command, kind: z.literal('remove'), itemId: queueItemIdSchema }),
  z.strictObject({ ...command, kind: z.literal('play-now'), itemId: queueItemIdSchema, positionS: positionSchema.optional() }),
  z.strictObject({ ...command, kind: z.literal('again'), itemId: queueItemIdSchema, place: queuePlaceSchema.optional() }),
  z.strictObject({ ...command, kind: z.literal('next'), fromItemId: fromItemIdSchema }),
  z.strictObject({ ...command, kind: z.literal('stay'), fromItemId: fromItemIdSchema, on: z.boolean() }),
  z.strictObject({ ...command, kind: z.literal('vote'), itemId: queueItemIdSchema, on: z.boolean() }),
  z.strictObject({ ...command, kind: z.literal('skip'), fromItemId: fromItemIdSchema, on: z.boolean() }),
  z.strictObject({ ...command, kind: z.literal('clear') }),
  z.strictObject({ ...command, kind: z.literal('undo') }),
  z.strictObject({ ...command, kind: z.literal('mode'), mode: queueModeSchema }),
  z.strictObject({ ...command, kind: z.literal('auto'), on: z.boolean() }),
  z.strictObject({ ...command, kind: z.literal('skip-percent'), percent: z.int().min(SKIP_PERCENT_MIN).max(SKIP_PERCENT_MAX) }),
]);
export type QueueCommand = z.infer<typeof queueCommandSchema>;
export type QueueCommandKind = QueueCommand['kind'];

/** `queue:list`: the whole queue, or what was played. */
export const queueListSchema = z.strictObject({ sessionId: sessionIdSchema, part: z.enum(['queue', 'history']) });
export type QueueListRequest = z.infer<typeof queueListSchema>;

/** Who added something; the name is the one they had then. */
export const addedBySchema = z.object({ memberId: memberIdSchema, name: z.string() });
export type AddedBy = z.infer<typeof addedBySchema>;

/** One video of the queue. */
export interface QueueItem {
  readonly itemId: string;
  readonly media: Media;
  /** Where its link asks to begin, in seconds. */
  readonly startS: number;
  readonly addedBy: AddedBy;
  /** Cluster milliseconds. */
  readonly addedAtMs: number;
  /** How many people want it. */
  readonly votes: number;
  /** Where it was left, in seconds; absent where it was not on yet or was seen to its end. */
  readonly positionS?: number;
}

/** One video that was on. */
export interface QueuePlayed {
  readonly itemId: string;
  readonly media: Media;
  readonly startS: number;
  /** Null where that is not known. */
  readonly addedBy: AddedBy | null;
  /** When it gave way, in cluster milliseconds. */
  readonly playedAtMs: number;
  /** Where it was left, in seconds; absent where it was seen to its end. */
  readonly positionS?: number;
}

/** The item of the queue that is on. It counts while the party's medium has this content id: another may have been loaded since. */
export interface QueueCurrent {
  readonly itemId: string;
  readonly mediaId: string;
  readonly addedBy: AddedBy | null;
}

/** What can be taken back now. */
export interface QueueUndo {
  readonly kind: 'remove' | 'clear' | 'move';
  /** Whose it was. */
  readonly memberId: string;
  readonly name: string;
  /** How many items it was about. */
  readonly count: number;
  /** Cluster milliseconds. */
  readonly untilMs: number;
}

/** Everything of a queue but its items. */
export interface QueueStatus {
  readonly mode: QueueMode;
  /** Does the next video begin by itself when one ends? */
  readonly auto: boolean;
  readonly skipPercent: number;
  readonly current: QueueCurrent | null;
  /** How many people want what is on to be skipped. */
  readonly skipVotes: number;
  /** True where the video that is on is to stay at its end. */
  readonly stay: boolean;
  readonly undo: QueueUndo | null;
}

/** Answer to `queue:list` of `queue`. Items are in the order in which they will be played. */
export interface QueueState extends Kept {
  readonly part: 'queue';
  readonly version: number;
  readonly status: QueueStatus;
  readonly items: readonly QueueItem[];
  /** Items that you voted for, and whether you want what is on to be skipped. */
  readonly voted: readonly string[];
  readonly skipVoted: boolean;
}

/** Answer to `queue:list` of `history`: the newest first. */
export interface QueueHistory extends Kept {
  readonly part: 'history';
  readonly version: number;
  readonly history: readonly QueuePlayed[];
}

/** Answer to a queue command. */
export interface QueueResult extends Kept {
  /** Of the queue that now holds. */
  readonly version: number;
  readonly changed: boolean;
  /** Of `add` and `again`: the ids of the new items, in the order of what was added; null where one could not be added. */
  readonly added?: readonly (string | null)[];
}

/** Who did what, for people to hear of. */
export interface QueueCause {
  readonly kind: QueueCommandKind;
  /** Null where the server did. */
  readonly memberId: string | null;
  readonly name: string | null;
  /** The item it was about, with its title where that is known; both null where it was about none. */
  readonly itemId: string | null;
  readonly title: string | null;
  /** How many items it was about. */
  readonly count: number;
}

/**
 * `queue:changed`: what leads from version `from` to `version`. In this order: items in `removed` go, those in `put` are
 * new or other than they were, each of `placed` goes behind the item it names (null: to the top). A client that is at
 * another version than `from` waits a moment for what it missed, and asks for the queue.
 */
export interface QueueChange {
  readonly sessionId: string;
  readonly from: number;
  readonly version: number;
  readonly removed: readonly string[];
  readonly put: readonly QueueItem[];
  /** Votes of items that are otherwise as they were. */
  readonly votes: readonly { readonly itemId: string; readonly votes: number }[];
  readonly placed: readonly { readonly itemId: string; readonly after: string | null }[];
  /** Absent where it is as it was. */
  readonly status?: QueueStatus;
  /** Newest last. */
  readonly played: readonly QueuePlayed[];
  readonly causes: readonly QueueCause[];
}
