import {
  type AddedBy,
  type Media,
  type QueueMode,
  type QueuePlayed,
  type QueueResult,
  type QueueUndo,
  SKIP_PERCENT,
} from '../protocol/index.ts';

/** One video of the queue, with who wants it. */
export interface QueueEntry {
  readonly itemId: string;
  readonly media: Media;
  /** Where its link asks to begin, in seconds. */
  readonly startS: number;
  readonly addedBy: AddedBy;
  /** Cluster milliseconds. */
  readonly addedAtMs: number;
  /** Members who voted for it. */
  readonly voters: readonly string[];
  /** Where it was left, in seconds. */
  readonly positionS?: number;
}

/** A removed item: where it stood is behind `before` (null: at the top). */
export interface Tombstone {
  readonly itemId: string;
  readonly before: string | null;
}

/** Entries that were taken out or moved, each with the item it stood behind, the first of them first. */
export interface UndoStep extends QueueUndo {
  readonly entries: readonly { readonly entry: QueueEntry; readonly after: string | null }[];
}

/** An answered operation, remembered so that its repeat is answered and not applied. */
export interface RememberedQueueOp {
  readonly opId: string;
  readonly memberId: string;
  readonly result: QueueResult;
}

/**
 * Everything a queue is, committed as one together with the record of its session, which names its version. Holds no
 * identity beyond the session.
 */
export interface QueueRecord {
  /** Rises with every change. */
  readonly version: number;
  /** In the order in which they will be played. */
  readonly items: readonly QueueEntry[];
  readonly mode: QueueMode;
  readonly auto: boolean;
  readonly skipPercent: number;
  /** The item that is on; it counts while the party's medium is this one. */
  readonly current: QueueEntry | null;
  /** What is wanted of the medium that is on: of any other it says nothing. */
  readonly wishes: { readonly mediaId: string; readonly skipVoters: readonly string[]; readonly stay: boolean } | null;
  /** Oldest first, at most `QUEUE_HISTORY_MAX`, each title once. */
  readonly history: readonly QueuePlayed[];
  /** Oldest first, at most `TOMBSTONES_MAX`. */
  readonly tombstones: readonly Tombstone[];
  /** Oldest first; at most `UNDO_STEPS_MAX`, with at most `QUEUE_MAX` entries in all. */
  readonly undo: readonly UndoStep[];
  /** Oldest first, at most `REMEMBERED_QUEUE_OPS`. */
  readonly ops: readonly RememberedQueueOp[];
}

/** Removed items whose place is remembered. */
export const TOMBSTONES_MAX = 64;
export const UNDO_STEPS_MAX = 8;
export const REMEMBERED_QUEUE_OPS = 128;

/** The queue of a party that has none yet. */
export const EMPTY_QUEUE: QueueRecord = {
  version: 0,
  items: [],
  mode: 'manual',
  auto: true,
  skipPercent: SKIP_PERCENT,
  current: null,
  wishes: null,
  history: [],
  tombstones: [],
  undo: [],
  ops: [],
};
