import { cutText, isStorable } from '@cowatch/shared/protocol';
import { CONTENT_ID_MAX_CHARS } from '@cowatch/shared/resume';
import { describe } from '../../platform/database/database-errors.ts';
import type { DeadLetter, TitleChange } from '../store/resume.store.ts';

/** One line of a journal, as far as it can be read. */
export interface JournalLine {
  readonly shard: number;
  /** Its id in the stream of its shard. */
  readonly id: string;
  /** The change as JSON, as it was written. */
  readonly text: string;
  /** Null where the text is none. */
  readonly change: TitleChange | null;
  /** There was nothing to compare it with. */
  readonly accepted: boolean;
}

/** Reads a line; one that cannot be read is a line all the same. */
export function readLine(shard: number, id: string, fields: readonly string[]): JournalLine {
  const text = fields[1] ?? '';
  return { shard, id, text, change: parsed(text), accepted: fields.length > 2 };
}

export function deadLetterOf({ shard, id, text, change }: JournalLine, error: unknown, atMs: number): DeadLetter {
  const { viewerId = '', contentId = '' } = change ?? {};
  const [viewer, content] = [viewerId, contentId].map((name) => cutText(isStorable(name) ? name : ascii(name), CONTENT_ID_MAX_CHARS));
  return {
    entry: `${shard}:${id}`,
    viewerId: viewer ?? '',
    contentId: content ?? '',
    change: ascii(text),
    reason: ascii(describe(error)),
    atMs: Math.floor(atMs),
  };
}

function parsed(text: string): TitleChange | null {
  try {
    const change = JSON.parse(text) as Partial<TitleChange> | null;
    const isChange = typeof change?.viewerId === 'string' && typeof change.contentId === 'string';
    return isChange && typeof change.registers === 'object' ? (change as TitleChange) : null;
  } catch {
    return null;
  }
}

/** The same text for whoever reads it as JSON, in characters that every store and terminal takes. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
