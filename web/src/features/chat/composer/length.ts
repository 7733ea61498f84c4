import { CHAT_TEXT_MAX_BYTES, CHAT_TEXT_MAX_GRAPHEMES, graphemesOf, utf8BytesOf } from '@cowatch/shared/chat';

/** From here on it is said how much room there is, in graphemes. */
const TOLD_FROM = 50;

/**
 * How many graphemes there is room for, once that is worth saying; below zero there are too many. What is too much by its
 * bytes has room for none.
 */
export function graphemesLeft(text: string): number | null {
  // No text has more graphemes than characters, and most have room enough at a glance.
  if (text.length < CHAT_TEXT_MAX_GRAPHEMES - TOLD_FROM) return null;
  const left = CHAT_TEXT_MAX_GRAPHEMES - graphemesOf(text);
  const bytesOver = utf8BytesOf(text) - CHAT_TEXT_MAX_BYTES;
  if (bytesOver > 0) return Math.min(left, -Math.ceil(bytesOver / 4));
  return left > TOLD_FROM ? null : left;
}
