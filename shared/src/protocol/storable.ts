/** Halves of a surrogate pair that stand alone: with the `u` flag, whole pairs are other characters. */
const LONE_SURROGATE = /\p{Cs}/u;

/** What is wrong with a text that cannot be. */
export const UNSTORABLE = 'has a character that cannot be stored';

/** Deepest nesting of a message: nothing that is spoken of here needs more, and a walk through it must come to an end. */
const MESSAGE_DEPTH_MAX = 16;

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

/** The first characters of a text, of which none is cut in half, without those that cannot be stored. */
export function cutText(text: string, maxChars: number): string {
  let cut = '';
  let chars = 0;
  for (const char of text) {
    if (!isStorable(char)) continue;
    if (chars === maxChars) break;
    cut += char;
    chars += 1;
  }
  return cut;
}
