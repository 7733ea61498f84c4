import { Link } from '@tanstack/react-router';
import { History as HistoryIcon, SearchX } from 'lucide-react';
import { useDeferredValue, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTitleName } from '../../lib/titles/use-title-name.ts';
import { Button } from '../../ui/button.tsx';
import { NoticePage } from '../../ui/notice-page.tsx';
import { LINK_BUTTON } from '../layout/link-button.ts';
import { Page } from '../layout/page.tsx';
import { ForgetDialog, type Forgetting } from './history/forget-dialog.tsx';
import { HistoryHead, HistoryNotes, HistorySearch } from './history/history-head.tsx';
import { HistoryList, HistoryWaiting } from './history/history-list.tsx';
import { type History, useHistory } from './history/use-history.ts';

/** What was watched, and what becomes of it: find one, forget one, forget all, write nothing, take everything along. */
export function HistoryPage() {
  const { t } = useTranslation();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const query = useDeferredValue(text.trim());
  const [asking, setAsking] = useState<Forgetting>(null);
  const history = useHistory(query, useTitleName());
  const endSearch = () => {
    setText('');
    field.current?.focus();
  };
  return (
    <Page>
      <title>{t('history.titlePage')}</title>
      <div className="mx-auto flex w-full max-w-3xl flex-1 flex-col gap-6 px-4 pt-6 pb-16 sm:px-6">
        <HistoryHead history={history} onClear={() => setAsking('all')} />
        <HistoryNotes history={history} />
        {history.isEmpty ? null : <HistorySearch ref={field} text={text} onText={setText} onEnd={endSearch} />}
        <Standing history={history} query={query} />
        {history.isPending ? <HistoryWaiting /> : null}
        {history.isEmpty ? <NothingYet /> : null}
        <HistoryList days={history.days} placeOf={history.placeOf} onForget={({ contentId }, name) => setAsking({ contentId, name })} />
        <AfterList history={history} query={query} onEndSearch={endSearch} />
      </div>
      <ForgetDialog
        asking={asking}
        onConfirm={() => {
          if (asking === 'all') history.clear.mutate();
          else if (asking !== null) history.forget.mutate(asking.contentId);
          setAsking(null);
        }}
        onClose={() => setAsking(null)}
      />
    </Page>
  );
}

interface PartProps {
  readonly history: History;
  readonly query: string;
}

/** How loading and looking stand, for screen readers. */
function Standing({ history, query }: PartProps) {
  const { t } = useTranslation();
  const words = () => {
    if (history.isPending) return t('history.loading');
    if (query === '') return '';
    return history.isLooking ? t('history.looking') : t('history.found', { count: history.found });
  };
  return (
    <p role="status" className="sr-only">
      {words()}
    </p>
  );
}

function NothingYet() {
  const { t } = useTranslation();
  return (
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
  );
}

/** Below the list: that nothing was found, that more is looked for, or that there is more. */
function AfterList({ history, query, onEndSearch }: PartProps & { readonly onEndSearch: () => void }) {
  const { t } = useTranslation();
  const { found, isLooking, isEmpty, more } = history;
  return (
    <>
      {query !== '' && found === 0 && !isLooking && !isEmpty ? (
        <NoticePage
          icon={<SearchX className="size-7" />}
          title={t('history.nothingFound', { query })}
          text={t('history.nothingFoundText')}
          actions={<Button onClick={onEndSearch}>{t('history.searchClear')}</Button>}
        />
      ) : null}
      {isLooking ? <p className="text-center text-sm text-muted">{t('history.looking')}</p> : null}
      {more && query === '' ? (
        <Button className="self-center" busy={more.isFetching} onClick={more.fetch}>
          {t('history.more')}
        </Button>
      ) : null}
    </>
  );
}
