import type { ChatSettings } from '@cowatch/shared/protocol';
import type { Entry, Numbered } from './chat.entries.ts';

/** A live chat: where its numbers stand. */
export interface ChatHead {
  /** The number that it was opened with: all numbers of it are above. Another one means that entries may have been lost. */
  readonly epoch: number;
  readonly seq: number;
  readonly settings: ChatSettings;
  /** Are there no lines before those of the tail? */
  readonly whole: boolean;
}

/** An end of a chat. */
export type ChatCursor = Pick<ChatHead, 'epoch' | 'seq'>;

/** What a chat is opened with. */
export interface OpenedChat {
  readonly epoch: number;
  readonly settings: ChatSettings;
  readonly whole: boolean;
  /** Oldest first, all numbered below the epoch. */
  readonly tail: readonly Numbered[];
}

export interface NewEntry {
  readonly entry: Entry;
  /** `windowOf` its time. */
  readonly window: number;
  /** Lines of the tail that are others now, by number; null: gone. One that is not there stays away. */
  readonly replaced?: ReadonlyMap<number, Entry | null>;
  /** All entries before it go. */
  readonly clears?: boolean;
  /** Takes effect only where the settings are still as of this number. */
  readonly settingsAsOf?: ChatSettings;
}

export type Appended =
  | { readonly kind: 'appended'; readonly epoch: number; readonly seq: number; readonly rank: number }
  /** One of the same member and `opId` is there already. */
  | { readonly kind: 'repeat'; readonly epoch: number; readonly seq: number }
  /** The chat is not open. */
  | { readonly kind: 'absent' }
  /** The settings are others by now. */
  | { readonly kind: 'conflict' };

/** Which entries of a tail: those behind a number, or the last ones before one. */
export type TailRange = { readonly afterSeq: number } | { readonly beforeSeq: number; readonly max: number };

/**
 * Live store of chats: it numbers entries, in one step with storing them, and has the last `TAIL_MAX` of each.
 * Every call rejects with CodedError `unavailable` where it cannot be asked.
 */
export interface ChatStore {
  /** Do other instances have the same? */
  readonly isShared: boolean;
  /** Rises whenever what the store holds may no longer be what it held. */
  readonly generation: number;
  /** In the order of the ids; null where a chat is not open. */
  heads(sessionIds: readonly string[]): Promise<readonly (ChatHead | null)[]>;
  /**
   * Opens a chat where none is open, or in the place of `lost`, if nothing was appended to that since; returns the one that
   * is open now.
   */
  open(sessionId: string, chat: OpenedChat, lost: ChatCursor | null): Promise<ChatHead>;
  append(sessionId: string, entry: NewEntry): Promise<Appended>;
  /** Oldest first; empty where the chat is not open. */
  tail(sessionId: string, range: TailRange): Promise<readonly Numbered[]>;
  /** Closes a chat; what is in it is in the database. */
  drop(sessionId: string): Promise<void>;
}

/** What a repeat is known by. */
export const opKeyOf = ({ memberId, opId }: Pick<Entry, 'memberId' | 'opId'>): string => `${memberId ?? ''}:${opId}`;
