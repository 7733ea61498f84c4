import type { HistoryEntry } from '@cowatch/shared/protocol';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { clearHistory, fetchHistory, fetchPlaces, forgetTitle, pauseHistory } from '../../../features/resume/api.ts';
import { historyDays } from '../../../features/resume/index.ts';

const HISTORY_QUERY = ['history'];
const PLACES_QUERY = ['places'];

/** What was watched as far as it is loaded, of it what has the words of `query`, and what can be done with it. */
export function useHistory(query: string, nameOf: (entry: HistoryEntry) => string) {
  const history = useInfiniteQuery({
    queryKey: HISTORY_QUERY,
    queryFn: ({ pageParam }) => fetchHistory(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
  const entries = useMemo(() => history.data?.pages.flatMap((page) => page.entries) ?? [], [history.data]);
  const days = useMemo(() => historyDays(entries, nameOf, query), [entries, nameOf, query]);
  const places = usePlaces(entries);

  // A search is a search of all of it.
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = history;
  const isLooking = query !== '' && hasNextPage && !isError;
  useEffect(() => {
    if (isLooking && !isFetchingNextPage) void fetchNextPage();
  }, [isLooking, isFetchingNextPage, fetchNextPage]);

  const changes = useChanges();
  return {
    days,
    placeOf: (contentId: string) => places.get(contentId),
    isPending: history.isPending,
    isEmpty: history.isSuccess && entries.length === 0,
    isPaused: history.data?.pages[0]?.paused ?? false,
    isLooking,
    /** How many titles there are on all days that are shown. */
    found: days.reduce((count, { items }) => count + items.length, 0),
    more: hasNextPage ? { isFetching: isFetchingNextPage, fetch: () => void fetchNextPage() } : null,
    failed: isError || changes.failed,
    retry: () => void history.refetch(),
    forget: changes.forget,
    clear: changes.clear,
    pause: changes.pause,
  };
}

export type History = ReturnType<typeof useHistory>;

/** Where one is in the titles of the history now. */
function usePlaces(entries: readonly HistoryEntry[]) {
  const contentIds = useMemo(() => [...new Set(entries.map(({ contentId }) => contentId))], [entries]);
  const places = useQuery({
    queryKey: [...PLACES_QUERY, contentIds],
    queryFn: () => fetchPlaces(contentIds),
    enabled: contentIds.length > 0,
    // What is known of the first ones stays while more are asked about.
    placeholderData: (before) => before,
    staleTime: 0,
  });
  return useMemo(() => new Map(places.data?.map((place) => [place.contentId, place])), [places.data]);
}

function useChanges() {
  const queries = useQueryClient();
  const onSettled = async () => {
    await queries.invalidateQueries({ queryKey: HISTORY_QUERY });
    await queries.invalidateQueries({ queryKey: PLACES_QUERY });
  };
  const forget = useMutation({
    mutationFn: forgetTitle,
    onSettled,
  });
  const clear = useMutation({
    mutationFn: clearHistory,
    onSettled,
  });
  const pause = useMutation({ mutationFn: pauseHistory, onSettled });
  return { forget, clear, pause, failed: [forget, clear, pause].some((change) => change.isError) };
}
