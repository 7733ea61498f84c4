import { find } from 'linkifyjs';

/** A piece of a line as it is drawn. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  /** A moment of the video that somebody wrote. */
  | { readonly kind: 'time'; readonly text: string; readonly positionS: number }
  | { readonly kind: 'mention'; readonly text: string; readonly own: boolean };

export interface RichTextOptions {
  /** Length of what the line is about, in seconds; null where it is not known. A time beyond it is the time of day. */
  readonly durationS: number | null;
  /** What is about another video, or has no moments to jump to, has no times. */
  readonly times: boolean;
  /** Names of those who are mentioned, without `@`. */
  readonly mentions: readonly { readonly name: string; readonly own: boolean }[];
}

/** The pieces of a line, in order; together they are its text, but for what is left out of links. */
export function piecesOf(text: string, options: RichTextOptions): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { value, start, end } of find(text, 'url', { defaultProtocol: 'https' })) {
    const link = linkOf(value);
    if (link === null) continue;
    pieces.push(...wordsOf(text.slice(from, start), options), link);
    from = end;
  }
  pieces.push(...wordsOf(text.slice(from), options));
  return pieces;
}

const HAS_SCHEME = /^[a-z][a-z\d+.-]*:/i;
const HAS_AUTHORITY = /^https?:\/\//i;

/**
 * A link that may be followed: http or https, without a name and password in front of the host, which make one host look
 * like another. What is shown is where it goes: hosts of other scripts as the network knows them (punycode).
 */
function linkOf(value: string): Piece | null {
  const bare = !HAS_SCHEME.test(value);
  let url: URL;
  try {
    url = new URL(bare ? `https://${value}` : value);
  } catch {
    return null;
  }
  if (!/^https?:$/.test(url.protocol)) return null;
  const typed = value.replace(HAS_AUTHORITY, '').split(/[/?#]/, 1)[0] ?? '';
  url.username = '';
  url.password = '';
  const plain = typed.toLowerCase() === url.host;
  const shown = plain ? value : bare ? url.href.replace(/^https?:\/\//, '') : url.href;
  return { kind: 'link', text: shown, href: url.href };
}

/** `at 12:34`, `1:02:03`, `5:07`: minutes and seconds below an hour, hours before them. Part of nothing longer. */
const TIME = /(?<![\d:.,/])(?:(\d{1,2}):([0-5]\d):([0-5]\d)|(\d{1,3}):([0-5]\d))(?![\d:]|[.,/]\d)/g;

/** What is no link: times and names in it. */
function wordsOf(text: string, options: RichTextOptions): readonly Piece[] {
  if (text === '') return [];
  const found = [...timesIn(text, options), ...mentionsIn(text, options)].sort((a, b) => a.start - b.start);
  const pieces: Piece[] = [];
  let from = 0;
  for (const { start, piece } of found) {
    if (start < from) continue;
    if (start > from) pieces.push({ kind: 'text', text: text.slice(from, start) });
    pieces.push(piece);
    from = start + piece.text.length;
  }
  if (from < text.length) pieces.push({ kind: 'text', text: text.slice(from) });
  return pieces;
}

interface Found {
  readonly start: number;
  readonly piece: Piece;
}

function timesIn(text: string, { times, durationS }: RichTextOptions): readonly Found[] {
  if (!times) return [];
  return [...text.matchAll(TIME)].flatMap((match) => {
    const [whole, hours, minutes, seconds, shortMinutes, shortSeconds] = match;
    const positionS =
      hours === undefined
        ? Number(shortMinutes) * 60 + Number(shortSeconds)
        : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    if (durationS !== null && positionS > durationS) return [];
    return [{ start: match.index, piece: { kind: 'time' as const, text: whole, positionS } }];
  });
}

/** The longest of the mentioned names that stands behind an `@`. */
function mentionsIn(text: string, { mentions }: RichTextOptions): readonly Found[] {
  const longestFirst = [...mentions].sort((a, b) => b.name.length - a.name.length);
  const found: Found[] = [];
  for (let start = text.indexOf('@'); start >= 0; start = text.indexOf('@', start + 1)) {
    if (start > 0 && ENDS_WORD.test(text[start - 1] ?? '')) continue;
    const named = longestFirst.find(({ name }) => isName(text.slice(start + 1), name));
    if (named === undefined) continue;
    const shown = text.slice(start, start + 1 + named.name.length);
    found.push({ start, piece: { kind: 'mention', text: shown, own: named.own } });
  }
  return found;
}

const GOES_ON = /^[\p{L}\p{N}_]/u;
const ENDS_WORD = /[\p{L}\p{N}_]/u;

function isName(rest: string, name: string): boolean {
  return rest.toLowerCase().startsWith(name.toLowerCase()) && !GOES_ON.test(rest.slice(name.length));
}
