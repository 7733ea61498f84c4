import type { GuestOutline } from '@cowatch/shared/protocol';
import type { ZodRawShape } from 'zod';

/** From whom to whom, and where the next page begins; null at the beginning. */
export interface ViewerMove {
  readonly fromViewerId: string;
  readonly toViewerId: string;
  readonly cursor: string | null;
}

/** Outcome of a page. */
export interface MovedPage {
  /** Where the next one begins; null after the last. */
  readonly cursor: string | null;
  /** Titles that are done. */
  readonly titles: number;
}

/** A field of an account export: one value, or values that are read one after the other. */
export type ExportField =
  | { readonly name: string; readonly value: unknown }
  | { readonly name: string; readonly values: AsyncIterable<unknown> };

/** Viewer data of a feature: merged into the account on sign-in, erased and exported with it. */
export interface ViewerData {
  /** How many titles there are, and the last one; left out where titles are not what is kept. Cheap, and about right. */
  outline?(viewerId: string): Promise<GuestOutline>;
  /**
   * Gives a page of one viewer's to another, by the rules that hold for what two devices say; the first one's stays where
   * it is, until it is erased. Harmless to repeat.
   */
  move(move: ViewerMove, nowMs: number): Promise<MovedPage>;
  /** Takes a page of that out again, as far as nothing was said of it since. Harmless to repeat. */
  undo(move: ViewerMove, nowMs: number): Promise<MovedPage>;
  /** Leaves nothing of a viewer. Harmless to repeat. */
  erase(viewerId: string, nowMs: number): Promise<void>;
  /** Everything of a viewer, for the file that they may take along: a piece at a time, so that no memory has to hold all of it. */
  export(viewerId: string, nowMs: number): AsyncIterable<ExportField>;
  /** The fields that `export` gives, as the API's document shows them. */
  readonly exported: ZodRawShape;
}
