import { lackedByAll } from './codecs.ts';
import { faultOfStatus, type MediaFault } from './media-fault.ts';
import { type Reading, readAddress } from './read-address.ts';

type Read = Extract<Reading, { readonly kind: 'read' }>;

/**
 * Follows a stream as far as its first piece: the playlist may be there and what it names not. Null where nothing is in
 * the way.
 */
export async function faultOfHls(playlist: Read, signal: AbortSignal): Promise<MediaFault | null> {
  if (/#EXT-X-(SESSION-)?KEY:[^\n]*(SAMPLE-AES|KEYFORMAT="(com\.|urn:))/i.test(playlist.text)) return { cause: 'ownSite' };
  const lines = playlist.text.split('\n').map((line) => line.trim());
  const variants = lines.flatMap((line, i) =>
    line.startsWith('#EXT-X-STREAM-INF:') ? [{ codecs: /CODECS="([^"]*)"/.exec(line)?.[1] ?? '', uri: lines[i + 1] }] : [],
  );
  const lacked = lackedByAll(variants.map(({ codecs }) => codecs));
  if (lacked) return lacked;
  const next = variants[0]?.uri ?? lines.find((line) => line !== '' && !line.startsWith('#'));
  // Nothing in it yet is a broadcast that has not begun; nothing in it and over is gone.
  if (next === undefined) return lines.includes('#EXT-X-ENDLIST') ? { cause: 'notFound' } : null;
  if (!URL.canParse(next, playlist.url)) return null;
  const reading = await readAddress(new URL(next, playlist.url).href, signal);
  if (reading.kind !== 'read') return faultOfUnread(reading);
  const fault = faultOfStatus(reading.status);
  if (fault || variants.length === 0) return fault;
  return reading.head.what === 'hls' ? faultOfHls(reading, signal) : { cause: 'notAVideo' };
}

/** What stands in the way of a DASH stream, as far as its manifest says. */
export function faultOfDash({ text }: Read): MediaFault | null {
  if (/<([\w-]+:)?ContentProtection\b/i.test(text)) return { cause: 'ownSite' };
  const codecs = [...text.matchAll(/\bcodecs="([^"]*)"/g)].map((match) => match[1] ?? '');
  const pictures = codecs.filter((names) => !/^(mp4a|ac-|ec-|opus|flac|dts|wvtt|stpp)/i.test(names));
  return lackedByAll(pictures);
}

/** A piece of a stream that cannot be read at all. */
export function faultOfUnread({ kind }: Exclude<Reading, Read>): MediaFault {
  return { cause: kind === 'hidden' ? 'ownSite' : kind };
}
