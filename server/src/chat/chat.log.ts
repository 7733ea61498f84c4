import type { ChatSettings } from '@cowatch/shared/protocol';
import type { LineEntry, Numbered } from './chat.entries.ts';

/** An entry of a chat, to be written down. */
export interface LogRow extends Numbered {
  readonly sessionId: string;
}

/** Outcome of writing one: `taken` where its number is another's, which only a store that went back can have given. */
export type LogOutcome = 'written' | 'taken';

/** The end of a chat as it was written down. */
export interface LogTail {
  /** Oldest first; lines as they are now, those that were taken away left out. */
  readonly entries: readonly Numbered[];
  /** The highest number; 0 where nothing was written. */
  readonly seq: number;
  readonly settings: ChatSettings | null;
  /** Are there lines before these? */
  readonly more: boolean;
}

/** A viewer's lines, a page at a time. */
export interface ViewerLines {
  readonly lines: readonly { readonly sessionId: string; readonly seq: number; readonly entry: LineEntry }[];
  /** Where the next page begins; null after the last. */
  readonly cursor: string | null;
}

/** Durable log of chats. Every call rejects with CodedError `unavailable` while the database is away. */
export interface ChatLog {
  /** Writes entries and applies changes to lines that are written. In the order of the rows; harmless to repeat. */
  write(rows: readonly LogRow[]): Promise<readonly LogOutcome[]>;
  /** Takes an entry out again, under this number: it has another. */
  withdraw(sessionId: string, seq: number): Promise<void>;
  tail(sessionId: string, max: number): Promise<LogTail>;
  /** Lines before a number, the last ones, oldest first. */
  before(sessionId: string, beforeSeq: number, max: number): Promise<readonly Numbered[]>;
  line(sessionId: string, seq: number): Promise<LineEntry | null>;
  /** Forgets entries from before; returns how many, at most `limit`. */
  expire(beforeMs: number, limit: number): Promise<number>;

  linesOf(viewerId: string, cursor: string | null, max: number): Promise<ViewerLines>;
  /** Gives a viewer's entries to another; and takes them back. Harmless to repeat. */
  move(fromViewerId: string, toViewerId: string): Promise<void>;
  undo(fromViewerId: string, toViewerId: string): Promise<void>;
  /** Leaves nothing of a viewer; returns the numbers of their lines, by session. Harmless to repeat. */
  erase(viewerId: string): Promise<ReadonlyMap<string, readonly number[]>>;
}
