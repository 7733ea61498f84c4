import type { Media, MediaRef } from '@cowatch/shared/protocol';

const TITLE_PREFIX = 'title:';

/** How to ask for the same medium again. */
export function mediaRefOf(media: Pick<Media, 'id' | 'url'>): MediaRef {
  return media.id.startsWith(TITLE_PREFIX) ? { titleId: media.id.slice(TITLE_PREFIX.length) } : { url: media.url };
}

/** A name for a medium that has none: the last speaking part of its address. */
export function mediaNameFromUrl(url: string): string {
  try {
    const parsed = new URL(url, 'http://here.invalid');
    const last = decodeURIComponent(parsed.pathname.split('/').filter(Boolean).at(-1) ?? '');
    const words = last
      .replace(/\.[a-z0-9]{2,5}$/i, '')
      .replace(/[-_.+]+/g, ' ')
      .trim();
    const host = parsed.hostname.replace(/^www\./, '');
    return /[a-z]{3}/i.test(words) && words.length <= 60 && !/^watch$/i.test(words) ? words : host;
  } catch {
    return url;
  }
}
