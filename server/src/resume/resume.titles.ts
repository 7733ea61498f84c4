import type { ResumeMedia } from '@cowatch/shared/resume';
import type { TitleCatalog } from '../titles/index.ts';
import { TITLES_ASKED_MAX } from './resume.limits.ts';

/** A medium that somebody has watched, as they have it. */
interface Watched {
  readonly contentId: string;
  readonly media: ResumeMedia | null;
}

/** Gives what was saved without a title the one that is known of it by now; what is not known is asked for, for the next time. */
export async function withTitles<T extends Watched>(titles: Pick<TitleCatalog, 'known' | 'resolve'>, watched: readonly T[]): Promise<T[]> {
  const untitled = watched.filter(({ media }) => media !== null && media.title === null);
  if (untitled.length === 0) return [...watched];
  const known = await titles.known(untitled.map(({ contentId }) => contentId));
  const unknown = untitled.filter(({ contentId }) => !known.has(contentId) && !contentId.startsWith('url:'));
  for (const { media } of unknown.slice(0, TITLES_ASKED_MAX)) {
    // Whatever was watched once need not be a link today.
    if (media !== null) titles.resolve({ url: media.url }).catch(() => {});
  }
  return watched.map((one) => {
    const title = one.media?.title === null ? (known.get(one.contentId)?.title ?? null) : null;
    return title === null || one.media === null ? one : { ...one, media: { ...one.media, title } };
  });
}
