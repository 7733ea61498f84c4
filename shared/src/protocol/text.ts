import { z } from 'zod';

/** Halves of a surrogate pair that stand alone: with the `u` flag, whole pairs are other characters. */
const LONE_SURROGATE = /\p{Cs}/u;

const UNSTORABLE = 'has a character that cannot be stored';

/** Deepest nesting of a message: nothing that is spoken of here needs more, and whoever walks it must come to an end. */
export const MESSAGE_DEPTH_MAX = 16;

/**
 * Does every store of ours take this text, and give it back as it was? PostgreSQL has no NUL, neither as `text` nor in
 * `jsonb`; a lone surrogate has no UTF-8, so that `jsonb` refuses it and all else replaces it.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && !LONE_SURROGATE.test(text);
}

/** Where in a message something is, and what is wrong with it. */
export interface UnstorableText {
  /** The fields that lead there; empty for the message itself. */
  readonly path: readonly string[];
  readonly reason: string;
}

/** Finds the first text in a message that no store takes, in a value or in a key, however deep; null where all is well. */
export function findUnstorable(message: unknown, depth = 0): UnstorableText | null {
  if (typeof message === 'string') return isStorable(message) ? null : { path: [], reason: UNSTORABLE };
  // Bytes are no text.
  if (typeof message !== 'object' || message === null || ArrayBuffer.isView(message)) return null;
  if (depth === MESSAGE_DEPTH_MAX) return { path: [], reason: 'is nested too deeply' };
  for (const [key, value] of Object.entries(message)) {
    // A key that cannot be stored cannot be shown either: what it is in is named.
    if (!isStorable(key)) return { path: [], reason: 'has a field whose name cannot be stored' };
    const found = findUnstorable(value, depth + 1);
    if (found !== null) return { path: [key, ...found.path], reason: found.reason };
  }
  return null;
}

/** Any text that can be stored: what every field begins with that takes text from outside. */
export const storableText = () => z.string().refine(isStorable, UNSTORABLE);

/** At least one character that is more than white space or an invisible joiner. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Characters of a text as every bound of the protocol counts them: Unicode code points, not units of UTF-16. */
export function charsOf(text: string): number {
  let chars = 0;
  for (const _ of text) chars += 1;
  return chars;
}

/** Storable text of so many characters, as it comes. */
export const boundedText = (minChars: number, maxChars: number) =>
  storableText()
    .refine((text) => charsOf(text) >= minChars, `has fewer than ${minChars} characters`)
    .refine((text) => charsOf(text) <= maxChars, `has more than ${maxChars} characters`)
    .meta({ minLength: minChars, maxLength: maxChars });

/** Text for people: normalised (NFC), without control characters, trimmed; then 1 to `maxChars` characters, one of them visible. */
export const visibleText = (maxChars: number) =>
  z
    .string()
    .transform((text) =>
      text
        .replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '')
        // What stood between two characters may have kept them from becoming one.
        .normalize('NFC')
        .trim(),
    )
    .pipe(boundedText(1, maxChars).regex(VISIBLE, 'nothing of it can be seen'))
    .meta({ minLength: 1, description: `1 to ${maxChars} characters, one of them visible, once it is normalised.` });
