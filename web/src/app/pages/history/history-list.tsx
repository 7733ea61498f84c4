import type { HistoryEntry, ResumeEntry } from '@cowatch/shared/protocol';
import { Check, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { dayName, type historyDays, placeWords, shareOf } from '../../../features/resume/index.ts';
import { IconButton } from '../../../ui/icon-button.tsx';
import { TitlePicture } from '../../../ui/title-picture.tsx';
import { WatchTitleLink } from '../../layout/watch-title-link.tsx';

export interface HistoryListProps {
  readonly days: ReturnType<typeof historyDays>;
  /** Where one is in a title now; undefined while that is not known, or where nothing is. */
  readonly placeOf: (contentId: string) => ResumeEntry | undefined;
  readonly onForget: (entry: HistoryEntry, name: string) => void;
}

const ROW = 'flex min-h-22 min-w-0 items-center gap-1 card pe-1';

/** What was watched, day by day. */
export function HistoryList({ days, placeOf, onForget }: HistoryListProps) {
  const { t } = useTranslation();
  const language = document.documentElement.lang;
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
  return (
    <div className="flex flex-col gap-8">
      {days.map(({ atMs, items }) => (
        <section key={atMs} aria-labelledby={`day-${atMs}`}>
          <h2 id={`day-${atMs}`} className="text-sm font-semibold text-muted">
            {dayName(atMs, Date.now(), language)}
          </h2>
          <ul className="mt-2 flex flex-col gap-2">
            {items.map(({ entry, name, isNewest }) => {
              const place = isNewest ? placeOf(entry.contentId) : undefined;
              const completed = entry.completedAtMs !== null || place?.state === 'completed';
              const share = completed ? 1 : place ? shareOf(place) : null;
              return (
                <li key={entry.contentId} className={`${ROW} transition-colors duration-150 hover:border-line-strong`}>
                  <WatchTitleLink
                    contentId={entry.contentId}
                    url={entry.media?.url}
                    className="flex min-w-0 flex-1 items-center gap-3 rounded-card p-2.5 sm:gap-4"
                  >
                    <TitlePicture contentId={entry.contentId} name={name} share={share} className="w-28 sm:w-36" />
                    <span className="min-w-0 flex-1">
                      <span dir="auto" className="film-name line-clamp-2 font-semibold wrap-anywhere">
                        {name}
                      </span>
                      <span className="mt-0.5 flex flex-wrap items-center gap-x-3 text-sm text-muted">
                        <time dateTime={new Date(entry.begunAtMs).toISOString()} className="tabular">
                          {time.format(entry.begunAtMs)}
                        </time>
                        {completed ? (
                          <span className="inline-flex items-center gap-1">
                            <Check aria-hidden className="size-3.5 shrink-0" />
                            {t('history.completed')}
                          </span>
                        ) : place && place.positionMs > 0 ? (
                          <span>{placeWords(place, t)}</span>
                        ) : null}
                      </span>
                    </span>
                  </WatchTitleLink>
                  <IconButton
                    label={t('history.forget', { title: name })}
                    icon={<X aria-hidden className="size-4.5" />}
                    onClick={() => onForget(entry, name)}
                  />
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </div>
  );
}

const WAITING = ['a', 'b', 'c', 'd', 'e'];

/** The room that the list will take, so that nothing moves when it is there. */
export function HistoryWaiting() {
  return (
    <div aria-hidden className="animate-late">
      <span className="block h-5 w-20 rounded-control bg-raised" />
      <ul className="mt-2 flex flex-col gap-2">
        {WAITING.map((key) => (
          <li key={key} className={`${ROW} gap-3 p-2.5 sm:gap-4`}>
            <span className="aspect-video w-28 shrink-0 rounded-control bg-raised sm:w-36" />
            <span className="h-4 w-2/5 rounded-control bg-raised" />
          </li>
        ))}
      </ul>
    </div>
  );
}
