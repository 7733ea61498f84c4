import type { QueueClient } from '@cowatch/shared/client';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { troubleWords } from '../../../lib/titles/use-link-check.ts';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { ProgressBar } from '../../../ui/progress-bar.tsx';
import { noRoomWords, refusalWords } from '../refusal-words.ts';
import type { AddProgress } from './add-links.ts';
import type { Adding } from './use-adding.ts';

/** How many of the lines that could not be used are shown. */
const LINES_SHOWN = 3;

export interface AddNoteProps {
  readonly adding: Adding;
  readonly progress: AddProgress;
  readonly queue: QueueClient;
}

/** How adding a list goes; and how it went, with what could not be added, until it is put away. */
export function AddNote({ adding, progress, queue }: AddNoteProps) {
  const { t } = useTranslation();
  const { total, done, added, lines, full, error, running } = progress;
  if (running) {
    const words = t('queue.adding', { done, total });
    return (
      <div className="flex items-center gap-3">
        <div className="min-w-0 flex-1">
          <p role="status" className="mb-1 text-sm text-muted">
            {words}
          </p>
          <ProgressBar label={words} value={done} max={total} />
        </div>
        <Button variant="ghost" onClick={adding.stop}>
          {t('queue.addingStop')}
        </Button>
      </div>
    );
  }
  return (
    <div className="flex items-start gap-1 rounded-control bg-raised ps-3">
      <div role="status" className="min-w-0 flex-1 py-2.5 text-sm">
        <p className="font-semibold">
          {total === 0
            ? t('queue.fileEmpty')
            : added === total
              ? t('queue.listAdded', { count: added })
              : t('queue.listPart', { done: added, total })}
        </p>
        {full ? <p>{noRoomWords(t, queue.view.items.length)}</p> : null}
        {error ? <p>{error.code === 'conflict' ? noRoomWords(t, queue.view.items.length) : refusalWords(t, error)}</p> : null}
        {lines.length > 0 && total > 0 ? (
          <>
            <p className="mt-1">{t('queue.lines', { count: lines.length })}</p>
            <ul className="text-muted">
              {lines.slice(0, LINES_SHOWN).map((line, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a list that never changes
                <li key={index} className="mt-1">
                  <bdi className="block truncate font-mono text-xs">{line.text}</bdi>
                  {troubleWords(t, { kind: 'link', problem: line.problem, service: line.service })}
                </li>
              ))}
            </ul>
            {lines.length > LINES_SHOWN ? (
              <p className="mt-1 text-muted">{t('queue.linesMore', { count: lines.length - LINES_SHOWN })}</p>
            ) : null}
          </>
        ) : null}
      </div>
      <IconButton label={t('queue.dismiss')} icon={<X aria-hidden className="size-4" />} onClick={adding.dismiss} />
    </div>
  );
}
