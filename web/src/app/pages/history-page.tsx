import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { History as HistoryIcon, Pause, Play, SearchX, Trash2, X } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clearHistory, fetchHistory, fetchPlaces, forgetTitle, pauseHistory } from '../../features/resume/api.ts';
import { forgetPictures, historyDays } from '../../features/resume/index.ts';
import { useTitleName } from '../../lib/titles/use-title-name.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/fields/text-field.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { NoticePage } from '../../ui/notice-page.tsx';
import { LazyConfirmDialog } from '../../ui/overlays/lazy-dialogs.tsx';
import { LINK_BUTTON } from '../layout/link-button.ts';
import { Page } from '../layout/page.tsx';
import { DownloadDataButton } from './download-data-button.tsx';
import { HistoryList, HistoryWaiting } from './history/history-list.tsx';

const HISTORY_QUERY = ['history'];
const PLACES_QUERY = ['places'];

/** What was watched, and what becomes of it: find one, forget one, forget all, write nothing, take everything along. */
export function HistoryPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const nameOf = useTitleName();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const query = useDeferredValue(text.trim());
  const [asking, setAsking] = useState<{ readonly contentId: string; readonly name: string } | 'all' | null>(null);
  const history = useInfiniteQuery({
    queryKey: HISTORY_QUERY,
    queryFn: ({ pageParam }) => fetchHistory(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
  const entries = useMemo(() => history.data?.pages.flatMap((page) => page.entries) ?? [], [history.data]);
  const contentIds = useMemo(() => [...new Set(entries.map(({ contentId }) => contentId))], [entries]);
  const places = useQuery({
    queryKey: [...PLACES_QUERY, contentIds],
    queryFn: () => fetchPlaces(contentIds),
    enabled: contentIds.length > 0,
    // What is known of the first ones stays while more are asked about.
    placeholderData: (before) => before,
    staleTime: 0,
  });
  const known = useMemo(() => new Map(places.data?.map((place) => [place.contentId, place])), [places.data]);
  const days = useMemo(() => historyDays(entries, nameOf, query), [entries, nameOf, query]);

  // Whoever looks for something looks in all of it.
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError } = history;
  const isLooking = query !== '' && hasNextPage && !isError;
  useEffect(() => {
    if (isLooking && !isFetchingNextPage) void fetchNextPage();
  }, [isLooking, isFetchingNextPage, fetchNextPage]);

  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: HISTORY_QUERY });
    await queries.invalidateQueries({ queryKey: PLACES_QUERY });
  };
  const forget = useMutation({
    mutationFn: async (contentId: string) => {
      await forgetTitle(contentId);
      await forgetPictures(contentId);
    },
    onSettled: refresh,
  });
  const clear = useMutation({
    mutationFn: async () => {
      await clearHistory();
      await forgetPictures();
    },
    onSettled: refresh,
  });
  const pause = useMutation({ mutationFn: pauseHistory, onSettled: refresh });
  const paused = history.data?.pages[0]?.paused ?? false;
  const failed = [forget, clear, pause].some((change) => change.isError) || isError;
  const found = days.reduce((count, { items }) => count + items.length, 0);
  const empty = history.isSuccess && entries.length === 0;
  const endSearch = () => {
    setText('');
    field.current?.focus();
  };

  return (
    <Page>
      <title>{t('history.titlePage')}</title>
      <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col gap-6 px-4 pt-6 pb-16 sm:px-6">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <h1 className="text-2xl font-bold">{t('history.title')}</h1>
          <div className="flex flex-wrap gap-2">
            <Button
              icon={paused ? <Play aria-hidden className="size-4" /> : <Pause aria-hidden className="size-4" />}
              busy={pause.isPending}
              onClick={() => pause.mutate(!paused)}
            >
              {paused ? t('history.goOn') : t('history.pause')}
            </Button>
            <DownloadDataButton />
            {empty ? null : (
              <Button variant="dangerGhost" icon={<Trash2 aria-hidden className="size-4" />} onClick={() => setAsking('all')}>
                {t('history.clear')}
              </Button>
            )}
          </div>
        </div>
        {paused ? (
          <p role="status" className="rounded-card border border-line bg-surface p-4">
            <span className="block font-semibold">{t('history.paused')}</span>
            <span className="block text-sm text-muted">{t('history.pausedText')}</span>
          </p>
        ) : null}
        {failed ? (
          <p role="alert" className="flex flex-wrap items-center gap-3 text-sm text-danger">
            {t('history.failed')}
            <Button onClick={() => void history.refetch()}>{t('app.tryAgain')}</Button>
          </p>
        ) : null}
        {empty ? null : (
          <search>
            <TextField
              ref={field}
              label={t('history.search')}
              labelHidden
              placeholder={t('history.search')}
              type="search"
              fieldClassName="[&::-webkit-search-cancel-button]:hidden"
              enterKeyHint="search"
              autoComplete="off"
              value={text}
              onChange={(event) => setText(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === 'Escape' && text !== '') {
                  event.preventDefault();
                  endSearch();
                }
              }}
              end={
                text === '' ? null : (
                  <IconButton label={t('history.searchClear')} icon={<X aria-hidden className="size-4.5" />} onClick={endSearch} />
                )
              }
            />
          </search>
        )}
        <p role="status" className="sr-only">
          {history.isPending
            ? t('history.loading')
            : query === ''
              ? ''
              : isLooking
                ? t('history.looking')
                : t('history.found', { count: found })}
        </p>
        {history.isPending ? <HistoryWaiting /> : null}
        {empty ? (
          <NoticePage
            icon={<HistoryIcon className="size-7" />}
            title={t('history.empty')}
            text={t('history.emptyText')}
            actions={
              <Link to="/" className={LINK_BUTTON}>
                {t('app.toHome')}
              </Link>
            }
          />
        ) : null}
        <HistoryList
          days={days}
          placeOf={(contentId) => known.get(contentId)}
          onForget={({ contentId }, name) => setAsking({ contentId, name })}
        />
        {query !== '' && found === 0 && !isLooking && !empty ? (
          <NoticePage
            icon={<SearchX className="size-7" />}
            title={t('history.nothingFound', { query })}
            text={t('history.nothingFoundText')}
            actions={<Button onClick={endSearch}>{t('history.searchClear')}</Button>}
          />
        ) : null}
        {isLooking ? <p className="text-center text-sm text-muted">{t('history.looking')}</p> : null}
        {hasNextPage && query === '' ? (
          <Button className="self-center" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('history.more')}
          </Button>
        ) : null}
      </div>
      <LazyConfirmDialog
        open={asking !== null}
        title={asking === 'all' ? t('history.clearAsk') : t('history.forgetAsk', { title: asking?.name ?? '' })}
        text={asking === 'all' ? t('history.clearText') : t('history.forgetText')}
        confirmLabel={asking === 'all' ? t('history.clearDo') : t('history.forgetDo')}
        cancelLabel={t('app.cancel')}
        onConfirm={() => {
          if (asking === 'all') clear.mutate();
          else if (asking !== null) forget.mutate(asking.contentId);
          setAsking(null);
        }}
        onClose={() => setAsking(null)}
      />
    </Page>
  );
}
