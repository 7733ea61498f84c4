import type { PublishedPresence } from './published-presence.ts';

export interface OwnPresence {
  readonly sessionId: string;
  readonly published: PublishedPresence;
}

export interface WantedPresence {
  readonly sessionId: string;
  /** Of these instances; null: of all. */
  readonly instanceIds: readonly string[] | null;
}

/** What was found of a session: by instance; null for an instance that was asked for and has written nothing. */
export type FoundPresence = ReadonlyMap<string, PublishedPresence | null>;

/** Store of what instances publish for each other of who is with them. Everything rejects with `unavailable` while it cannot be reached. */
export interface PublishedPresenceStore {
  /** Rises whenever what was written may be lost. */
  readonly generation: number;
  /** Writes this instance's people; gives for each session how many instances have published any. */
  write(own: readonly OwnPresence[]): Promise<readonly number[]>;
  read(wanted: readonly WantedPresence[]): Promise<readonly FoundPresence[]>;
  /** Clears away what instances left that are long gone. */
  remove(sessionId: string, instanceIds: readonly string[]): Promise<void>;
}
