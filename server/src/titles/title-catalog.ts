import { contentIdOf, parseMediaUrl } from '@cowatch/shared/media';
import { CodedError, isServedKind, type Media, type MediaRef } from '@cowatch/shared/protocol';

/** A medium, and where it asks to begin, in seconds. */
export interface ResolvedTitle {
  readonly media: Media;
  readonly startS: number;
}

/** What is known of a title beside its address. */
export interface TitleFacts {
  readonly contentId: string;
  /** As its service calls it, cleaned; null where the service does not say. */
  readonly title: string | null;
  /** Seconds, as its service says: to be shown. A party's own length is what its host stated. Null where it is not known. */
  readonly durationS: number | null;
  /** Is there a picture of it for everybody? */
  readonly hasPicture: boolean;
}

declare module '../platform/events/event-bus.ts' {
  interface EventMap {
    /**
     * This instance has learned what a title is called; emitted again by each instance that learns it, and after a restart.
     * Who takes a medium without a title into what they keep asks `TitleCatalog.learn` once that is written: the event may
     * have come before.
     */
    'title.known': TitleFacts & { readonly title: string };
  }
}

/** What a link or a title of this server is. */
export interface TitleCatalog {
  /**
   * Never waits for a service: the title of a link is there where this instance knows it already. What is not known is asked
   * for in the background.
   * @throws CodedError `bad_request` for an address nobody can play, `not_found` for a title that is not here,
   * `unavailable` where that cannot be told now.
   */
  resolve(ref: MediaRef): Promise<ResolvedTitle>;
  /**
   * What is known of a medium; its service is asked where nothing is, once for all who ask meanwhile. Null where nobody can say.
   * May take seconds. Never rejects.
   */
  learn(media: Pick<Media, 'id' | 'url' | 'kind' | 'title' | 'durationS'>): Promise<TitleFacts | null>;
  /** What is known of titles already, by content id; asks no service. Empty while the database is away. Never rejects. */
  known(contentIds: readonly string[]): Promise<ReadonlyMap<string, TitleFacts>>;
}

/** A collection of titles behind the catalog. */
export interface TitleSource {
  /** Null where the title is none of its own. @throws CodedError `unavailable` */
  find(titleId: string): Promise<Media | null>;
}

/** What is known of links, asked of their services. */
export interface LinkFacts extends Pick<TitleCatalog, 'learn' | 'known'> {
  /** What this instance knows at once; null where it would have to ask. */
  atOnce(contentId: string): TitleFacts | null;
}

/** The catalog of links, and of the titles of all sources, the first one first. */
export function createTitleCatalog(sources: readonly TitleSource[], links: LinkFacts): TitleCatalog {
  return {
    learn: (media) => links.learn(media),
    known: (contentIds) => links.known(contentIds),
    async resolve(ref) {
      if (!('titleId' in ref)) return resolveLink(ref, links);
      for (const source of sources) {
        const media = await source.find(ref.titleId);
        if (media !== null) return { media, startS: 0 };
      }
      throw new CodedError('not_found', 'There is no such title here.');
    },
  };
}

/** The address is read, and nothing is fetched from it before the answer. */
function resolveLink({ url, kind }: Extract<MediaRef, { readonly url: string }>, links: LinkFacts): ResolvedTitle {
  const parsed = parseMediaUrl(url);
  if (kind !== undefined && !isServedKind(parsed.kind)) {
    throw new CodedError('bad_request', 'The kind of a link of a service is its own.');
  }
  const id = contentIdOf(parsed);
  const title = links.atOnce(id)?.title ?? null;
  const media: Media = { id, url: parsed.url, kind: kind ?? parsed.kind, title, durationS: null };
  void links.learn(media);
  return { media, startS: parsed.startS };
}
