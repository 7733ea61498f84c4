import type { ChatLine, ChatLinks, ChatSettings, Kept, ProtocolError } from '../../protocol/index.ts';

/** Something that happened in the party, as a line among the others; made here of what is heard, and kept nowhere. */
export type SystemNote =
  | { readonly what: 'played' | 'paused' | 'loaded'; readonly names: readonly string[] }
  | { readonly what: 'jumped'; readonly names: readonly string[]; readonly positionS: number; readonly fromPositionS: number }
  | { readonly what: 'rate'; readonly names: readonly string[]; readonly rate: number }
  /** Coalesced: of many, `names` are the first, and so many `more`. */
  | { readonly what: 'joined' | 'left'; readonly names: readonly string[]; readonly more: number }
  | { readonly what: 'queued'; readonly names: readonly string[]; readonly titles: readonly string[]; readonly more: number }
  /** Hosts or the crowd changed the chat: `by` is null where it was the crowd. */
  | { readonly what: 'settings'; readonly by: string | null; readonly settings: ChatSettings }
  | { readonly what: 'cleared'; readonly by: string | null };

/** One thing in the list of a chat. `key` is its own for as long as it is there. */
export type ChatItem =
  | {
      readonly kind: 'line';
      readonly key: string;
      readonly line: ChatLine;
      readonly own: boolean;
      /** True where its text names this member, or answers a line of theirs. */
      readonly mentionsYou: boolean;
    }
  /** An own line that the server has not numbered yet, or refused. */
  | {
      readonly kind: 'pending';
      readonly key: string;
      readonly opId: string;
      readonly text: string;
      readonly replyTo: number | null;
      readonly mentions: readonly string[];
      /** Cluster time when it was written. */
      readonly atMs: number;
      /** Why it was not taken; null while it is on its way. */
      readonly error: ProtocolError | null;
    }
  /** Lines are missing here: `loadOlder` and the history have them. */
  | { readonly kind: 'gap'; readonly key: string }
  /** So many lines more came here than a large party is shown. */
  | { readonly kind: 'more'; readonly key: string; readonly count: number }
  | { readonly kind: 'system'; readonly key: string; readonly atMs: number; readonly note: SystemNote };

/** Everything a face of the chat needs, as one immutable value: a new object only when something in it changed. */
export interface ChatState {
  /** `loading` until the first lines are here. `away`: there is no connection; what is known stays. */
  readonly phase: 'loading' | 'ready' | 'away';
  /** Oldest first, at most `CHAT_ITEMS_MAX`. */
  readonly items: readonly ChatItem[];
  /** Are there lines before these? */
  readonly hasOlder: boolean;
  readonly isLoadingOlder: boolean;
  /** Lines about what one has not seen yet: they come when one's own picture gets there. */
  readonly heldCount: number;
  readonly settings: ChatSettings;
  /** May this member write here? */
  readonly canWrite: boolean;
  /** Cluster time from which the next own line is taken; 0 where it is now. The box counts down to it. */
  readonly nextLineAtMs: number;
  /** Who types now, oldest first, without oneself. */
  readonly typingIds: readonly string[];
}

/** Outcome of what was done in the chat: it never throws. */
export type ChatOutcome = ({ readonly ok: true; readonly seq: number } & Kept) | { readonly ok: false; readonly error: ProtocolError };

/** What goes with a text. */
export interface ChatLineOptions {
  /** `seq` of the line that it answers. */
  readonly replyTo?: number;
  /** Members whose names the text has. */
  readonly mentions?: readonly string[];
}

/** The chat of a session, as this client lives it. */
export interface ChatClient {
  /** The current state; the same object until something changes. */
  readonly state: ChatState;
  /** Calls back after every change of `state`; returns its stop. */
  subscribe(listener: () => void): () => void;
  /**
   * Calls back with each new line of the party, own ones included, once, as it is shown (not with the history of a join);
   * for sounds, unread marks and screen readers. Returns its stop.
   */
  onLine(listener: (item: Extract<ChatItem, { kind: 'line' }>) => void): () => void;

  /** Shows the line at once (`pending`) and sends it, again with the same id where the connection breaks. */
  send(text: string, options?: ChatLineOptions): Promise<ChatOutcome>;
  /** Sends a refused own line again. */
  retry(opId: string): Promise<ChatOutcome>;
  /** Forgets a refused own line. */
  discard(opId: string): void;
  edit(seq: number, text: string, mentions?: readonly string[]): Promise<ChatOutcome>;
  /** Takes a line away: one's own, or as a host anybody's. */
  remove(seq: number): Promise<ChatOutcome>;
  /** As a host: takes all lines away. */
  clear(): Promise<ChatOutcome>;
  /** As a host: 0 ends slow mode; else one of `SLOW_STEPS_MS`. */
  setSlow(slowMs: number): Promise<ChatOutcome>;
  setLinks(links: ChatLinks): Promise<ChatOutcome>;
  /** May this member edit it (own, within `CHAT_EDIT_WITHIN_MS`) or take it away? */
  canEdit(line: ChatLine): boolean;
  canRemove(line: ChatLine): boolean;

  /** Loads a page of older lines. */
  loadOlder(): Promise<void>;
  /** The line of this number, from here or from the server; null where it is gone. */
  find(seq: number): Promise<ChatLine | null>;
  /** To be called with every change of the text that one writes, and with false when it is sent or gone. */
  typing(on: boolean): void;
}

/** Reactions of others and own ones, to be drawn over the picture. */
export interface Reactions {
  readonly counts: ReadonlyMap<string, number>;
  /** Who, one by one; null in large parties. */
  readonly from: readonly { readonly memberId: string; readonly emoji: string }[] | null;
}

export interface ReactionClient {
  /** Never throws; `rate_limited` where it was too often. */
  send(emoji: string): Promise<{ readonly ok: true } | { readonly ok: false; readonly error: ProtocolError }>;
  /** Calls back with what came since the last time; returns its stop. */
  onBurst(listener: (reactions: Reactions) => void): () => void;
}
