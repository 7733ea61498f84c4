import { cutText, MEDIA_TITLE_MAX_CHARS } from '../protocol/index.ts';
import { VISIBLE } from '../protocol/visible.ts';

/** More is not looked at: what is longer is no title, in units of UTF-16. */
const READ_MAX = 4 * MEDIA_TITLE_MAX_CHARS;

/** Marks that one letter carries in the languages of the world; Hebrew has three, more is drawn over the lines around. */
const MARKS_MAX = 4;
const TOO_MANY_MARKS = new RegExp(`(\\p{M}{${MARKS_MAX}})\\p{M}+`, 'gu');

/** Whatever is no text to read: controls, overrides of direction, what is drawn as nothing; joiners, which letters and emoji need, stay. */
const UNREADABLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}]|[\ufe00-\ufe0e]/gu;

/**
 * A title as strangers say it, fit to be shown in one line: normalised (NFC), without control characters and overrides of
 * direction, at most `MEDIA_TITLE_MAX_CHARS` characters.
 *
 * @returns null where nothing of it can be seen
 */
export function cleanTitle(text: string): string | null {
  const line = text
    .slice(0, READ_MAX)
    .replace(/[\t\n\v\f\r\u0085\p{Z}]+/gu, ' ')
    .replace(UNREADABLE, '')
    .normalize('NFC')
    .replace(TOO_MANY_MARKS, '$1')
    .trim();
  const cut = cutText(line, MEDIA_TITLE_MAX_CHARS).trim();
  return VISIBLE.test(cut) ? cut : null;
}
