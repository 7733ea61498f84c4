import { parseMediaUrl } from '@cowatch/shared/media';
import type { MediaKind, MediaRef } from '@cowatch/shared/protocol';
import { lackedCodec } from './codecs.ts';
import { diagnose, judge } from './diagnose.ts';
import type { MediaFault } from './media-fault.ts';
import { type Reading, readAddress } from './read-address.ts';

export type LinkProbe =
  /** Nothing is in the way; `kind` is what it turned out to be. */
  { readonly plays: true; readonly kind: MediaKind } | { readonly plays: false; readonly kind: MediaKind; readonly fault: MediaFault };

/** Longest wait until a link shows that it plays, in milliseconds: a disk that slept is up by then. */
const PROBE_MS = 6000;

/** What plays is asked no longer than this what it is, in milliseconds. */
const AFTERWARDS_MS = 800;

const SOUND_PATH = /\.(mp3|m4[ab]|aac|wav|weba|flac|og[ga]|opus)$/i;
/** These are what they are called; of others it is asked whether they are streams. */
const FILE_PATH = /\.(mp4|m4v|webm|mov|mkv|ogv|mp3|m4[ab]|aac|wav|weba|flac|og[ga]|opus)$/i;

/**
 * Tries a link before a party is started with it, as the players would, without showing anything. What embedded services
 * have is not tried: their players say themselves what is wrong.
 */
export async function probeLink(url: string, kind: MediaKind): Promise<LinkProbe> {
  if (kind === 'file') return probeFile(url);
  if (kind !== 'hls' && kind !== 'dash') return { plays: true, kind };
  const { fault, kind: found } = await diagnose(url, kind);
  if (found === 'file') return probeFile(url);
  return fault ? { plays: false, kind: found ?? kind, fault } : { plays: true, kind: found ?? kind };
}

/** The same of what a party was started with before; what this server holds is there. */
export async function probeRef(ref: MediaRef): Promise<LinkProbe> {
  if (!('url' in ref)) return { plays: true, kind: 'file' };
  const { url, kind } = parseMediaUrl(ref.url);
  return probeLink(url, ref.kind ?? kind);
}

async function probeFile(url: string): Promise<LinkProbe> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PROBE_MS);
  const reading = readAddress(new URL(url, window.location.href).href, stop.signal);
  try {
    const shown = await loadInBrowser(url, stop.signal);
    if (shown === 'failed' || shown === 'nothing') {
      const { fault, kind } = await judge(url, 'file', await reading, stop.signal);
      // A browser that plays streams by itself would have; one that does not has a player for them.
      if (kind !== null) return fault ? { plays: false, kind, fault } : { plays: true, kind };
      return { plays: false, kind: 'file', fault: fault ?? { cause: shown === 'nothing' ? 'silent' : 'unplayable' } };
    }
    return await afterwards(url, shown, reading, stop);
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

/** It plays, and yet: it may be a stream that only some browsers take for a file, or without its picture or its sound. */
async function afterwards(url: string, shown: 'picture' | 'sound', reading: Promise<Reading>, stop: AbortController): Promise<LinkProbe> {
  const { pathname } = new URL(url, window.location.href);
  const isBlack = shown === 'sound' && !SOUND_PATH.test(pathname);
  if (!isBlack) setTimeout(() => stop.abort(), AFTERWARDS_MS);
  const seen = await reading;
  if (seen.kind === 'read' && seen.head.what === 'hls' && !FILE_PATH.test(pathname)) return { plays: true, kind: 'hls' };
  const lacked = seen.kind === 'read' ? lackedCodec(seen.head.codecs) : null;
  if (lacked) return { plays: false, kind: 'file', fault: lacked };
  if (isBlack && seen.kind === 'hidden') {
    const { fault } = await judge(url, 'file', seen, stop.signal);
    if (fault?.cause === 'codec') return { plays: false, kind: 'file', fault };
  }
  return { plays: true, kind: 'file' };
}

/** Lets the browser look for a medium; an element that is left to itself would go on loading. */
function loadInBrowser(url: string, signal: AbortSignal): Promise<'picture' | 'sound' | 'failed' | 'nothing'> {
  const video = document.createElement('video');
  return new Promise<'picture' | 'sound' | 'failed' | 'nothing'>((resolve) => {
    signal.addEventListener('abort', () => resolve('nothing'));
    video.addEventListener('loadedmetadata', () => resolve(video.videoWidth > 0 ? 'picture' : 'sound'));
    video.addEventListener('error', () => resolve('failed'));
    video.muted = true;
    video.preload = 'metadata';
    video.src = url;
  }).finally(() => {
    video.removeAttribute('src');
    video.load();
  });
}
