import { VISIBLE } from '../protocol/visible.ts';
import { isGenericName, MEDIA_NAME } from './media-files.ts';

// Files are called by machines: `The.Long.Way.Home.2024.1080p.WEB-DL.x264.mp4`, `master.m3u8`, `VID_20240101_120000.mp4`.
// What people read is made from that here, and nowhere else.

/** A day, as a camera writes it into a name. */
export interface RecordingDay {
  readonly year: number;
  /** 1 to 12 */
  readonly month: number;
  readonly day: number;
}

/** The words that a title has where its address has none of its own. */
export interface TitleWords {
  /** A video at a service whose address does not say what it is called. */
  serviceVideo(service: string): string;
  /** A recording of a camera or a screen: its day, or the number it has there. */
  recording(of: RecordingDay | string): string;
}

const pad = (number: number) => String(number).padStart(2, '0');

const ENGLISH: TitleWords = {
  serviceVideo: (service) => `${service} video`,
  recording: (of) => (typeof of === 'string' ? `Recording ${of}` : `Recording of ${of.year}-${pad(of.month)}-${pad(of.day)}`),
};

const SERVICES: readonly (readonly [host: RegExp, name: string])[] = [
  [/(?:^|\.)(?:youtu\.be|youtube(?:-nocookie|education|kids)?\.com)$/, 'YouTube'],
  [/(?:^|\.)vimeo\.com$/, 'Vimeo'],
  [/(?:^|\.)twitch\.tv$/, 'Twitch'],
  [/(?:^|\.)(?:wistia\.(?:com|net)|wi\.st)$/, 'Wistia'],
  [/^open\.spotify\.com$/, 'Spotify'],
  [/(?:^|\.)tiktok\.com$/, 'TikTok'],
  [/^stream\.mux\.com$/, 'Mux'],
];

/**
 * What people call a medium: the title it has, made readable where it is the name of a file, else what its address says.
 *
 * @param words in which language; English where absent
 */
export function titleOfMedia(media: { readonly url: string; readonly title: string | null }, words?: TitleWords): string {
  const { url, title } = media;
  // Clients once called a medium by its host where its file said nothing.
  const isHost = title !== null && addressOf(url)?.hostname.replace(/^www\./, '') === title;
  return readableTitle(title === null || isHost ? url : title, words);
}

/**
 * What people call something that an address, or the name of a file, leads to; never empty. A title that reads well
 * already is left as it is.
 *
 * @param words in which language; English where absent
 */
export function readableTitle(text: string, words: TitleWords = ENGLISH): string {
  const url = addressOf(text);
  const readable = url === null ? readableName(text, words) : (ofService(url, words) ?? ofPath(url, words));
  return readable ?? (url === null ? text.trim() || text : url.hostname.replace(/^www\./, ''));
}

function addressOf(text: string): URL | null {
  if (!/^(?:https?:\/\/|\/)/i.test(text)) return null;
  try {
    return new URL(text, 'http://here.invalid');
  } catch {
    return null;
  }
}

function ofService(url: URL, words: TitleWords): string | null {
  const service = SERVICES.find(([host]) => host.test(url.hostname))?.[1];
  if (service === undefined || MEDIA_NAME.test(url.pathname)) return null;
  const channel = service === 'Twitch' ? /^\/(\w+)$/.exec(url.pathname)?.[1] : undefined;
  return channel ?? words.serviceVideo(service);
}

/** The first speaking name: of the file, of what a program is asked for, of the folders around it. */
function ofPath(url: URL, words: TitleWords): string | null {
  // Stores have slashes within the names of what they keep.
  const folders = decoded(url.pathname).split(/[\\/]/).filter(Boolean).map(withoutPrefix);
  const file = folders.pop() ?? '';
  const names = [file, ...askedFor(url)];
  for (const name of names) {
    if (isOpaque(name.replace(MEDIA_NAME, ''))) continue;
    const readable = readableName(name, words, () => showIn(folders, words));
    if (readable !== null) return readable;
  }
  return showIn(folders, words);
}

/** The innermost folder that is not called like others of its kind. */
function showIn(folders: readonly string[], words: TitleWords): string | null {
  for (const folder of folders.toReversed()) {
    const name = folder.replace(/\.isml?$/i, '');
    if (GENERIC_FOLDER.test(name) || isOpaque(name)) continue;
    const readable = readableName(name, words);
    if (readable !== null) return readable;
  }
  return null;
}

/** Streaming servers say before a name, and behind it, what kind of file it is of. */
const withoutPrefix = (name: string) => name.replace(/^(?:mp4|flv|smil|amlst|ngrp):/i, '').replace(/\.smil$/i, '');

const GENERIC_FOLDER =
  /^(?:[\x21-\x7e]{1,2}|films?|movies?|series|shows?|tv|library|uploads?|files?|public|static|assets?|content|storage|data|tmp|shared?|downloads?|api|cdn|protected|secure|dav|remote\.php|webdav|items?|parts|metadata|plugins|playback|season[ ._-]*\d+|staffel[ ._-]*\d+|s\d{1,2})$/i;

/** The file that a program gives out, or under whose name a store is asked to give one out. */
function askedFor(url: URL): string[] {
  const names: string[] = [];
  for (const [key, value] of url.searchParams) {
    const disposition = /filename\*?=(?:UTF-8'')?"?([^";]+)/i.exec(value)?.[1];
    if (/^response-content-disposition$|^rscd$/i.test(key) && disposition) names.push(decoded(disposition));
    else if (MEDIA_NAME.test(value)) names.push(value.split(/[\\/]/).at(-1) ?? '');
    else if (/^(?:title|name)$/i.test(key) && /\p{L}{2}/u.test(value)) names.push(value);
  }
  return names;
}

function decoded(text: string): string {
  if (text.includes('/')) return text.split('/').map(decoded).join('/');
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign is part of the name.
    return text;
  }
}

const PROGRAM = /\.(?:php\d?|aspx?|ashx|jsp|cgi|do|html?)$/i;

/** A number, a digest, a random id: a name for machines, or one that everything has. */
function isOpaque(name: string): boolean {
  if (/^[\x21-\x7e]?$/.test(name) || isGenericName(name) || PROGRAM.test(name)) return true;
  if (/^\d+$/.test(name)) return !/^(?:19|20)\d\d$/.test(name);
  if (/^[\da-f-]{6,}$/i.test(name) && /\d/.test(name) && /^[^g-z]*$/i.test(name)) return true;
  if (/^[^\Waeiouy_]{3,}$/i.test(name) && /\d/.test(name) && /[a-z]/i.test(name)) return true;
  // Letters and digits that change places all the time are nobody's words.
  return /^[\w-]{10,}$/.test(name) && (name.match(/[a-z]\d|\d[a-z]/gi) ?? []).length > 3;
}

/** What a release says of how it was made: where it begins the title has ended. */
const MADE =
  /[\s([{-](?:\d{3,4}[pi]|\d{3,4}x\d{3,4}|\d{2,3}fps|blu-?ray|b[rd]-?rip|bdremux|web-?dl|web-?rip|dvd-?(?:rip|scr|r)|hdtv(?:rip)?|hd-?rip|hdcam|telesync|remux|[xh]26[45]|hevc|xvid|divx|e-?ac-?3|ac3|aac\d?|dts(?:-?hd)?|ddp?[2-7]|truehd|10-?bit|hdr10\+?)(?=$|[\s\])}+.,-])/i;
/** The same, but words that a title may have too: how it looks and sounds, … */
const MAYBE_TECHNICAL = /^(?:4k|2160|uhd|hdr|sdr|avc|av1|vp9|flac|nf|amzn|dsnp|repack|multi|dl|vostfr|ita|eng)$/i;
/** … and ordinary ones, which say so only beside others. */
const MAYBE_WORD =
  /^(?:atmos|web|hd|dvd|cam|imax|proper|internal|limited|unrated|uncut|extended|remastered|dual|dubbed|subbed|german|french|english|spanish|italian)$/i;

const EPISODE = /(?:^|[\s([])s(\d{1,2})[\s-]*e(\d{1,4})(?:[\s-]*e(\d{1,4}))?(?=$|[\s\])-])/i;
const EPISODE_CROSS = /(?:^|[\s([])(\d{1,2})x(\d{2,3})()(?=$|[\s\])-])/i;

/** More has no file as its name (255 bytes, in the file systems of today), in characters. */
const NAME_READ_CHARS = 300;

/** Words for people from the name of a file; null where it says nothing. */
function readableName(file: string, words: TitleWords, show: () => string | null = () => null): string | null {
  const plain = file
    .slice(0, NAME_READ_CHARS)
    .replace(/[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .replace(MEDIA_NAME, '')
    .trim();
  if (!VISIBLE.test(plain)) return null;
  // A film that was converted has the ending of before within.
  const bare = withoutGroup(plain.replace(/^www\.\S+\s+-\s+/i, '')).replace(/\.(?:webm|mp4|mkv|mov|avi)(?=\.)/gi, '');
  const recording = recordingOf(bare);
  if (recording !== null) return words.recording(recording);

  const isCoded = !/\s/.test(bare);
  const text = withoutTags(spaced(bare, isCoded), isCoded);
  const episode = EPISODE.exec(text) ?? EPISODE_CROSS.exec(text);
  if (episode) {
    const [matched, season, number, last] = episode;
    const name = titled(text.slice(0, episode.index), isCoded) || show();
    // Before it anything may end the title, also at once.
    const rest = titled(madeCut(`x ${text.slice(episode.index + matched.length)}`, isCoded).title.slice(1), isCoded);
    const place = `S${Number(season)} E${Number(number)}${last ? `–${Number(last)}` : ''}`;
    return [name, place, rest].filter(Boolean).join(' · ');
  }
  return titled(text, isCoded) || null;
}

/** Puts words apart that are held together by what may not be missing in the name of a file. */
function spaced(name: string, isCoded: boolean): string {
  const apart = name.replace(/_+/g, ' ').replace(/\b([hx])[. ]?(26[45])\b/gi, '$1$2');
  if (!isCoded) return apart;
  const plain = apart.replace(/\+/g, ' ');
  // Initials keep their points: S.W.A.T., E.T.
  const dotted = plain
    .replace(
      /(^|[\s.])((?:\p{L}\.){2,})(?=(\p{L}(?![\p{L}\p{N}]))?)/gu,
      (_, before, initials, last) => `${before === '.' ? ' ' : before}${initials.replaceAll('.', '\0')}${last === undefined ? ' ' : ''}`,
    )
    .replace(/\.+/g, ' ')
    .replaceAll('\0', '.');
  const head = madeCut(` ${dotted}`, true)
    .title.replace(EPISODE, ' ')
    .replace(/\s\(?(?:19|20)\d\d\)?\s*$/, '')
    .trim();
  if (/\s/.test(head)) return dotted;
  if (/^(?:\p{Lu}\p{Ll}+){2,}\d*$/u.test(head)) return dotted.replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ');
  const isSlug = /\p{L}/u.test(head) && (/^[^\p{Lu}]*$/u.test(head) || head.split('-').length > 2);
  return isSlug ? dotted.replace(/-+/g, ' ') : dotted;
}

/** Takes off the checksum of a release, and its numbers in catalogues. */
function withoutTags(text: string, isCoded: boolean): string {
  const less = text
    .replace(/[{[](?:imdb|tmdb|tvdb)(?:id)?[-= ][^}\]]*[}\]]|\{edition[^}]*\}/gi, ' ')
    .replace(/\s*\[(?=[^\]]*\d)[\w-]{11}\]\s*$/, '')
    .replace(/\s*[[(][\da-f]{8}[\])]\s*$/i, '');
  const left = madeCut(` ${less}`, isCoded).title;
  return /[\p{L}\p{N}]/u.test(left) ? less : less.replace(/[[\]【】]/g, ' ');
}

/** Who put a release together stands before it, in brackets. Where there is nothing else, it is the title. */
function withoutGroup(name: string): string {
  const left = name.replace(/^\s*(?:\[[^\]]{1,40}\]|【[^】]{1,40}】)(?:\s+-)?\s*/, '');
  const title = madeCut(` ${left.replace(/[._]+/g, ' ')}`, true).title.replace(/[\s(](?:19|20)\d\d(?=[\s)]|$)/, '');
  return /[\p{L}\p{N}]/u.test(title) ? left : name;
}

/** The part of a name before what it says of how it was made, and whether it says so. */
function madeCut(text: string, isCoded: boolean): { readonly title: string; readonly isRelease: boolean } {
  const at = (pattern: RegExp, within: string) => {
    const found = pattern.exec(within);
    return found && /[\p{L}\p{N}]/u.test(within.slice(0, found.index)) ? found.index : -1;
  };
  const certain = at(MADE, text);
  let title = certain < 0 ? text : text.slice(0, certain);
  let isRelease = certain >= 0;
  const kept = withoutMaybeMade(title, isCoded, isRelease);
  if (kept !== title) {
    title = kept;
    isRelease = true;
  }
  return { title, isRelease };
}

/**
 * Without the words at its end that a title may have too. They are of the release where it certainly is one, where they
 * stand behind the year, and where one of them is hardly a word: of a name that was typed, only if it begins with that or
 * others follow.
 */
function withoutMaybeMade(title: string, isCoded: boolean, isRelease: boolean): string {
  const parts = title.split(/(?=[\s([{])/);
  const word = (part = '') => part.replace(/^[\s([{]+|[\s\])}]+$/g, '');
  const isMaybe = (part: string) => MAYBE_TECHNICAL.test(word(part)) || MAYBE_WORD.test(word(part));
  let from = parts.length;
  while (from > 0 && (isMaybe(parts[from - 1] ?? '') || word(parts[from - 1]) === '')) from -= 1;
  const made = parts.slice(from).map(word).filter(Boolean);
  const left = parts.slice(0, from).map(word).filter(Boolean);
  // What ends in "in" or "the" is no title: then the next word is of it.
  if (made.length === 0 || SMALL_WORDS.test(left.at(-1)?.toLowerCase() ?? 'a')) return title;
  const isTechnical = made.some((one) => MAYBE_TECHNICAL.test(one));
  const isSaid = isCoded ? isTechnical : isTechnical && (made.length > 1 || /^(?:4k|uhd|2160)$/i.test(made[0] ?? ''));
  const isBehindYear = isCoded && left.length > 1 && /^(?:19|20)\d\d$/.test(left.at(-1) ?? '');
  return isRelease || isSaid || isBehindYear ? parts.slice(0, from).join('') : title;
}

/** A title with its year in brackets, as catalogues have it. */
function titled(text: string, isCoded: boolean): string {
  const { title, isRelease } = madeCut(` ${text}`, isCoded);
  const years = [...title.matchAll(/[\s([{]((?:19|20)[0-3]\d|(?:19)[4-9]\d)([\])}]?)(?=$|[\s\])}-])/g)];
  const year = years.filter(({ index }) => /[\p{L}\p{N}]/u.test(title.slice(0, index))).at(-1);
  if (year === undefined) return polished(title, isCoded);
  const after = title.slice(year.index + year[0].length);
  const isBracketed = year[2] !== '';
  const isLast = !/[\p{L}\p{N}]/u.test(after);
  if (!isBracketed && !isRelease && !(isCoded && isLast)) return polished(title, isCoded);
  const rest = polished(after, isCoded);
  return `${polished(title.slice(0, year.index), isCoded)} (${year[1]})${rest === '' ? '' : ` ${rest}`}`;
}

const SMALL_WORDS = /^(?:a|an|and|at|by|for|from|in|of|on|or|the|to|with)$/;

/** Without what was left over at the ends; words that were all small begin with a capital. */
function polished(text: string, isCoded: boolean): string {
  const clean = text
    .replace(/[([{]\s*[)\]}]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s\-–—·.,;:_|)\]}]+|[\s\-–—·,;:_|([{]+$/g, '')
    .trim();
  if (!isCoded || !/^[^\p{Lu}]*$/u.test(clean)) return clean;
  return clean.replace(/(^|\s)(\p{Ll}[\p{L}'’]*)/gu, (whole, before, word, at) =>
    at > 0 && SMALL_WORDS.test(word) ? whole : `${before}${word[0].toUpperCase()}${word.slice(1)}`,
  );
}

const DATED =
  /^(?:(?:vid|img|mov|pxl|mvimg|inshot|rec|record|trim|lv|fb_vid|video|signal|screen[-_ ]?rec(?:ording|order)?|screencast(?: from)?|screenrecorder|whatsapp[-_ ]video|bildschirmaufnahme)[-_ ]*)?(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?:[-_ tT.].*)?$/i;
const NUMBERED =
  /^(?:img|dsc[fn]?|mvi|mov|vid|gopr|g[xhp]|dji|mah|cimg|sam|pict|p|c|clip|m2u|hpim)[-_ ]?(\d{3,8})(?:[-_ ]\w{1,4}|\(\d+\))?$/i;

/** The day or the number that cameras and recorders put into their names; null where it is no such name. */
function recordingOf(name: string): RecordingDay | string | null {
  const [matched, ...parts] = DATED.exec(name) ?? [];
  const [year = 0, month = 0, day = 0] = parts.map(Number);
  const isDay = year >= 1990 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
  // Behind the day stands a time, and no words.
  const isTimed = !/\p{L}{3}/u.test((matched ?? '').replace(/^\D+/, '').replace(/-?WA\d+/i, ''));
  if (matched !== undefined && isDay && isTimed) return { year, month, day };
  return NUMBERED.exec(name)?.[1] ?? null;
}
