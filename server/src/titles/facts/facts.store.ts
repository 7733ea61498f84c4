import type { TitleFacts } from '../title-catalog.ts';

/** What is kept of a title, and until when it holds, in cluster milliseconds. */
export interface StoredFacts extends TitleFacts {
  readonly expiresAtMs: number;
}

/** A picture as it is answered with: WebP, and a digest of it. */
export interface Picture {
  readonly webp: Buffer;
  readonly tag: string;
}

/** What was learned of titles. Every call may be repeated, and refuses with `CodedError('unavailable')` while the database is away. */
export interface FactsStore {
  /** Those that are known of these, expired ones too; they count as used. */
  load(contentIds: readonly string[], nowMs: number): Promise<readonly StoredFacts[]>;
  /** Keeps what was learned; without a `picture` the one that is there stays. */
  save(facts: Omit<StoredFacts, 'hasPicture'>, picture: Picture | null, nowMs: number): Promise<void>;
  /** Keeps that nothing could be learned, but where something that still holds is known: another instance has learned it. */
  saveFailure(facts: Omit<StoredFacts, 'hasPicture'>, nowMs: number): Promise<void>;
  picture(contentId: string): Promise<Picture | null>;
  /**
   * Forgets at most `limit` titles: those that were used before `unusedSinceMs`, and of those beyond `max` the ones that were
   * used longest ago.
   * @returns how many
   */
  sweep(unusedSinceMs: number, max: number, limit: number): Promise<number>;
}
