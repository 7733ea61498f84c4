import type { KnownMedia, PutSitting, ResumeRecord, ResumeRegisters, ResumeTitle, SaveOutcome } from '@cowatch/shared/resume';
import type { DeadLetter } from '../journal/resume.dead-letters.ts';

/** What is kept of one title of one viewer, and what its reader has to know besides. */
export interface StoredTitle extends ResumeTitle {
  readonly contentId: string;
  /** Everything that was meant until then is gone. */
  readonly clearedAtMs: number;
  readonly put: PutSitting | null;
  /** Counts writes. */
  readonly rev: number;
}

/** Which title of whom. */
export interface TitleName {
  readonly viewerId: string;
  readonly contentId: string;
}

/** Something that is said of one title. Saying it again changes nothing. */
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
 * What a change came to: of one without a record, `applied` where a register grew. `accepted` is kept and will be
 * compared, with what cannot be asked now. `full` is not taken: its viewer has as many titles as they may. Of both nothing
 * is known of the title.
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

/** Where a page ended: what comes after it is older, or has a greater id. */
export interface PageEnd {
  readonly atMs: number;
  readonly id: string;
}

/** A page of titles, and where the next one begins; null after the last. */
export interface OfferedPage {
  readonly titles: readonly StoredTitle[];
  readonly next: PageEnd | null;
}

/** Some viewers, in the order of their ids. */
export interface IdleViewers {
  readonly viewerIds: readonly string[];
  /** Where the next ones begin; null after the last. */
  readonly next: string | null;
}

/** What counts for all titles of a viewer. */
export interface ViewerTotals {
  /** When they cleared everything; 0 where they never did. */
  readonly clearedAtMs: number;
  /** How many titles there are of theirs, deletions among them. */
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

/**
 * Where positions last. What a call has answered is durable. While it is away every call refuses with
 * `CodedError('unavailable')`; one that was refused may have been written all the same.
 */
export interface ResumeStore {
  /** Writes a change that is known to be right as `apply` does, and takes it back. Throws what all changes would be refused with. */
  verify(): Promise<void>;
  /**
   * Writes changes down, each compared with what is there; the answers are in their order. All or none. The bound on titles
   * may be passed by as many as are written at the same moment.
   */
  apply(changes: readonly TitleChange[]): Promise<readonly ChangedTitle[]>;
  /** Titles of a viewer by id; what was never heard of is not among them. */
  load(viewerId: string, contentIds: readonly string[]): Promise<ReadonlyMap<string, StoredTitle>>;
  /** Titles that may be in the row, the newest gesture first; what is hidden or cleared is among them. */
  offered(viewerId: string, sinceMs: number, after: PageEnd | null, limit: number): Promise<OfferedPage>;
  /** Every title of a viewer, a page at a time, by content id. */
  all(viewerId: string, afterId: string | null, limit: number): Promise<readonly StoredTitle[]>;
  /** Sittings of a viewer, the newest first. */
  history(viewerId: string, after: PageEnd | null, limit: number): Promise<readonly StoredSitting[]>;
  settings(viewerId: string): Promise<ViewerSettings>;
  pauseHistory(viewerId: string, paused: boolean): Promise<void>;
  /** Forgets a viewer's titles and history as meant until `atMs`, also what is still on its way. */
  clear(viewerId: string, atMs: number): Promise<void>;
  /** How many titles there are of a viewer, and which was meant last. What was said a moment ago may be missing. */
  outline(viewerId: string): Promise<TitlesOutline>;
  /** Puts the history of titles of one viewer into another's, as far as that one has not cleared it. Harmless to repeat. */
  moveHistory(fromViewerId: string, toViewerId: string, contentIds: readonly string[]): Promise<void>;
  /** Resolves when all that was said of a viewer is in the database. @throws CodedError `unavailable` */
  settle(viewerId: string): Promise<void>;
  /** The database has other words on these titles now than were said. Returns those that something was said of meanwhile. */
  rewritten(viewerId: string, contentIds: readonly string[]): Promise<readonly string[]>;
  /**
   * Leaves nothing of a viewer, who says nothing more; or of one of whom nothing was heard since `idleSinceMs`, where
   * that is still so. Harmless to repeat.
   */
  erase(viewerId: string, idleSinceMs?: number): Promise<void>;
  /** The next viewers by id, and which of them were not heard of since `idleSinceMs`. */
  idle(afterViewerId: string, idleSinceMs: number, limit: number): Promise<IdleViewers>;
  /** Removes what says only that something was deleted before `beforeMs`; at most so many. Returns whose each was. */
  expire(beforeMs: number, limit: number): Promise<readonly string[]>;
}

/** What journals are brought to. */
export interface ColdResumeStore extends ResumeStore {
  /** As `apply`, for who wants no answers. */
  write(changes: readonly TitleChange[]): Promise<void>;
  /** Titles of many viewers at once, in the order they were asked for; null where there is nothing. */
  find(wanted: readonly TitleName[]): Promise<readonly (StoredTitle | null)[]>;
  /** Puts aside what it refuses. Harmless to repeat. */
  bury(letters: readonly DeadLetter[]): Promise<void>;
  /** Of which titles of a viewer something was put aside. */
  buried(viewerId: string): Promise<readonly string[]>;
  /** Removes what was put aside before `beforeMs`. */
  expireDeadLetters(beforeMs: number): Promise<void>;
  /** Of these viewers, in their order. */
  totals(viewerIds: readonly string[]): Promise<readonly ViewerTotals[]>;
}
