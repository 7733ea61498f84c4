import { Pause, Play, Trash2, X } from 'lucide-react';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { TextField } from '../../../ui/fields/text-field.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { DownloadDataButton } from '../download-data-button.tsx';
import type { History } from './use-history.ts';

/** The title of the page, and what can be done with all of the history. */
export function HistoryHead({ history, onClear }: { readonly history: History; readonly onClear: () => void }) {
  const { t } = useTranslation();
  const { isPaused, pause } = history;
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <h1 className="text-2xl font-bold">{t('history.title')}</h1>
      <div className="flex flex-wrap gap-2">
        <Button
          icon={isPaused ? <Play aria-hidden className="size-4" /> : <Pause aria-hidden className="size-4" />}
          busy={pause.isPending}
          onClick={() => pause.mutate(!isPaused)}
        >
          {isPaused ? t('history.goOn') : t('history.pause')}
        </Button>
        <DownloadDataButton />
        {history.isEmpty ? null : (
          <Button variant="dangerGhost" icon={<Trash2 aria-hidden className="size-4" />} onClick={onClear}>
            {t('history.clear')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** That nothing new is written, or that something did not work. */
export function HistoryNotes({ history }: { readonly history: History }) {
  const { t } = useTranslation();
  return (
    <>
      {history.isPaused ? (
        <p role="status" className="card p-4">
          <span className="block font-semibold">{t('history.paused')}</span>
          <span className="block text-sm text-muted">{t('history.pausedText')}</span>
        </p>
      ) : null}
      {history.failed ? (
        <p role="alert" className="flex flex-wrap items-center gap-3 text-sm text-danger">
          {t('history.failed')}
          <Button onClick={history.retry}>{t('app.tryAgain')}</Button>
        </p>
      ) : null}
    </>
  );
}

export interface HistorySearchProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onEnd: () => void;
}

export function HistorySearch({ ref, text, onText, onEnd }: HistorySearchProps) {
  const { t } = useTranslation();
  return (
    <search>
      <TextField
        ref={ref}
        label={t('history.search')}
        labelHidden
        placeholder={t('history.search')}
        type="search"
        fieldClassName="[&::-webkit-search-cancel-button]:hidden"
        enterKeyHint="search"
        autoComplete="off"
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault();
            onEnd();
          }
        }}
        end={
          text === '' ? null : <IconButton label={t('history.searchClear')} icon={<X aria-hidden className="size-4.5" />} onClick={onEnd} />
        }
      />
    </search>
  );
}
