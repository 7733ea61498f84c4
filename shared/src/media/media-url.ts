import { CodedError, type MediaKind } from '../protocol/index.ts';
import { DASH_NAME, HLS_NAME } from './media-files.ts';
import { isVideoUrl, linksIn } from './pasted-link.ts';
import { withoutRedirects } from './redirects.ts';
import { readService, type ServiceRefusal } from './services.ts';
import { withoutSignature } from './signed-links.ts';

/** What an address turns out to be. */
export interface MediaUrl {
  readonly kind: MediaKind;
  /** The link itself, whole: what to ask for the same medium with, at the same place. */
  readonly address: string;
  /** The address to hand to the player. */
  readonly url: string;
  /** The address with everything taken away that does not change what is played: the same title has the same one. */
  readonly normalizedUrl: string;
  /** The id the title has at its service, where the service is known and has such ids. */
  readonly serviceId: string | null;
  /** Where the address itself asks to begin (`#t=1m30s`; at services also `?t=90`), in seconds. */
  readonly startS: number;
}

/** Why a text leads to no medium. */
export type LinkRefusal =
  | 'empty'
  | 'notALink'
  /** A path of the device it was copied on. */
  | 'onDevice'
  /** A link of another kind than `http` and `https`. */
  | 'scheme'
  | ServiceRefusal;

export type LinkReading =
  | { readonly kind: 'media'; readonly media: MediaUrl }
  | { readonly kind: 'refused'; readonly why: LinkRefusal; readonly service: string };

/** Parameters with which services say where to begin. */
const TIME_PARAMETERS = ['t', 'start', 'time_continue', 'wtime'] as const;

/** A start later than this is no time of a video, in seconds: a day. */
const START_MAX_S = 24 * 3600;

const DEVICE_PATH = /^(?:(?:blob|file|data|filesystem|content):|[a-z]:[\\/]|\\\\|(?:~|\.{1,2})?\/(?!\/))/i;
const OTHER_SCHEME = /^(?!https?:)(?:[a-z][a-z0-9+.-]*:\/\/|(?:javascript|magnet|mailto|tel|sms|about|intent|vlc|ed2k|acestream|data):)/i;
/** A name with the ending of a medium and nothing before it that leads anywhere. */
const BARE_FILE = /^[^/\\:?#\n]+\.(?:mp4|m4v|webm|mov|mkv|avi|wmv|mpe?g|mp3|m4a|flac)$/i;

/** Reads what people paste: the first link of a video in it, or why there is none. Nothing is fetched. */
export function readLink(text: string): LinkReading {
  const bare = text.trim().replace(/^["'<“„]+/, '');
  if (bare === '') return refusal('empty');
  if (DEVICE_PATH.test(bare)) return refusal('onDevice');
  if (OTHER_SCHEME.test(bare) && !/^h?ttps?:/i.test(bare)) return refusal('scheme');
  const links = linksIn(text);
  const link = links.find(isVideoUrl) ?? links[0];
  if (link) return readUrl(link);
  return refusal(BARE_FILE.test(bare.replace(/["'>”]+$/, '')) ? 'onDevice' : 'notALink');
}

/** What an address is the address of. */
export function readUrl(link: URL): LinkReading {
  const url = withoutRedirects(link);
  const reading = readService(url);
  if (reading.kind === 'refused') return reading;
  const ofService = reading.kind === 'video';
  const { pathname } = url;
  const mediaKind: MediaKind = HLS_NAME.test(pathname) ? 'hls' : DASH_NAME.test(pathname) ? 'dash' : 'file';
  const media: MediaUrl = {
    kind: ofService ? reading.mediaKind : mediaKind,
    address: url.href,
    url: ofService ? reading.url : url.href,
    normalizedUrl: ofService ? reading.normalizedUrl : normalize(url),
    serviceId: ofService ? reading.serviceId : null,
    startS: startOf(url, ofService),
  };
  return { kind: 'media', media };
}

const refusal = (why: LinkRefusal): LinkReading => ({ kind: 'refused', why, service: '' });

const WORDS: Readonly<Record<LinkRefusal, (service: string) => string>> = {
  empty: () => 'There is no link. Paste the address of a video, starting with https://',
  notALink: () => 'This is not a link. Paste the address of a video, starting with https://',
  onDevice: () => 'This video is on a device only, and others cannot open it. Paste a link.',
  scheme: () => 'Only links that start with https:// or http:// can be watched together.',
  noVideoNamed: (service) => `This ${service} link names no video. Open the video and paste its own link.`,
  protected: (service) => `${service} does not let other pages play its videos.`,
  filePage: (service) => `This is a page of ${service}, not the file of a video. Paste the link of the file.`,
  clip: (service) => `${service} clips cannot be watched together. Paste the link of the whole video or of the channel.`,
};

/**
 * Reads what people paste: any address of a kind that react-player plays.
 *
 * @throws CodedError `bad_request` with words for the person who pasted it.
 */
export function parseMediaUrl(text: string): MediaUrl {
  const reading = readLink(text);
  if (reading.kind === 'refused') throw new CodedError('bad_request', WORDS[reading.why](reading.service));
  return reading.media;
}

/** Of an address that no service here knows every part counts, but for what only lets somebody in. */
function normalize(url: URL): string {
  const copy = withoutSignature(url);
  copy.hash = '';
  return copy.href;
}

/** Seconds from `90`, `90s`, `1m30s`, `1h2m3s`, `1:30`; 0 where there are none, or more than a video may have. */
function startOf(url: URL, ofService: boolean): number {
  // W3C Media Fragments may say the unit before it, and the end behind it.
  const inFragment = /^#(?:.*[&?])?t=(?:npt:)?([^&,]+)/.exec(url.hash)?.[1];
  const inQuery = ofService ? TIME_PARAMETERS.map((name) => url.searchParams.get(name)).find((value) => value) : null;
  const text = inQuery ?? inFragment;
  if (!text) return 0;
  const clock = /^(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text);
  const units = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?$/.exec(text);
  const parts = clock ?? units;
  if (!parts) return 0;
  const seconds = Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0);
  return seconds <= START_MAX_S ? seconds : 0;
}
