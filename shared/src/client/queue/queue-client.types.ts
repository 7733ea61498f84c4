import type {
  AddedBy,
  Kept,
  ProtocolError,
  QueueCause,
  QueueItem,
  QueueMedia,
  QueueMode,
  QueuePlace,
  QueuePlayed,
  QueueUndo,
} from '../../protocol/index.ts';

/** Outcome of a queue command: it never throws. */
export type QueueOutcome =
  | ({
      readonly ok: true;
      readonly changed: boolean;
      /** Of `add` and `again`: the new items in the order of what was added; null where one could not be added. */
      readonly added: readonly (string | null)[];
    } & Kept)
  | { readonly ok: false; readonly error: ProtocolError };

/** An item as this person sees it: with their own commands that are on their way. */
export interface QueueViewItem extends QueueItem {
  readonly own: boolean;
  /** Did this person vote for it? */
  readonly voted: boolean;
  /** What of it the server has not confirmed yet. */
  readonly pending: 'add' | 'move' | 'vote' | null;
}

/** The queue as this person sees it, as one immutable value: a new object only when something in it changed. */
export interface QueueView {
  /** `loading` until the queue was first read; `stale` while the connection is lost. */
  readonly phase: 'loading' | 'ready' | 'stale';
  /** In the order in which they will be played. */
  readonly items: readonly QueueViewItem[];
  readonly mode: QueueMode;
  /** Does the next video begin by itself when one ends? */
  readonly auto: boolean;
  /** The item that is on; null where what is on is not from the queue. */
  readonly current: { readonly itemId: string; readonly addedBy: AddedBy | null } | null;
  /** True where what is on is to stay at its end: there is no countdown. */
  readonly stay: boolean;
  /** "3 of 5 want to skip". */
  readonly skip: { readonly votes: number; readonly needed: number; readonly percent: number; readonly voted: boolean };
  /** What can be taken back now; look at `untilMs` (cluster milliseconds). `own`: it was this person's. */
  readonly undo: (QueueUndo & { readonly own: boolean }) | null;
  /** What was on, the newest first; null until `loadHistory`. */
  readonly history: readonly QueuePlayed[] | null;
  readonly you: {
    /** May add, vote and order their own. */
    readonly canQueue: boolean;
    /** May put on what is up next, or keep what is on. */
    readonly canReplace: boolean;
    /** May change what others added, clear, and set modes. */
    readonly isHost: boolean;
  };
}

/** The queue of a party, for a page and for bots. Commands show at once and are taken back where they are refused. */
export interface QueueClient {
  readonly view: QueueView;
  /** Calls back after every change of `view`; returns its stop. */
  subscribe(listener: () => void): () => void;
  /** Calls back with what people did, as it happens ("Ben added *film*"), one's own included; returns its stop. */
  onCause(listener: (cause: QueueCause & { readonly own: boolean }) => void): () => void;

  /** Adds videos, at the end where no place is named. More than fit into one message are sent in several. */
  add(items: readonly QueueMedia[], place?: QueuePlace): Promise<QueueOutcome>;
  move(itemId: string, place: QueuePlace): Promise<QueueOutcome>;
  remove(itemId: string): Promise<QueueOutcome>;
  /** Puts an item of the queue or of the history on. @param positionS without it: where it was left, else where its link says */
  playNow(itemId: string, positionS?: number): Promise<QueueOutcome>;
  /** Adds what was on once more; it knows where it was left. */
  again(itemId: string, place?: QueuePlace): Promise<QueueOutcome>;
  /** Goes on with what is up next. */
  next(): Promise<QueueOutcome>;
  /** What is on stays at its end. */
  stay(on: boolean): Promise<QueueOutcome>;
  vote(itemId: string, on: boolean): Promise<QueueOutcome>;
  /** One's vote to skip what is on. */
  skip(on: boolean): Promise<QueueOutcome>;
  clear(): Promise<QueueOutcome>;
  undo(): Promise<QueueOutcome>;
  setMode(mode: QueueMode): Promise<QueueOutcome>;
  setAuto(on: boolean): Promise<QueueOutcome>;
  setSkipPercent(percent: number): Promise<QueueOutcome>;
  /** Reads what was on; kept up to date from then on. */
  loadHistory(): Promise<void>;
}
