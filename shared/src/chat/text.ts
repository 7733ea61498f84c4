import { CHAT_TEXT_MAX_BYTES, CHAT_TEXT_MAX_GRAPHEMES, COMBINING_MARKS_MAX } from './chat.constants.ts';

/** What ends a line, and tabs: in a chat each line is one. */
const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;

/**
 * Characters that no line has: controls, halves of surrogate pairs, bidirectional embeddings, overrides and isolates, and
 * what is drawn as nothing, but for the joiners (U+200C, U+200D), which scripts and emoji are written with, and the tags of a
 * flag. Variation selectors are marks, and counted as such.
 */
const UNSEEN =
  /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]|(?![\u200c\u200d]|[\u{e0020}-\u{e007f}])(?=\p{Default_Ignorable_Code_Point})[\p{Cf}\p{Cn}]/gu;

/** Tags mean something behind a black flag alone (RGI_Emoji_Tag_Sequence), and end with U+E007F. */
const TAGS = /(\u{1f3f4}[\u{e0020}-\u{e007e}]{1,8}\u{e007f})|[\u{e0020}-\u{e007f}]/gu;

const MARK = /^\p{M}$/u;
const JOINER = /^[\u200c\u200d]$/u;

/**
 * The text of a line as everybody gets it: one line, normalised (NFC), without characters that nobody sees or that turn the
 * text of others round, with at most `COMBINING_MARKS_MAX` marks on a base, trimmed. Cleaning it again changes nothing.
 */
export function cleanChatText(raw: string): string {
  let text = raw;
  // What stood between two characters may have kept them from becoming one, or from being a space at the end.
  for (let before = ''; text !== before; ) {
    before = text;
    text = fewMarks(text.replace(BREAKS, ' ').replace(UNSEEN, '').replace(TAGS, '$1').normalize('NFC'))
      .replace(/\s{2,}/gu, ' ')
      .trim();
  }
  return text;
}

/** Joiners between marks do not begin a new base. */
function fewMarks(text: string): string {
  let kept = '';
  let marks = 0;
  for (const char of text) {
    if (MARK.test(char)) marks += 1;
    else if (!JOINER.test(char)) marks = 0;
    if (marks <= COMBINING_MARKS_MAX || !MARK.test(char)) kept += char;
  }
  return kept;
}

let segmenter: Intl.Segmenter | null = null;

/** Graphemes of a text: characters as people count them. */
export function graphemesOf(text: string): number {
  // Made when it is first needed: browsers that have none load this module, too.
  segmenter ??= new Intl.Segmenter();
  let graphemes = 0;
  for (const _ of segmenter.segment(text)) graphemes += 1;
  return graphemes;
}

/** Bytes of a text in UTF-8. */
export function utf8BytesOf(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Is a cleaned text short enough for a line? */
export function fitsChatLine(text: string): boolean {
  // No grapheme and no byte is less than a unit of UTF-16 or more than three of them: most texts are short enough at a glance.
  if (text.length * 3 > CHAT_TEXT_MAX_BYTES && utf8BytesOf(text) > CHAT_TEXT_MAX_BYTES) return false;
  return text.length <= CHAT_TEXT_MAX_GRAPHEMES || graphemesOf(text) <= CHAT_TEXT_MAX_GRAPHEMES;
}
