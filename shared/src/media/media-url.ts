import { CodedError, type MediaKind } from '../protocol/index.ts';

/** What an address turns out to be. */
export interface MediaUrl {
  readonly kind: MediaKind;
  /** The address to hand to the player. */
  readonly url: string;
  /** The address with everything taken away that does not change what is played: the same title has the same one. */
  readonly normalizedUrl: string;
  /** The id the title has at its service, where the service is known and has such ids. */
  readonly serviceId: string | null;
  /** Where the address itself asks to begin (`?t=90`, `#t=1m30s`), in seconds. */
  readonly startS: number;
}

/** Parameters that follow people around and never change the medium. */
const TRACKING_PARAMETERS =
  /^(utm_.+|fbclid|gclid|dclid|msclkid|igshid|mc_cid|mc_eid|si|feature|pp|ab_channel|ref_src)$/i;

/** Parameters that say where to begin. */
const TIME_PARAMETERS = ['t', 'start', 'time_continue'] as const;

const HLS_PATH = /\.m3u8$/i;
const DASH_PATH = /\.mpd$/i;

/**
 * Reads what people paste: any address of a kind that react-player plays.
 *
 * @throws CodedError `bad_request` with words for the person who pasted it.
 */
export function parseMediaUrl(text: string): MediaUrl {
  const url = toUrl(text);
  const startS = startOf(url);
  const service = youtube(url) ?? vimeo(url) ?? twitch(url) ?? otherService(url);
  if (service) return { ...service, startS };

  const pathKind: MediaKind = HLS_PATH.test(url.pathname) ? 'hls' : DASH_PATH.test(url.pathname) ? 'dash' : 'file';
  return { kind: pathKind, url: url.href, normalizedUrl: normalize(url), serviceId: null, startS };
}

function toUrl(text: string): URL {
  const trimmed = text.trim();
  const withScheme =
    /^[a-z][a-z0-9+.-]*:/i.test(trimmed) && !/^[^/]+\.[^/]+:\d/.test(trimmed) ? trimmed : `https://${trimmed}`;
  let url: URL;
  try {
    url = new URL(withScheme);
  } catch {
    throw new CodedError('bad_request', 'This is not a link. Paste the address of a video, starting with https://');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new CodedError('bad_request', 'Only links that start with https:// or http:// can be watched together.');
  }
  if (!url.hostname.includes('.') && url.hostname !== 'localhost' && !url.hostname.startsWith('[')) {
    throw new CodedError('bad_request', 'This is not a link. Paste the address of a video, starting with https://');
  }
  return url;
}

/** What is left of the query keeps its spelling: with a tracking parameter or without, an address has the same id. */
function normalize(url: URL): string {
  const copy = new URL(url.href);
  copy.hash = '';
  const parts = copy.search.slice(1).split('&');
  const kept = parts.filter((part) => !saysNothingOfMedium(part));
  // With its question mark: of a query that begins with one itself, setting it would take that away.
  if (kept.length < parts.length) copy.search = kept.length === 0 ? '' : `?${kept.join('&')}`;
  return copy.href;
}

function saysNothingOfMedium(queryPart: string): boolean {
  const [name] = new URLSearchParams(queryPart).keys();
  return name !== undefined && (TRACKING_PARAMETERS.test(name) || TIME_PARAMETERS.some((time) => time === name));
}

/** Seconds from `90`, `90s`, `1m30s`, `1h2m3s`, `1:30`; 0 where there are none. */
function startOf(url: URL): number {
  const fromHash = /^#(?:.*&)?t=([^&]+)/.exec(url.hash)?.[1];
  const text = TIME_PARAMETERS.map((name) => url.searchParams.get(name)).find((value) => value) ?? fromHash;
  if (!text) return 0;
  const clock = /^(?:(\d+):)?(\d+):(\d+)$/.exec(text);
  const units = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(text);
  const parts = clock ?? units;
  if (!parts) return 0;
  const seconds = Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds, 24 * 3600) : 0;
}

type Service = Omit<MediaUrl, 'startS'>;

const hostIs = (url: URL, domain: string) => url.hostname === domain || url.hostname.endsWith(`.${domain}`);

function youtube(url: URL): Service | null {
  const short = hostIs(url, 'youtu.be');
  if (!short && !['youtube.com', 'youtube-nocookie.com', 'youtubeeducation.com'].some((d) => hostIs(url, d)))
    return null;
  const [first = '', second = ''] = url.pathname.split('/').filter(Boolean);
  const id = short ? first : /^(embed|v|shorts|live|watch)$/.test(first) && second ? second : url.searchParams.get('v');
  if (!id || !/^[\w-]{11}$/.test(id)) {
    throw new CodedError('bad_request', 'This YouTube link names no video. Open the video and paste its own link.');
  }
  const canonical = `https://www.youtube.com/watch?v=${id}`;
  return { kind: 'youtube', url: canonical, normalizedUrl: canonical, serviceId: `yt:${id}` };
}

function vimeo(url: URL): Service | null {
  if (!hostIs(url, 'vimeo.com') || url.pathname.startsWith('/progressive_redirect')) return null;
  if (HLS_PATH.test(url.pathname) || /\.mp4$/i.test(url.pathname)) return null;
  const id = /\/(\d{5,})(?:\/([\da-f]{6,}))?/.exec(url.pathname);
  if (!id?.[1])
    throw new CodedError('bad_request', 'This Vimeo link names no video. Open the video and paste its own link.');
  // Unlisted videos need their second number to be played; it is no part of what the video is.
  const hash = id[2] ?? url.searchParams.get('h');
  return {
    kind: 'vimeo',
    url: `https://vimeo.com/${id[1]}${hash ? `/${hash}` : ''}`,
    normalizedUrl: `https://vimeo.com/${id[1]}`,
    serviceId: `vimeo:${id[1]}`,
  };
}

function twitch(url: URL): Service | null {
  if (!hostIs(url, 'twitch.tv')) return null;
  const video = /^\/videos?\/(\d+)/.exec(url.pathname)?.[1] ?? /^(\d+)$/.exec(url.searchParams.get('video') ?? '')?.[1];
  const channel = /^\/([a-zA-Z0-9_]+)\/?$/.exec(url.pathname)?.[1]?.toLowerCase();
  if (!video && !channel) {
    throw new CodedError(
      'bad_request',
      'This Twitch link names no channel and no video. Paste the link of one of them.',
    );
  }
  const path = video ? `videos/${video}` : channel;
  return {
    kind: 'twitch',
    url: `https://www.twitch.tv/${path}`,
    normalizedUrl: `https://www.twitch.tv/${path}`,
    serviceId: `twitch:${video ?? channel}`,
  };
}

/** Services whose addresses need no rewriting, only recognition. */
const OTHER_SERVICES: readonly {
  readonly kind: MediaKind;
  readonly domains: readonly string[];
  readonly path: RegExp;
}[] = [
  { kind: 'wistia', domains: ['wistia.com', 'wistia.net', 'wi.st'], path: /\/(?:medias|embed)\/(?:iframe\/)?([\w-]+)/ },
  { kind: 'spotify', domains: ['open.spotify.com'], path: /^\/\w+\/(\w+)/ },
  { kind: 'tiktok', domains: ['tiktok.com'], path: /\/(?:player\/v1|share\/video|@[^/]+\/video)\/(\d+)/ },
  { kind: 'mux', domains: ['stream.mux.com'], path: /^\/(\w+)$/ },
];

function otherService(url: URL): Service | null {
  for (const { kind, domains, path } of OTHER_SERVICES) {
    const id = path.exec(url.pathname)?.[1];
    if (!id || !domains.some((domain) => hostIs(url, domain))) continue;
    return { kind, url: url.href, normalizedUrl: normalize(url), serviceId: `${kind}:${id}` };
  }
  return null;
}
