import { parseMediaUrl } from '@cowatch/shared/media';
import type { MediaKind } from '@cowatch/shared/protocol';

/** Why a pasted link cannot start a party; each has its words in the catalogue under `link`. */
export type LinkProblem =
  | 'empty'
  | 'notALink'
  | 'onDevice'
  | 'scheme'
  | 'mixedContent'
  | 'notAVideo'
  | 'noVideoNamed'
  | 'protected';

export type LinkVerdict =
  /** `certain` is false where the address does not tell whether there is a video behind it. */
  | { readonly kind: 'video'; readonly url: string; readonly mediaKind: MediaKind; readonly certain: boolean }
  /** The link of a party on this very server. */
  | { readonly kind: 'party'; readonly sessionId: string }
  | { readonly kind: 'problem'; readonly problem: LinkProblem; readonly service: string };

export interface PageAddress {
  /** `https:` or `http:` */
  readonly protocol: string;
  readonly host: string;
}

const MEDIA_PATH = /\.(mp4|m4v|webm|mov|mkv|og[gvax]|opus|mp3|m4[ab]|aac|wav|weba|flac|m3u8|mpd|ts)$/i;
const OTHER_FILE_PATH =
  /\.(html?|php|aspx?|jsp|pdf|png|jpe?g|gif|webp|svg|avif|txt|json|xml|js|css|zip|rar|7z|docx?|exe)$/i;

/** Services whose players work on their own pages only. */
const PROTECTED_SERVICES: readonly (readonly [domain: string, name: string])[] = [
  ['netflix.com', 'Netflix'],
  ['disneyplus.com', 'Disney+'],
  ['primevideo.com', 'Prime Video'],
  ['hulu.com', 'Hulu'],
  ['max.com', 'Max'],
  ['hbomax.com', 'HBO Max'],
  ['tv.apple.com', 'Apple TV'],
  ['crunchyroll.com', 'Crunchyroll'],
];

/** Services of which `parseMediaUrl` knows what a link to one video looks like. */
const VIDEO_SERVICES: readonly (readonly [domain: string, name: string])[] = [
  ['youtube.com', 'YouTube'],
  ['youtube-nocookie.com', 'YouTube'],
  ['youtu.be', 'YouTube'],
  ['vimeo.com', 'Vimeo'],
  ['twitch.tv', 'Twitch'],
];

/** What a pasted text is worth, judged by its letters alone: nothing is fetched. */
export function checkVideoLink(text: string, page: PageAddress): LinkVerdict {
  const pasted = unwrap(text);
  if (pasted === '') return problem('empty');
  if (/^(blob|file|data|filesystem|content):/i.test(pasted) || /^([a-z]:\\|\/|~\/|\\\\)/i.test(pasted)) {
    return problem('onDevice');
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(pasted) && !/^https?:/i.test(pasted) && !/^[^/:]+:\d/.test(pasted)) {
    return problem('scheme');
  }
  const url = toUrl(pasted);
  if (!url) return problem('notALink');

  const party = url.host === page.host ? /^\/s\/([\w-]{22})\/?$/.exec(url.pathname)?.[1] : undefined;
  if (party) return { kind: 'party', sessionId: party };

  const protectedName = serviceOf(url, PROTECTED_SERVICES);
  if (protectedName) return problem('protected', protectedName);

  let media: ReturnType<typeof parseMediaUrl>;
  try {
    media = parseMediaUrl(pasted);
  } catch {
    const service = serviceOf(url, VIDEO_SERVICES);
    return service ? problem('noVideoNamed', service) : problem('notALink');
  }
  const isFile = media.kind === 'file' || media.kind === 'hls' || media.kind === 'dash';
  if (isFile && page.protocol === 'https:' && url.protocol === 'http:' && !isThisMachine(url)) {
    return problem('mixedContent');
  }
  if (media.kind !== 'file') return { kind: 'video', url: media.url, mediaKind: media.kind, certain: true };
  if (OTHER_FILE_PATH.test(url.pathname)) return problem('notAVideo');
  return { kind: 'video', url: media.url, mediaKind: 'file', certain: MEDIA_PATH.test(url.pathname) };
}

/** People paste quotes, brackets and whole messages: the link in them is meant. */
function unwrap(text: string): string {
  const inside = /(?:^|[\s<"'([])(https?:\/\/[^\s<>"']+)/i.exec(text)?.[1];
  return (inside ?? text).trim().replace(/^[<"'([]+|[>"')\]]+$/g, '');
}

function toUrl(text: string): URL | null {
  try {
    const url = new URL(/^https?:/i.test(text) ? text : `https://${text}`);
    const named = url.hostname.includes('.') || url.hostname === 'localhost' || url.hostname.startsWith('[');
    return named && !/\s/.test(text) ? url : null;
  } catch {
    return null;
  }
}

function serviceOf(url: URL, services: readonly (readonly [string, string])[]): string | undefined {
  return services.find(([domain]) => url.hostname === domain || url.hostname.endsWith(`.${domain}`))?.[1];
}

/** Browsers let secure pages load from the own machine. */
function isThisMachine(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\./.test(url.hostname);
}

function problem(name: LinkProblem, service = ''): LinkVerdict {
  return { kind: 'problem', problem: name, service };
}
