import type { MediaKind } from '../protocol/index.ts';
import { hostIs } from './hosts.ts';
import { HLS_NAME, MEDIA_NAME } from './media-files.ts';

// What links of known services look like. Only here are parameters of theirs read: anywhere else `t` or `si` is a part of
// the address like any other.

/** A video at a service. */
export interface ServiceVideo {
  readonly kind: 'video';
  readonly mediaKind: MediaKind;
  /** The address to hand to the player. */
  readonly url: string;
  /** The same for every link of this video. */
  readonly normalizedUrl: string;
  /** The content id; null where the service has none of its own. */
  readonly serviceId: string | null;
}

/** Why a link of a service is of no use here. */
export type ServiceRefusal =
  /** A page of the service that is of no one video. */
  | 'noVideoNamed'
  /** Its videos play on its own pages only. */
  | 'protected'
  /** The page about a file, not the file. */
  | 'filePage'
  /** A clip, which the service lets nobody else play in step. */
  | 'clip';

export type ServiceReading =
  | ServiceVideo
  | { readonly kind: 'refused'; readonly why: ServiceRefusal; readonly service: string }
  | { readonly kind: 'unknown' };

const UNKNOWN: ServiceReading = { kind: 'unknown' };

const refused = (why: ServiceRefusal, service: string): ServiceReading => ({ kind: 'refused', why, service });

/** Reads an address as the service reads it whose host it names. */
export function readService(url: URL): ServiceReading {
  for (const read of [youtube, vimeo, twitch, wistia, spotify, tiktok, mux, dropbox, commons, archive, closed]) {
    const reading = read(url);
    if (reading.kind !== 'unknown') return reading;
  }
  return UNKNOWN;
}

const YOUTUBE_DOMAINS = ['youtube.com', 'youtube-nocookie.com', 'youtubeeducation.com', 'youtubekids.com', 'youtube.googleapis.com'];
/** Eleven characters as an id has, but names of what is no video. */
const NO_YOUTUBE_IDS = ['videoseries', 'live_stream'];

function youtube(url: URL): ServiceReading {
  const short = hostIs(url, 'youtu.be');
  if (!short && !YOUTUBE_DOMAINS.some((domain) => hostIs(url, domain))) return UNKNOWN;
  const [first = '', second = ''] = url.pathname.split('/').filter(Boolean);
  const inFragment = new URLSearchParams(url.hash.replace(/^#[^?]*\?|^#!?/, '')).get('v');
  const named = short
    ? first
    : /^(embed|v|e|shorts|live|watch)$/.test(first) && second
      ? second
      : (url.searchParams.get('v') ?? inFragment);
  // People put a start behind an id as if it were the first parameter.
  const id = /^([\w-]{11})(?![\w-])/.exec(named ?? '')?.[1];
  if (id === undefined || NO_YOUTUBE_IDS.includes(id)) return refused('noVideoNamed', 'YouTube');
  const canonical = `https://www.youtube.com/watch?v=${id}`;
  return { kind: 'video', mediaKind: 'youtube', url: canonical, normalizedUrl: canonical, serviceId: `yt:${id}` };
}

function vimeo(url: URL): ServiceReading {
  if (!hostIs(url, 'vimeo.com') || url.pathname.startsWith('/progressive_redirect')) return UNKNOWN;
  if (HLS_NAME.test(url.pathname) || /\.mp4$/i.test(url.pathname)) return UNKNOWN;
  if (/^\/event\//.test(url.pathname)) return refused('noVideoNamed', 'Vimeo');
  // Of a showcase the number is that of the video in it.
  const path = url.pathname.replace(/^\/(?:showcase|album)\/\d+/, '');
  const id = /\/(\d{5,})(?:\/([\da-f]{6,}))?/.exec(path);
  if (!id?.[1]) return refused('noVideoNamed', 'Vimeo');
  // Unlisted videos need their second number to be played; it is no part of what the video is.
  const hash = id[2] ?? url.searchParams.get('h');
  return {
    kind: 'video',
    mediaKind: 'vimeo',
    url: `https://vimeo.com/${id[1]}${hash ? `/${hash}` : ''}`,
    normalizedUrl: `https://vimeo.com/${id[1]}`,
    serviceId: `vimeo:${id[1]}`,
  };
}

const TWITCH_PAGES =
  /^(?:directory|downloads|jobs|p|settings|subscriptions|inventory|wallet|search|turbo|store|videos?|login|signup|friends|prime|drops)$/;

function twitch(url: URL): ServiceReading {
  if (!hostIs(url, 'twitch.tv')) return UNKNOWN;
  const { pathname, searchParams } = url;
  if (url.hostname === 'clips.twitch.tv' || /\/clip\//.test(pathname)) return refused('clip', 'Twitch');
  const video = /^\/(?:[^/]+\/)?(?:videos?|v)\/(\d+)/.exec(pathname)?.[1] ?? /^v?(\d+)$/.exec(searchParams.get('video') ?? '')?.[1];
  const named = /^\/(?:popout\/)?([a-zA-Z0-9_]+)(?:\/(?:chat|about|schedule|home))?\/?$/.exec(pathname)?.[1];
  const channel = (named ?? /^\w+$/.exec(searchParams.get('channel') ?? '')?.[0])?.toLowerCase();
  if (!video && (!channel || TWITCH_PAGES.test(channel))) return refused('noVideoNamed', 'Twitch');
  const canonical = `https://www.twitch.tv/${video ? `videos/${video}` : channel}`;
  // A channel of digits alone would be called as the video of that number is.
  const serviceId = `twitch:${video ?? (/^\d+$/.test(channel ?? '') ? `channel/${channel}` : channel)}`;
  return { kind: 'video', mediaKind: 'twitch', url: canonical, normalizedUrl: canonical, serviceId };
}

function wistia(url: URL): ServiceReading {
  if (!['wistia.com', 'wistia.net', 'wi.st'].some((domain) => hostIs(url, domain))) return UNKNOWN;
  const id = /\/(?:medias|embed|embed\/iframe|embed\/medias)\/(?!(?:iframe|medias|playlists)\b)([\w-]+)\/?$/.exec(url.pathname)?.[1];
  return id ? asItIs(url, 'wistia', id) : UNKNOWN;
}

function spotify(url: URL): ServiceReading {
  if (!hostIs(url, 'open.spotify.com')) return UNKNOWN;
  const parts = /^\/(?:intl-[a-z-]+\/)?(?:embed(?:-podcast)?\/)?(?:user\/[^/]+\/)?([a-z]+)\/(\w+)\/?$/.exec(url.pathname);
  if (!parts?.[2] || parts[1] === 'user') return UNKNOWN;
  const canonical = `https://open.spotify.com/${parts[1]}/${parts[2]}`;
  return {
    kind: 'video',
    mediaKind: 'spotify',
    url: canonical,
    normalizedUrl: canonical,
    serviceId: `spotify:${parts[2]}`,
  };
}

function tiktok(url: URL): ServiceReading {
  if (!hostIs(url, 'tiktok.com')) return UNKNOWN;
  const id = /\/(?:player\/v1|embed(?:\/v2)?|share\/video|@[^/]+\/video)\/(\d+)/.exec(url.pathname)?.[1];
  return id ? asItIs(url, 'tiktok', id) : UNKNOWN;
}

function mux(url: URL): ServiceReading {
  const id = hostIs(url, 'stream.mux.com') ? /^\/(\w+)$/.exec(url.pathname)?.[1] : undefined;
  return id ? asItIs(url, 'mux', id) : UNKNOWN;
}

/** Services whose addresses need no rewriting, only recognition. */
function asItIs(url: URL, mediaKind: MediaKind, id: string): ServiceReading {
  const normalizedUrl = `${url.origin}${url.pathname}`;
  return { kind: 'video', mediaKind, url: url.href, normalizedUrl, serviceId: `${mediaKind}:${id}` };
}

/** The page of a shared file, whose file itself is asked for by `raw`. The key lets one in and is no part of the file. */
function dropbox(url: URL): ServiceReading {
  if (!hostIs(url, 'dropbox.com')) return UNKNOWN;
  if (!/^\/(?:s|scl\/fi)\/[^/]+\/[^/]+/.test(url.pathname) || !MEDIA_NAME.test(url.pathname)) return UNKNOWN;
  const player = new URL(url.href);
  player.hash = '';
  for (const name of ['dl', 'raw', 'e', 'st', 'bmus']) player.searchParams.delete(name);
  player.searchParams.set('raw', '1');
  return fileAt(player.href, `https://www.dropbox.com${url.pathname}`);
}

/** The page about a file has the name of the file, to which the site leads from `Special:FilePath`. */
function commons(url: URL): ServiceReading {
  if (!hostIs(url, 'wikimedia.org') && !hostIs(url, 'wikipedia.org')) return UNKNOWN;
  const shown = /^#\/media\/(.+)$/.exec(url.hash)?.[1];
  const page = shown ?? /^\/wiki\/(.+)$/.exec(url.pathname)?.[1];
  if (page === undefined || /^Special:/.test(page)) return UNKNOWN;
  const name = /^[^:]+:(.+)$/.exec(page.replace(/%3a/gi, ':'))?.[1];
  if (name === undefined || !MEDIA_NAME.test(name)) return refused('filePage', 'Wikipedia');
  const canonical = `https://commons.wikimedia.org/wiki/Special:FilePath/${name}`;
  return fileAt(canonical, canonical);
}

/** The page about an item names the item; the file of it only where one was chosen. */
function archive(url: URL): ServiceReading {
  if (!hostIs(url, 'archive.org')) return UNKNOWN;
  const parts = /^\/(?:details|embed)\/([^/]+)(?:\/(.+))?$/.exec(url.pathname);
  if (!parts) return UNKNOWN;
  const [, item, file = ''] = parts;
  if (!MEDIA_NAME.test(file)) return refused('filePage', 'the Internet Archive');
  const canonical = `https://archive.org/download/${item}/${file}`;
  return fileAt(canonical, canonical);
}

function fileAt(url: string, normalizedUrl: string): ServiceReading {
  return { kind: 'video', mediaKind: 'file', url, normalizedUrl, serviceId: null };
}

/** Services whose players work on their own pages only; a path where others of theirs are files. */
const CLOSED: readonly (readonly [domain: string, name: string, path?: RegExp])[] = [
  ['netflix.com', 'Netflix'],
  ['disneyplus.com', 'Disney+'],
  ['primevideo.com', 'Prime Video'],
  ['hulu.com', 'Hulu'],
  ['max.com', 'Max'],
  ['hbomax.com', 'HBO Max'],
  ['paramountplus.com', 'Paramount+'],
  ['peacocktv.com', 'Peacock'],
  ['tv.apple.com', 'Apple TV'],
  ['crunchyroll.com', 'Crunchyroll'],
  ['drive.google.com', 'Google Drive', /^\/(?:file|open|drive)\b/],
  ['photos.google.com', 'Google Photos'],
  ['photos.app.goo.gl', 'Google Photos'],
  ['1drv.ms', 'OneDrive'],
  ['onedrive.live.com', 'OneDrive', /^\/(?!download)/],
  ['icloud.com', 'iCloud'],
  ['mega.nz', 'MEGA'],
  ['facebook.com', 'Facebook'],
  ['fb.watch', 'Facebook'],
  ['instagram.com', 'Instagram'],
  ['x.com', 'X'],
  ['twitter.com', 'X'],
];

function closed(url: URL): ServiceReading {
  if (MEDIA_NAME.test(url.pathname)) return UNKNOWN;
  const found = CLOSED.find(([domain, , path]) => hostIs(url, domain) && (path?.test(url.pathname) ?? true));
  return found ? refused('protected', found[1]) : UNKNOWN;
}
