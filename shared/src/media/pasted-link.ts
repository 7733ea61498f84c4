import { isLocalHost } from './hosts.ts';
import { MEDIA_NAME, MEDIA_NAME_WITHIN } from './media-files.ts';
import { withoutRedirects } from './redirects.ts';
import { readService } from './services.ts';

// People paste what they have: a link in quotes, in a sentence, in the code of a page, wrapped by a mail. Only what stands
// around a link is taken off; what is one link as a whole stays whole, with its apostrophes, brackets and spaces.

/** Lines of mails are broken from about here on, in characters. */
const WRAPPED_MIN_CHARS = 60;

/** Nobody pastes more than this to have a link found in it, in characters: what comes behind is not looked at. */
const PASTED_MAX_CHARS = 20_000;

/** Nor more links, or places where one in quotes may end: which of them is meant is not told by the tenth. */
const LINKS_MAX = 20;
const ENDS_MAX = 8;

/** Longer ones are nowhere taken, in characters. */
const LINK_MAX_CHARS = 4096;

/** A scheme as people write it, also without its first letter, as it is copied, and with backslashes. */
const SCHEME = /https?:[\\/]*(?=[^\s\\/])|\bh?ttps?:?[\\/]{2,}(?=[^\s\\/])/gi;

const CLOSERS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '„': '“”',
  '‘': '’',
  '‚': '‘’',
  '«': '»',
  '»': '«',
  '‹': '›',
  '*': '*',
  _: '_',
  '~': '~',
  '|': '|',
  // Where nothing is put between words, these stand right beside them.
  '「': '」',
  '『': '』',
  '（': '）',
  '【': '】',
  '《': '》',
  '〈': '〉',
  '［': '］',
};

/** Ends of sentences and of quotations that are followed by no space. */
const WIDE_STOP = '。，、；：！？．」』）】》〉］';

/** Every link in a text, in its order; none where there is no link in it. */
export function linksIn(pasted: string): URL[] {
  const text = withoutInvisible(pasted.slice(0, PASTED_MAX_CHARS)).trim();
  const quoted = attributesIn(text).flatMap(plainLinks);
  return quoted.length > 0 ? quoted : plainLinks(unwrapped(unescaped(text)));
}

function plainLinks(text: string): URL[] {
  const links: URL[] = [];
  let from = 0;
  for (const { index, 0: scheme } of text.matchAll(SCHEME)) {
    if (index < from) continue;
    const link = linkAt(text, index);
    from = index + link.length;
    const url = toUrl(`http${/s/i.test(scheme.replace(/^h?ttp/i, '')) ? 's' : ''}://${link.slice(scheme.length)}`);
    if (url) links.push(url);
    if (links.length === LINKS_MAX) break;
  }
  return links.length > 0 ? links : linksWithoutScheme(text);
}

/** `youtu.be/…` in a sentence, `nas:4320/…` alone. */
function linksWithoutScheme(text: string): URL[] {
  const alone = isAddress(text, true) ? text : text.replace(/^[\s"'`<([{“„‘«*_|]+/, '');
  const start = text.length - alone.length;
  if (alone.startsWith('//') || !/\s/.test(text) || isAddress(alone, true)) {
    const bare = alone.startsWith('//') ? alone.slice(2) : alone;
    if (!isAddress(bare, true)) return [];
    return urlOf(linkAt(text, start + alone.length - bare.length));
  }
  for (const { index, 1: before = '' } of text.matchAll(/(^|[\s"'`<([{“„‘«*_|:])(?=[\p{L}\p{N}])/gu)) {
    const at = index + before.length;
    if (isAddress(text.slice(at), false)) return urlOf(linkAt(text, at));
  }
  return [];
}

/**
 * Does a text begin as an address without a scheme does? A dot and a path are what an address in a sentence has; alone a
 * port, or a path that is more than "and/or", is enough, as in `nas:4320`.
 */
function isAddress(text: string, alone: boolean): boolean {
  const parts = /^(\[[\da-f:.]+\]|[\p{L}\p{N}_.-]+)(:\d{1,5})?(?=$|[\s/\\?#])([/\\?#]\S*)?/iu.exec(text);
  if (!parts) return false;
  const [, host = '', port, path = ''] = parts;
  if (host.startsWith('[')) return alone;
  const labels = host.replace(/\.$/, '').split('.');
  const last = labels.at(-1) ?? '';
  const isIp = labels.length === 4 && labels.every((label) => /^\d{1,3}$/.test(label));
  const isNamed = labels.length > 1 && labels.every(Boolean) && /^(?:\p{L}{2,}|xn--[\w-]+)$/u.test(last);
  if (isNamed || isIp) return path.length > 1 || (alone && (port !== undefined || !MEDIA_NAME.test(host)));
  if (!alone || labels.length > 1 || /^\d+$/.test(host)) return false;
  return port !== undefined || MEDIA_NAME_WITHIN.test(text) || /^[/\\].+[/\\?]/.test(path);
}

function urlOf(address: string): URL[] {
  const host = /^(?:\[[^\]]*\]|[^:/\\?#]*)/.exec(address)?.[0] ?? '';
  const url = toUrl(`${isLocalHost(host) ? 'http' : 'https'}://${address}`);
  return url ? [url] : [];
}

/** The link that begins here: all of it, and nothing of what stands behind it. */
function linkAt(text: string, start: number): string {
  const before = text.slice(0, start);
  const opener = before.at(-1) ?? '';
  const rest = /^[^\n<>]*/.exec(text.slice(start, start + LINK_MAX_CHARS))?.[0] ?? '';
  const own = rest.split(/\]\(|\[\/\w+\]|\s(?=https?:\/\/)/i)[0] ?? '';
  // Chats and wikis write the words of a link behind a bar.
  const line = beforeNextLink(/[<[]/.test(opener) ? (own.split('|')[0] ?? '') : own);

  const closers = CLOSERS[opener];
  if (closers) {
    const ends = endsAt(line, closers);
    const end = ends.find((at) => isSureVideo(line.slice(0, at))) ?? ends[0];
    if (end !== undefined) return line.slice(0, end);
  }

  const token = /^\S*/.exec(line)?.[0] ?? '';
  const inBrackets = { round: opensWithin(before, '(', ')'), square: opensWithin(before, '[', ']') };
  for (const candidate of [token.split('"')[0] ?? '', token]) {
    const trimmed = withoutEnd(candidate, inBrackets);
    if (isSureVideo(trimmed)) return before.trim() === '' && isSureVideo(token) && token === line.trim() ? token : trimmed;
  }
  const end = MEDIA_NAME_WITHIN.exec(line);
  if (end) {
    const named = line.slice(0, end.index + end[0].length);
    const query = /^[?#]\S*/.exec(line.slice(named.length))?.[0] ?? '';
    return named + withoutEnd(query, inBrackets);
  }
  const isWhole = before.trim() === '' && text.slice(start + token.length).trim() === '';
  return isWhole ? token : withoutEnd(token, inBrackets);
}

/** Where in a line these quotes may be closed: something follows that is no part of a link. */
function endsAt(line: string, closers: string): number[] {
  const ends: number[] = [];
  let index = 0;
  for (const character of line) {
    const after = index + character.length;
    const isWide = WIDE_STOP.includes(character);
    if (closers.includes(character) && (isWide || /^(?:$|[\s.,;:!?)\]}|*_~])/.test(line.slice(after, after + 1)))) ends.push(index);
    if (ends.length === ENDS_MAX) break;
    index = after;
  }
  return ends;
}

/** What was pasted twice, or beside another link with no space between, up to the next one. A link may have another in it, too. */
function beforeNextLink(line: string): string {
  const nexts = [...line.matchAll(/(?<![/=&?#%:+@.\s-])https?:\/\//gi)].filter(({ index }) => index > 0);
  for (const { index } of nexts.slice(0, ENDS_MAX)) {
    const one = withoutEnd(line.slice(0, index), { round: false, square: false });
    if (isSureVideo(one)) return one;
  }
  return line;
}

/** Is a bracket still open at the end of this? */
const opensWithin = (text: string, open: string, close: string) => text.lastIndexOf(open) > text.lastIndexOf(close);

/** Takes off the end of a sentence, and brackets that were opened before the link, not in it. */
function withoutEnd(link: string, within: { readonly round: boolean; readonly square: boolean }): string {
  let end = link;
  if (within.round) end = end.slice(0, unbalancedAt(end, '(', ')'));
  if (within.square) end = end.slice(0, unbalancedAt(end, '[', ']'));
  for (;;) {
    const last = end.at(-1) ?? '';
    const isStop = /[.,;:!?'"`’”»…*|。，、；：！？．]/.test(last);
    const isOpenBracket =
      (last !== '' && '」』】》〉］'.includes(last)) ||
      (last === '）' && unbalancedAt(end, '（', '）') < end.length) ||
      (last === ')' && unbalancedAt(end, '(', ')') < end.length) ||
      (last === ']' && unbalancedAt(end, '[', ']') < end.length) ||
      last === '}';
    if (!isStop && !isOpenBracket) return end;
    end = end.slice(0, -1);
  }
}

/** Where a closing bracket has no opening one; the length where none. */
function unbalancedAt(text: string, open: string, close: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === open) depth += 1;
    if (text[i] === close && --depth < 0) return i;
  }
  return text.length;
}

/** Does an address say itself that there is a video behind it? A scheme may be missing. */
function isSureVideo(address: string): boolean {
  const url = toUrl(/^h?ttps?:?[\\/]/i.test(address) ? address.replace(/^h?ttps?:?[\\/]+/i, 'https://') : `https://${address}`);
  return url !== null && isVideoUrl(url);
}

/** Does this address say itself that there is a video behind it? */
export function isVideoUrl(url: URL): boolean {
  const target = withoutRedirects(url);
  return MEDIA_NAME.test(target.pathname) || readService(target).kind === 'video';
}

function toUrl(address: string): URL | null {
  // An ampersand that was written for a page: no parameter is called `amp;t`.
  const [path = '', ...query] = address.split('?');
  const whole = query.length === 0 ? path : `${path}?${query.join('?').replace(/&amp;/gi, '&')}`;
  try {
    return new URL(whole);
  } catch {
    return null;
  }
}

/** What chats and word processors put into text, and nobody sees. Joiners stay where a script needs them. */
function withoutInvisible(text: string): string {
  return text
    .replace(/[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g, '')
    .replace(/(^|[\x20-\x7e\n])[\u200c\u200d]+(?=[\x20-\x7e\n]|$)/g, '$1')
    .replace(/[\u00a0\u2007\u202f]/g, ' ')
    .replace(/\r\n?|\u2028|\u2029/g, '\n');
}

/** `https:\/\/…`, as it stands in JSON and in scripts. */
function unescaped(text: string): string {
  return /https?:\\\/\\\//i.test(text) ? text.replaceAll('\\/', '/').replace(/\\u0026/gi, '&') : text;
}

/** The addresses in the code of a page: what a frame, a player or a link names. */
function attributesIn(text: string): string[] {
  const tags = text.matchAll(/<[a-z][^<>]*?\s(?:src|href|data-src|cite)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi);
  return [...tags].flatMap(([, double, single, bare]) => {
    const address = withoutEntities(double ?? single ?? bare ?? '').trim();
    return /^(?:https?:)?\/\//i.test(address) ? [address] : [];
  });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', quot: '"', apos: "'", lt: '<', gt: '>', nbsp: ' ' };

function withoutEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w{2,6}));/gi, (whole, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : null;
    if (code !== null) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return ENTITIES[name.toLowerCase()] ?? whole;
  });
}

/** Puts a link together again that a mail has broken into lines, as far as its parts show that they are such. */
function unwrapped(text: string): string {
  const [first = '', ...others] = text.split('\n').map((line) => line.replace(/^(?:> ?)+/, ''));
  const lines = [first];
  for (const line of others) {
    const last = lines.at(-1) ?? '';
    const link = /\S*h?ttps?:?[\\/]{2,}\S*$/i.exec(last.trimEnd())?.[0];
    const next = /^\S+/.exec(line.trimStart())?.[0] ?? '';
    if (link !== undefined && next !== '' && goesOn(link, next, line)) lines[lines.length - 1] = last.trimEnd() + line.trimStart();
    else lines.push(line);
  }
  return lines.join('\n');
}

function goesOn(link: string, next: string, line: string): boolean {
  if (/^<?[a-z]+:[\\/]{2}/i.test(next) || /[>)"'\]]$/.test(link)) return false;
  const address = link.slice(link.search(/h?ttps?:/i));
  if (!isSureVideo(address) && isSureVideo(withoutEnd(address + next, { round: false, square: false }))) return true;
  return link.length >= WRAPPED_MIN_CHARS && line.trim() === next && /[%=&/._\d-]/.test(next);
}
