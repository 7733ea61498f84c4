import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, History as HistoryIcon, Pause, Play, Trash2, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { watchLink } from '../../features/resume/index.ts';
import { clearHistory, fetchHistory, forgetTitle, pauseHistory } from '../../lib/api.ts';
import { useTitleName } from '../../lib/use-title-name.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { LazyConfirmDialog } from '../../ui/lazy-dialogs.tsx';
import { NoticePage } from '../../ui/notice-page.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { LINK_BUTTON } from '../layout/link-button.ts';
import { Page } from '../layout/page.tsx';
import { DownloadDataButton } from './download-data-button.tsx';

const HISTORY_QUERY = ['history'];

/** What was watched, and what becomes of it: forget one, forget all, write nothing, take everything along. */
export function HistoryPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const nameOf = useTitleName();
  const [asking, setAsking] = useState<{ readonly contentId: string; readonly name: string } | 'all' | null>(null);
  const history = useInfiniteQuery({
    queryKey: HISTORY_QUERY,
    queryFn: ({ pageParam }) => fetchHistory(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: HISTORY_QUERY });
  const forget = useMutation({ mutationFn: forgetTitle, onSettled: refresh });
  const clear = useMutation({ mutationFn: clearHistory, onSettled: refresh });
  const pause = useMutation({ mutationFn: pauseHistory, onSettled: refresh });
  const entries = history.data?.pages.flatMap((page) => page.entries) ?? [];
  const paused = history.data?.pages[0]?.paused ?? false;
  const failed = [forget, clear, pause].some(({ isError }) => isError) || history.isError;
  const when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });

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
            {entries.length > 0 ? (
              <Button
                variant="dangerGhost"
                icon={<Trash2 aria-hidden className="size-4" />}
                onClick={() => setAsking('all')}
              >
                {t('history.clear')}
              </Button>
            ) : null}
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
        {history.isPending ? (
          <div role="status" className="flex flex-1 items-center justify-center">
            <Spinner className="size-8 animate-late" />
            <span className="sr-only">{t('history.loading')}</span>
          </div>
        ) : null}
        {history.isSuccess && entries.length === 0 ? (
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
        <ul className="flex flex-col gap-2">
          {entries.map((entry) => {
            const name = nameOf(entry);
            return (
              <li
                key={`${entry.contentId} ${entry.begunAtMs}`}
                className="flex min-w-0 items-center gap-3 rounded-card border border-line bg-surface py-2 pr-1 pl-4"
              >
                <div className="min-w-0 flex-1">
                  <TitleLink contentId={entry.contentId} url={entry.media?.url}>
                    {name}
                  </TitleLink>
                  <p className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
                    <time dateTime={new Date(entry.begunAtMs).toISOString()}>{when.format(entry.begunAtMs)}</time>
                    {entry.completedAtMs === null ? null : (
                      <span className="inline-flex items-center gap-1">
                        <Check aria-hidden className="size-3.5" />
                        {t('history.completed')}
                      </span>
                    )}
                  </p>
                </div>
                <IconButton
                  label={t('history.forget', { title: name })}
                  icon={<X aria-hidden className="size-4.5" />}
                  onClick={() => setAsking({ contentId: entry.contentId, name })}
                />
              </li>
            );
          })}
        </ul>
        {history.hasNextPage ? (
          <Button
            className="self-center"
            busy={history.isFetchingNextPage}
            onClick={() => void history.fetchNextPage()}
          >
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

function TitleLink(props: {
  readonly contentId: string;
  readonly url: string | undefined;
  readonly children: ReactNode;
}) {
  const link = watchLink(props.contentId, props.url);
  const face = 'block truncate font-semibold';
  if (link === null) return <p className={face}>{props.children}</p>;
  return link.to === 'title' ? (
    <Link to="/watch/$titleId" params={{ titleId: link.titleId }} className={face}>
      {props.children}
    </Link>
  ) : (
    <Link to="/watch" search={{ url: link.url }} className={face}>
      {props.children}
    </Link>
  );
}
