import type { PublishedPresence } from './published-presence.ts';

export interface OwnPresence {
  readonly sessionId: string;
  readonly share: PublishedPresence;
}

export interface WantedPresence {
  readonly sessionId: string;
  /** Of these instances; null: of all. */
  readonly instanceIds: readonly string[] | null;
}

/** What was found of a session: by instance; null for an instance that was asked for and has written nothing. */
export type FoundPresence = ReadonlyMap<string, PublishedPresence | null>;

/** Where instances leave for each other who is with them. Everything rejects with `unavailable` while it cannot be reached. */
export interface PublishedPresenceStore {
  /** Rises whenever what was written may be lost. */
  readonly generation: number;
  /** Writes this instance's shares; gives for each how many instances have left one of that session. */
  write(shares: readonly OwnPresence[]): Promise<readonly number[]>;
  read(wanted: readonly WantedPresence[]): Promise<readonly FoundPresence[]>;
  /** Clears away what instances left that are long gone. */
  remove(sessionId: string, instanceIds: readonly string[]): Promise<void>;
}
