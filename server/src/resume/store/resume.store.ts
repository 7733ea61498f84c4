import type { KnownMedia, PutSitting, ResumeRecord, ResumeRegisters, ResumeTitle, SaveOutcome } from '@cowatch/shared/resume';

/** Row of one title of one viewer, with the clearance that its reader compares it with. */
export interface StoredTitle extends ResumeTitle {
  readonly contentId: string;
  /** Clearance of its viewer: what was meant until then is gone; 0 without one. */
  readonly clearedAtMs: number;
  readonly put: PutSitting | null;
  /** Counts writes. */
  readonly rev: number;
}

/** Key of a title. */
export interface TitleName {
  readonly viewerId: string;
  readonly contentId: string;
}

/** Idempotent write of one title: repeating it changes nothing. */
export interface TitleChange extends TitleName {
  readonly record: ResumeRecord | null;
  readonly registers: ResumeRegisters;
  readonly media: KnownMedia | null;
  /** Kept with the record, if that wins. */
  readonly put: PutSitting | null;
  /** Most titles its viewer may have: it is not taken where it would be one more. Without it there is no bound. */
  readonly titlesMax?: number;
}

/**
 * Outcome of a change; without a record, `applied` means that a register grew. `accepted` is a blind write: durable, and
 * compared later, since PostgreSQL cannot be asked now. `full` is refused: its viewer has as many titles as they may. Both
 * come with an empty title.
 */
export interface ChangedTitle {
  readonly outcome: SaveOutcome | 'accepted' | 'full';
  readonly stored: StoredTitle;
}

/** One sitting in the history. */
export interface StoredSitting {
  readonly contentId: string;
  readonly sittingId: string;
  readonly begunAtMs: number;
  readonly completedAtMs: number;
  readonly media: KnownMedia | null;
}

/** Keyset cursor, the end of a page: what comes after it is older, or has a greater id. */
export interface PageEnd {
  readonly atMs: number;
  readonly id: string;
}

/** Page of titles, with the cursor of the next one; null after the last. */
export interface OfferedPage {
  readonly titles: readonly StoredTitle[];
  readonly next: PageEnd | null;
}

/** Page of viewers, in the order of their ids. */
export interface IdleViewers {
  readonly viewerIds: readonly string[];
  /** Cursor of the next page; null after the last. */
  readonly next: string | null;
}

/** Totals of a viewer, over all their titles. */
export interface ViewerTotals {
  /** Time of their last clearance; 0 without one. */
  readonly clearedAtMs: number;
  /** Count of titles, tombstones included. */
  readonly titles: number;
}

export interface TitlesOutline {
  readonly titles: number;
  readonly last: { readonly contentId: string; readonly media: KnownMedia | null } | null;
}

export interface ViewerSettings {
  readonly clearedAtMs: number;
  readonly historyPaused: boolean;
}

/** Dead letter: a change that PostgreSQL refuses for good, and why; kept for an operator, who may mend it and write it again. */
export interface DeadLetter {
  /** Entry of the journal that it was: adding it again changes nothing. */
  readonly entry: string;
  /** Empty where it cannot be read; like the title cut to what an index takes, as no real id is longer. */
  readonly viewerId: string;
  readonly contentId: string;
  /** The entry in ASCII: what cannot be stored in it is escaped as in JSON. */
  readonly change: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Titles of viewers: one register of the newest record, its media and its times for each. */
export interface TitleStore {
  /** Probe write: writes a change that is known to be right as `apply` does, and takes it back. Throws what all changes would be refused with. */
  verify(): Promise<void>;
  /**
   * Upserts changes, each by compare-and-set with the title; the answers are in their order. All or none. The bound on titles
   * may be passed by as many as are written at the same moment.
   */
  apply(changes: readonly TitleChange[]): Promise<readonly ChangedTitle[]>;
  /** Titles of a viewer by id; unknown ones are left out. */
  load(viewerId: string, contentIds: readonly string[]): Promise<ReadonlyMap<string, StoredTitle>>;
  /** Candidates for the row, the newest gesture first; hidden and cleared ones are among them. */
  offered(viewerId: string, sinceMs: number, after: PageEnd | null, limit: number): Promise<OfferedPage>;
  /** Every title of a viewer, a page at a time, by content id. */
  all(viewerId: string, afterId: string | null, limit: number): Promise<readonly StoredTitle[]>;
  /** Count of titles of a viewer, and the one that was meant last. Writes of the last moment may be missing. */
  outline(viewerId: string): Promise<TitlesOutline>;
}

/** Watch history of viewers: the sittings that count. */
export interface HistoryStore {
  /** Sittings of a viewer, the newest first. */
  history(viewerId: string, after: PageEnd | null, limit: number): Promise<readonly StoredSitting[]>;
  settings(viewerId: string): Promise<ViewerSettings>;
  pauseHistory(viewerId: string, paused: boolean): Promise<void>;
  /** Copies the sittings of these titles from one viewer to another, as far as that one has not cleared them. Idempotent. */
  moveHistory(fromViewerId: string, toViewerId: string, contentIds: readonly string[]): Promise<void>;
}

/** Retention: what viewers clear, and what expires. */
export interface RetentionStore {
  /** Clearance: removes a viewer's titles and history as meant until `atMs`, also what is still on its way. */
  clear(viewerId: string, atMs: number): Promise<void>;
  /**
   * Erases a viewer, who writes nothing more; or one of whom nothing was written since `idleSinceMs`, where that still
   * holds. Idempotent.
   */
  erase(viewerId: string, idleSinceMs?: number): Promise<void>;
  /** The next viewers by id, and which of them wrote nothing since `idleSinceMs`. */
  idle(afterViewerId: string, idleSinceMs: number, limit: number): Promise<IdleViewers>;
  /** Removes tombstones of before `beforeMs`; at most so many. Returns whose each was. */
  expire(beforeMs: number, limit: number): Promise<readonly string[]>;
}

/**
 * Store of positions. What a call has answered is durable. While it is away every call refuses with
 * `CodedError('unavailable')`; one that was refused may have been written all the same.
 */
export interface ResumeStore extends TitleStore, HistoryStore, RetentionStore {
  /** Flush: resolves when all writes of a viewer are in the database. @throws CodedError `unavailable` */
  settle(viewerId: string): Promise<void>;
  /**
   * Invalidates titles in front of the database, which were written there by another way. Returns those that were
   * written here meanwhile.
   */
  invalidate(viewerId: string, contentIds: readonly string[]): Promise<readonly string[]>;
}

/** Dead letters of the journal. */
export interface DeadLetterStore {
  /** Idempotent. */
  addDeadLetters(letters: readonly DeadLetter[]): Promise<void>;
  /** Content ids of a viewer's dead letters. */
  deadLetterTitles(viewerId: string): Promise<readonly string[]>;
  /** Removes dead letters of before `beforeMs`. */
  expireDeadLetters(beforeMs: number): Promise<void>;
}

/** Durable store: what the write-behind journal is written to. */
export interface ColdResumeStore extends ResumeStore, DeadLetterStore {
  /** `apply` without answers. */
  write(changes: readonly TitleChange[]): Promise<void>;
  /** Titles of many viewers at once, in the order they were asked for; null for an unknown one. */
  find(wanted: readonly TitleName[]): Promise<readonly (StoredTitle | null)[]>;
  /** Of these viewers, in their order. */
  totals(viewerIds: readonly string[]): Promise<readonly ViewerTotals[]>;
}
