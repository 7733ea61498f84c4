import { contentIdOf, parseMediaUrl, SAMPLE } from '@cowatch/shared/media';
import type { Media } from '@cowatch/shared/protocol';

const TITLE_PREFIX = 'title:';
const SAMPLE_TO_WATCH: WatchedMedia = { ...SAMPLE, title: null, durationS: null, startS: 0 };

export interface WatchedMedia extends Media {
  /** Where its link asks to begin, in seconds. */
  readonly startS: number;
}

/** What a link of this site plays alone; null where it names nothing that can be played. */
export function mediaToWatch(link: { readonly url?: string | undefined; readonly titleId?: string | undefined }): WatchedMedia | null {
  if (link.titleId !== undefined) return `${TITLE_PREFIX}${link.titleId}` === SAMPLE.id ? SAMPLE_TO_WATCH : null;
  if (link.url === undefined) return null;
  try {
    const parsed = parseMediaUrl(link.url);
    const { url, kind, startS } = parsed;
    return { id: contentIdOf(parsed), url, kind, title: null, durationS: null, startS };
  } catch {
    return null;
  }
}

/** Where a medium is watched alone on this site; null where only its own program knows. */
export function watchLink(
  contentId: string,
  url: string | undefined,
): { readonly to: 'title'; readonly titleId: string } | { readonly to: 'url'; readonly url: string } | null {
  if (contentId.startsWith(TITLE_PREFIX)) return { to: 'title', titleId: contentId.slice(TITLE_PREFIX.length) };
  return url === undefined ? null : { to: 'url', url };
}
