import { DASH_NAME, HLS_NAME } from '@cowatch/shared/media';
import { isServedKind, type Media, type MediaRef, type ServedKind } from '@cowatch/shared/protocol';

const TITLE_PREFIX = 'title:';

/** How to ask for the same medium again; with its kind where its address says something else. */
export function mediaRefOf({ id, url, kind }: Pick<Media, 'id' | 'url' | 'kind'>): MediaRef {
  if (id.startsWith(TITLE_PREFIX)) return { titleId: id.slice(TITLE_PREFIX.length) };
  return !isServedKind(kind) || kind === statedKind(url) ? { url } : { url, kind };
}

/** What an address that is none of a service says that it serves. */
function statedKind(url: string): ServedKind {
  const path = /^[^?#]*/.exec(url)?.[0] ?? '';
  return HLS_NAME.test(path) ? 'hls' : DASH_NAME.test(path) ? 'dash' : 'file';
}
