import { contentIdOf, parseMediaUrl } from '@cowatch/shared/media';
import { CodedError, isServedKind, type Media, type MediaRef } from '@cowatch/shared/protocol';

/** A medium, and where it asks to begin, in seconds. */
export interface ResolvedTitle {
  readonly media: Media;
  readonly startS: number;
}

/** What a link or a title of this server is. */
export interface TitleCatalog {
  /**
   * @throws CodedError `bad_request` for an address nobody can play, `not_found` for a title that is not here,
   * `unavailable` where that cannot be told now.
   */
  resolve(ref: MediaRef): Promise<ResolvedTitle>;
}

/** A collection of titles behind the catalog. */
export interface TitleSource {
  /** Null where the title is none of its own. @throws CodedError `unavailable` */
  find(titleId: string): Promise<Media | null>;
}

/** The catalog of links, and of the titles of all sources, the first one first. */
export function createTitleCatalog(sources: readonly TitleSource[]): TitleCatalog {
  return {
    async resolve(ref) {
      if (!('titleId' in ref)) return resolveLink(ref);
      for (const source of sources) {
        const media = await source.find(ref.titleId);
        if (media !== null) return { media, startS: 0 };
      }
      throw new CodedError('not_found', 'There is no such title here.');
    },
  };
}

/** Only the address is read: nothing is fetched from it. */
function resolveLink({ url, kind }: Extract<MediaRef, { readonly url: string }>): ResolvedTitle {
  const parsed = parseMediaUrl(url);
  if (kind !== undefined && !isServedKind(parsed.kind)) {
    throw new CodedError('bad_request', 'The kind of a link of a service is its own.');
  }
  const media: Media = { id: contentIdOf(parsed), url: parsed.url, kind: kind ?? parsed.kind, title: null, durationS: null };
  return { media, startS: parsed.startS };
}
