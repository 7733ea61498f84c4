import { parseText } from 'media-captions';
import { lazyModule } from '../../ui/lazy-part.tsx';
import type { AddedFile } from './caption-track.ts';

export type SubtitleFault = 'too-large' | 'empty' | 'not-subtitles';

export type SubtitleReading = { readonly ok: true; readonly file: AddedFile } | { readonly ok: false; readonly fault: SubtitleFault };

const loadDetector = lazyModule(() => import('chardet'));
// The library fetches its own parts when it first meets a text of their kind.
const loadParsers = lazyModule(() => Promise.all((['srt', 'ssa'] as const).map((type) => parseText('', { type }))));

/** Three hours of dense speech are a third of this. Bytes. */
export const SUBTITLE_MAX_BYTES = 1024 * 1024;

/** Reads a subtitle file as people have them: WebVTT, SRT or SSA, in whatever encoding. */
export async function readSubtitleFile(file: Blob & { readonly name: string }): Promise<SubtitleReading> {
  if (file.size > SUBTITLE_MAX_BYTES) return { ok: false, fault: 'too-large' };
  const text = await decodeText(new Uint8Array(await file.arrayBuffer()));
  return text === null ? { ok: false, fault: 'not-subtitles' } : parseSubtitles(file.name, text);
}

/** The cues of a text, or what is wrong with it. */
export async function parseSubtitles(name: string, text: string): Promise<SubtitleReading> {
  const normal = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (normal.trim() === '') return { ok: false, fault: 'empty' };
  const type = formatOf(normal);
  if (type === null) return { ok: false, fault: 'not-subtitles' };
  await loadParsers();
  const { cues } = await parseText(`${normal}\n\n`, { type, strict: false, errors: false });
  const good = cues.filter((cue) => cue.endTime > cue.startTime && cue.text.trim() !== '');
  if (good.length === 0) return { ok: false, fault: 'empty' };
  if (type === 'srt') good.forEach(placeOverride);
  return {
    ok: true,
    file: {
      name: name.replace(/\.(vtt|srt|ssa|ass|txt)$/i, ''),
      text: normal,
      cues: good as unknown as TextTrackCue[],
    },
  };
}

/** By what it holds: names lie. */
function formatOf(text: string): 'vtt' | 'srt' | 'ssa' | null {
  if (/^WEBVTT(\s|$)/.test(text)) return 'vtt';
  if (/^\[Script Info\]/im.test(text) && /^Dialogue:/im.test(text)) return 'ssa';
  return /^\s*\d+:\d{2}:\d{2}[,.]\d{1,3}\s+-->\s+\d+:\d{2}:\d{2}[,.]\d{1,3}/m.test(text) ? 'srt' : null;
}

/** SRT files borrow `{\an8}` for "at the top" from SSA; other such marks are not for reading. */
function placeOverride(cue: { text: string; line: number | 'auto' }): void {
  if (/\{\\an?[789]\}/.test(cue.text)) cue.line = 0;
  cue.text = cue.text.replace(/\{\\[^}]*\}/g, '');
}

/** Control characters that no text has; tabs and line ends are none of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BINARY = /[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/;

/** The text of a file of unknown encoding; null where it is none. */
export async function decodeText(bytes: Uint8Array): Promise<string | null> {
  const encoding = markedEncoding(bytes);
  if (encoding) return textOrNull(bytes, encoding);
  const utf8 = textOrNull(bytes, 'utf-8');
  if (utf8 !== null) return utf8;
  const { detect } = await loadDetector();
  const guess = detect(bytes.subarray(0, 65_536));
  // Western European files are the many; what only looks like another of that family is read the same.
  return (guess === null ? null : textOrNull(bytes, guess)) ?? textOrNull(bytes, 'windows-1252');
}

function markedEncoding(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark, every other byte of Latin text is zero.
  const zeros = [0, 0];
  const looked = Math.min(bytes.length, 512) & ~1;
  for (let at = 0; at < looked; at += 1) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > looked / 4 && even === 0) return 'utf-16le';
  if (even > looked / 4 && odd === 0) return 'utf-16be';
  return null;
}

function textOrNull(bytes: Uint8Array, encoding: string): string | null {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return BINARY.test(text) ? null : text;
  } catch {
    // Not in this encoding, or none that is known.
    return null;
  }
}
