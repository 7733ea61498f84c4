import type { Media, MediaRef } from '@cowatch/shared/protocol';

const TITLE_PREFIX = 'title:';

/** How to ask for the same medium again. */
export function mediaRefOf(media: Pick<Media, 'id' | 'url'>): MediaRef {
  return media.id.startsWith(TITLE_PREFIX) ? { titleId: media.id.slice(TITLE_PREFIX.length) } : { url: media.url };
}
