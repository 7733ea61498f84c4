import { cutText, isStorable } from '@cowatch/shared/protocol';
import { CONTENT_ID_MAX_CHARS } from '@cowatch/shared/resume';
import { describe } from '../../platform/database/database-errors.ts';
import type { DeadLetter } from '../store/resume.store.ts';
import type { JournalEntry } from './journal-entries.redis.ts';

/** Dead letter of an entry that PostgreSQL refuses, in ASCII: so that it is not refused there too. */
export function deadLetterOf({ shard, id, text, change }: JournalEntry, error: unknown, atMs: number): DeadLetter {
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

/** The same text for a reader of JSON, in characters that every store and terminal takes. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
