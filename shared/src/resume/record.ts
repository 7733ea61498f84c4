import { clearanceKey, orderKey, type ResumeOrder } from './order.ts';

export type ResumeState = 'active' | 'completed' | 'deleted';

/** The device that saved a position, as people know it. */
export interface ResumeDevice {
  readonly id: string;
  readonly name: string;
}

/**
 * What one device says of one title: where it is, and how much that is worth. It carries everything that follows from
 * what was before, so that of several only the greatest counts, whatever order they come in.
 */
export interface ResumeRecord extends ResumeOrder {
  readonly contentId: string;
  readonly positionMs: number;
  /** Null while the player does not know it. */
  readonly durationMs: number | null;
  /** Watched of the title so far, in all sittings since it was begun (again). */
  readonly watchedMs: number;
  readonly state: ResumeState;
  /** Where the title was before the gesture, so that it can be undone; null where there was nothing. */
  readonly previousPositionMs: number | null;
  /** When this was saved, in server milliseconds. */
  readonly savedAtMs: number;
  readonly device: ResumeDevice;
}

/** Server milliseconds that only ever grow; 0 stands for never. They are beside the order, not in it. */
export interface ResumeRegisters {
  readonly lastWatchedAtMs: number;
  readonly hiddenAtMs: number;
  readonly unhiddenAtMs: number;
  readonly deletedAtMs: number;
}

/** What plays where the content id leads: the id alone does not say. */
export interface ResumeMedia {
  readonly url: string;
  readonly title: string | null;
}

/** The media that came with the record of this key. */
export interface KnownMedia extends ResumeMedia {
  readonly key: string;
}

/** What is kept of one title of one viewer. */
export interface ResumeTitle {
  readonly record: ResumeRecord | null;
  readonly registers: ResumeRegisters;
  /** As the greatest of the records said that named any: others, of programs that know none, take nothing away. */
  readonly media: KnownMedia | null;
}

export const NO_REGISTERS: ResumeRegisters = {
  lastWatchedAtMs: 0,
  hiddenAtMs: 0,
  unhiddenAtMs: 0,
  deletedAtMs: 0,
};

export const NO_TITLE: ResumeTitle = { record: null, registers: NO_REGISTERS, media: null };

/** Puts two states of one title together: commutative, associative, idempotent. */
export function mergeTitles(a: ResumeTitle, b: ResumeTitle): ResumeTitle {
  return {
    record: greater(a.record, b.record),
    registers: mergeRegisters(a.registers, b.registers),
    media: a.media === null || b.media === null ? (a.media ?? b.media) : b.media.key > a.media.key ? b.media : a.media,
  };
}

function mergeRegisters(a: ResumeRegisters, b: ResumeRegisters): ResumeRegisters {
  return {
    lastWatchedAtMs: Math.max(a.lastWatchedAtMs, b.lastWatchedAtMs),
    hiddenAtMs: Math.max(a.hiddenAtMs, b.hiddenAtMs),
    unhiddenAtMs: Math.max(a.unhiddenAtMs, b.unhiddenAtMs),
    deletedAtMs: Math.max(a.deletedAtMs, b.deletedAtMs),
  };
}

/** A title of which only this has ever been said. */
export function titleOf(record: ResumeRecord, media: ResumeMedia | null = null): ResumeTitle {
  const isDeletion = record.state === 'deleted';
  return {
    record,
    media: media === null ? null : { ...media, key: orderKey(record) },
    registers: {
      ...NO_REGISTERS,
      ...(isDeletion ? { deletedAtMs: record.intentAtMs } : { lastWatchedAtMs: record.savedAtMs }),
    },
  };
}

export type SaveOutcome = 'applied' | 'duplicate' | 'stale';

/** What a record does to a title: the pattern that every store follows by comparing keys. */
export function applyRecord(
  title: ResumeTitle,
  record: ResumeRecord,
  media: ResumeMedia | null = null,
): { readonly outcome: SaveOutcome; readonly title: ResumeTitle } {
  const key = orderKey(record);
  const known = title.record === null ? '' : orderKey(title.record);
  const outcome = key > known ? 'applied' : key === known ? 'duplicate' : 'stale';
  return { outcome, title: mergeTitles(title, titleOf(record, media)) };
}

/** What a viewer has of a title: nothing where it was deleted, or where all was cleared later than it was meant. */
export function visibleRecord({ record }: ResumeTitle, clearedAtMs: number): ResumeRecord | null {
  if (record === null || record.state === 'deleted') return null;
  return clearedAtMs > 0 && orderKey(record) < clearanceKey(clearedAtMs) ? null : record;
}

/** Is it kept out of the row? A sitting that was meant later shows it again. */
export function isHidden({ record, registers }: ResumeTitle): boolean {
  const { hiddenAtMs, unhiddenAtMs } = registers;
  if (hiddenAtMs <= unhiddenAtMs) return false;
  return record === null || !record.committed || record.intentAtMs <= hiddenAtMs;
}

/** The one with the greater key; the first where they are the same. */
function greater(a: ResumeRecord | null, b: ResumeRecord | null): ResumeRecord | null {
  if (a === null || b === null) return a ?? b;
  return orderKey(b) > orderKey(a) ? b : a;
}
