import { type LinkRefusal, linksIn, type MediaUrl, readLink } from '@cowatch/shared/media';
import type { MediaKind } from '@cowatch/shared/protocol';

/** Why a pasted link cannot start a party; each has its words in the catalogue under `link`. */
export type LinkProblem = LinkRefusal | 'mixedContent' | 'notAVideo';

export type LinkVerdict =
  | {
      readonly kind: 'video';
      /** What the player is given. */
      readonly url: string;
      /** The link itself, whole: what the server is asked for, with the start that it names. */
      readonly address: string;
      readonly mediaKind: MediaKind;
      /** False where the address does not tell whether there is a video behind it. */
      readonly certain: boolean;
    }
  /** The link of a party on this very server. */
  | { readonly kind: 'party'; readonly sessionId: string }
  | { readonly kind: 'problem'; readonly problem: LinkProblem; readonly service: string };

export interface PageAddress {
  /** `https:` or `http:` */
  readonly protocol: string;
  readonly host: string;
}

/** What browsers play, by its name. */
const MEDIA_PATH = /\.(mp4|m4v|webm|mov|mkv|og[gvax]|opus|mp3|m4[ab]|aac|wav|weba|flac|m3u8|mpd|ts)$/i;
/** What is a file, and no video. Programs are not among them: what they give out nobody can say before looking. */
const OTHER_FILE_PATH =
  /\.(html?|pdf|png|jpe?g|gif|webp|svg|avif|heic|txt|json|xml|js|css|srt|vtt|ass|torrent|zip|rar|7z|gz|iso|docx?|xlsx?|exe|apk|dmg)$/i;

/** What a pasted text is worth, judged by its letters alone: nothing is fetched. */
export function checkVideoLink(text: string, page: PageAddress): LinkVerdict {
  const sessionId = linksIn(text)
    .filter(({ host }) => host === page.host)
    .map(({ pathname }) => /^\/s\/([\w-]{22})\/?$/.exec(pathname)?.[1])
    .find((id) => id !== undefined);
  if (sessionId) return { kind: 'party', sessionId };

  const reading = readLink(text);
  if (reading.kind === 'refused') return { kind: 'problem', problem: reading.why, service: reading.service };
  return ofMedia(reading.media, page);
}

function ofMedia({ kind, url, address }: MediaUrl, page: PageAddress): LinkVerdict {
  const video = { kind: 'video', url, address, mediaKind: kind } as const;
  if (kind !== 'file' && kind !== 'hls' && kind !== 'dash') return { ...video, certain: true };
  const { protocol, hostname, pathname } = new URL(url);
  if (page.protocol === 'https:' && protocol === 'http:' && !isThisMachine(hostname)) return problem('mixedContent');
  if (kind === 'file' && OTHER_FILE_PATH.test(pathname)) return problem('notAVideo');
  return { ...video, certain: kind !== 'file' || MEDIA_PATH.test(pathname) };
}

/** Browsers let secure pages load from the own machine. */
function isThisMachine(hostname: string): boolean {
  return /^(?:localhost|.*\.localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname);
}

function problem(name: LinkProblem): LinkVerdict {
  return { kind: 'problem', problem: name, service: '' };
}
