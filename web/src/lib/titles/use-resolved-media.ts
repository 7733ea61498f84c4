import { isServedKind, type MediaRef, type ResolvedMedia } from '@cowatch/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { fetchMedia } from './api.ts';

/** The server answers at once and asks the service meanwhile: so soon there may be news, in milliseconds. */
const NEWS_MS = 1200;
const NEWS_TRIES = 5;
/** What was answered counts for so long, in milliseconds. */
const FRESH_MS = 60_000;

/** What the server knows of a link, before anything is started with it; what its service says of it comes a little later. */
export function useResolvedMedia(ref: MediaRef): ResolvedMedia | undefined {
  const { data } = useQuery({
    queryKey: ['media', ref],
    queryFn: () => fetchMedia(ref),
    staleTime: FRESH_MS,
    retry: false,
    refetchInterval: ({ state }) => (mayHaveNews(state.data) && state.dataUpdateCount < NEWS_TRIES ? NEWS_MS : false),
  });
  return data;
}

/** A file has no title but that of its address. */
const mayHaveNews = (media: ResolvedMedia | undefined) => media !== undefined && media.title === null && !isServedKind(media.kind);
