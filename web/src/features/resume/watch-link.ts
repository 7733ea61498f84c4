import { contentIdOf, parseMediaUrl } from '@cowatch/shared/media';
import type { Media } from '@cowatch/shared/protocol';

const TITLE_PREFIX = 'title:';
const SAMPLE: Media = {
  ...{ id: 'title:sample', url: '/media/sample.mp4', kind: 'file', title: null, durationS: null },
};

/** What a link of this site plays alone; null where it names nothing that can be played. */
export function mediaToWatch(link: {
  readonly url?: string | undefined;
  readonly titleId?: string | undefined;
}): Media | null {
  if (link.titleId !== undefined) return `${TITLE_PREFIX}${link.titleId}` === SAMPLE.id ? SAMPLE : null;
  if (link.url === undefined) return null;
  try {
    const parsed = parseMediaUrl(link.url);
    return { id: contentIdOf(parsed), url: parsed.url, kind: parsed.kind, title: null, durationS: null };
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
