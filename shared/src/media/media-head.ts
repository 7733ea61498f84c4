/** What the first bytes of a file say of it. */
export interface MediaHead {
  /** `file` is whatever a player takes as one file; `page` is HTML; `other` is nothing that is known to be a medium. */
  readonly what: 'file' | 'hls' | 'dash' | 'page' | 'other';
  /** As the container names its codecs (`hvc1`, `ac-3`, `V_MPEG2`), those that the first bytes tell of. */
  readonly codecs: readonly string[];
  /** A container that no browser reads, by its usual name; null for all others. */
  readonly foreign: string | null;
}

/** So much of a file is read to know what it is, in bytes. */
export const HEAD_BYTES = 64 * 1024;

const FILE: MediaHead = { what: 'file', codecs: [], foreign: null };

/**
 * Reads what a server sent by its first bytes: what it states as their type is often wrong, and players do not believe it
 * either. Signatures: WHATWG MIME Sniffing, and the formats' own specifications.
 *
 * @param bytes up to `HEAD_BYTES` from the beginning
 */
export function readMediaHead(bytes: Uint8Array): MediaHead {
  const text = latin1(bytes);
  const at = (offset: number, signature: string) => text.startsWith(signature, offset);
  const words = text
    .slice(0, 1024)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();

  if (words.startsWith('#EXTM3U')) return { ...FILE, what: 'hls' };
  if (/^(<\?xml[^>]*>\s*)?(<!--(?:(?!-->)[\s\S])*-->\s*)*<([a-z]+:)?MPD[\s>]/i.test(words)) return { ...FILE, what: 'dash' };
  if (/^(<!doctype html|<html|<head|<body|<title|<h1|<p|<script|<!--)/i.test(words)) return { ...FILE, what: 'page' };
  if (/^(ftyp|moov|mdat|free|skip|wide|pnot)/.test(text.slice(4, 8))) return { ...FILE, codecs: codecsOfMp4(text) };
  if (at(0, '\x1aE\xdf\xa3')) return { ...FILE, codecs: codecsOfMatroska(text) };

  const foreign = FOREIGN.find(([offset, signature]) => at(offset, signature))?.[2] ?? null;
  if (foreign !== null) return { ...FILE, foreign };
  const plays =
    ['OggS', 'fLaC', 'ID3', 'RIFF'].some((signature) => at(0, signature)) ||
    /^\xff[\xe2-\xff]/.test(text) ||
    // MPEG transport streams: a sync byte every 188.
    (at(0, 'G') && at(188, 'G'));
  return plays ? FILE : { ...FILE, what: 'other' };
}

/** Containers of which no browser knows one: where their signature is, what it is, what people call them. */
const FOREIGN: readonly (readonly [offset: number, signature: string, name: string])[] = [
  [8, 'AVI ', 'AVI'],
  [0, 'FLV\x01', 'Flash'],
  [0, '0&\xb2u\x8ef\xcf\x11', 'Windows Media'],
  [0, '\x00\x00\x01\xba', 'MPEG'],
  [0, '.RMF', 'RealMedia'],
];

/** Each track of an MP4 describes its samples in a box `stsd`: version, count, length of the first entry, its four letters. */
function codecsOfMp4(text: string): readonly string[] {
  return unique([...text.matchAll(/stsd[\s\S]{12}([\w.][\w .+-]{3})/g)].map((match) => (match[1] ?? '').trim()));
}

/** Each track of a Matroska file has an element `CodecID` (0x86), a length and a name. */
function codecsOfMatroska(text: string): readonly string[] {
  const names = [...text.matchAll(/\x86([\x80-\xff])([VA]_[\w/.+ -]{2,40})/g)];
  return unique(names.map(([, length = '', name = '']) => name.slice(0, length.charCodeAt(0) - 0x80)));
}

const unique = (names: readonly string[]) => [...new Set(names)].slice(0, 8);

function latin1(bytes: Uint8Array): string {
  let text = '';
  // In parts: a call takes only so many arguments.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return text;
}

/**
 * Where the index of an MP4 is whose pictures come first, in bytes from its start; null where the first bytes have it, or
 * where it is no MP4.
 */
export function indexOffsetOf(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (latin1(bytes.subarray(4, 8)) !== 'ftyp') return null;
  for (let offset = 0; offset + 16 <= bytes.length; ) {
    const length = view.getUint32(offset);
    const name = latin1(bytes.subarray(offset + 4, offset + 8));
    if (name === 'moov' || length === 0) return null;
    const whole = length === 1 ? Number(view.getBigUint64(offset + 8)) : length;
    if (whole < 8) return null;
    offset += whole;
    if (offset + 16 > bytes.length) return Number.isSafeInteger(offset) ? offset : null;
  }
  return null;
}
