import './panel-words.ts';
import './queue.css';
import type { QueueOutcome, QueueViewItem, SessionClient } from '@cowatch/shared/client';
import { ListVideo } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../lib/format-time.ts';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import { useTitleName } from '../../lib/titles/use-title-name.ts';
import { AlertText } from '../../ui/alert-text.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { Tag } from '../../ui/tag.tsx';
import { AddForm } from './adding/add-form.tsx';
import { DropZone } from './adding/drop-zone.tsx';
import { LIST_FILE_MAX_BYTES, useAdding } from './adding/use-adding.ts';
import { HistoryList } from './list/history-list.tsx';
import { QueueList } from './list/queue-list.tsx';
import { NowPlaying } from './now-playing.tsx';
import { QueueOptions } from './queue-options.tsx';
import { refusalWords } from './refusal-words.ts';
import { UndoChip } from './undo-chip.tsx';
import { useQueueView } from './use-queue-view.ts';

export interface QueuePanelProps {
  readonly client: SessionClient;
  /** What is on, as people call it. */
  readonly mediaTitle: string;
}

/** What comes after what is on: adding, ordering and voting, and what was on before. */
export function QueuePanel({ client, mediaTitle }: QueuePanelProps) {
  const { t } = useTranslation();
  const { queue } = client;
  const adding = useAdding(queue);
  const [said, setSaid] = useState('');
  const [fileTrouble, setFileTrouble] = useState<string | null>(null);
  const { refusal, lastTitle, onOutcome } = useOutcomes();
  const canQueue = useQueueView(queue, ({ you }) => you.canQueue);
  const hasRefusal = refusal !== null;

  const takeFile = async (file: File) => {
    setFileTrouble(null);
    if (file.size > LIST_FILE_MAX_BYTES) setFileTrouble(t('queue.fileTooLarge'));
    else adding.list(await file.text());
  };
  const done = useCallback((outcome: QueueOutcome) => onOutcome(outcome, null), [onOutcome]);
  return (
    <DropZone enabled={canQueue} onFile={takeFile} onText={adding.list}>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <AddForm
          queue={queue}
          adding={adding}
          onFile={takeFile}
          fileTrouble={fileTrouble}
          onInput={() => setFileTrouble(null)}
          say={setSaid}
        />
        <NowPlaying
          session={client}
          title={mediaTitle}
          onNext={() => void queue.next().then(done)}
          onSkip={(on) => void queue.skip(on).then(done)}
        />
        <UpNextSection client={client} say={setSaid} onOutcome={onOutcome} />
        <HistoryList session={client} onOutcome={done} />
      </div>
      {hasRefusal ? (
        <div className="border-t border-line px-3 py-2.5">
          <AlertText>{refusal}</AlertText>
        </div>
      ) : null}
      <UndoChip session={client} lastTitle={lastTitle} onOutcome={done} />
      <p role="status" className="sr-only">
        {said}
      </p>
    </DropZone>
  );
}

interface UpNextSectionProps extends Pick<QueuePanelProps, 'client'> {
  readonly say: (text: string) => void;
  readonly onOutcome: (outcome: QueueOutcome, item: QueueViewItem | null) => void;
}

function UpNextSection({ client, say, onOutcome }: UpNextSectionProps) {
  const { t } = useTranslation();
  const { queue } = client;
  const sessionId = useClientValue(client, (state) => state.sessionId) ?? '';
  const loading = useQueueView(queue, ({ phase }) => phase === 'loading');
  const count = useQueueView(queue, ({ items }) => items.length);
  const byVotes = useQueueView(queue, ({ mode }) => mode === 'votes');
  const isHost = useQueueView(queue, ({ you }) => you.isHost);
  const canQueue = useQueueView(queue, ({ you }) => you.canQueue);
  if (loading) {
    return (
      <p className="flex justify-center p-6">
        <Spinner className="size-6 animate-late text-muted" />
        <span className="sr-only">{t('queue.loading')}</span>
      </p>
    );
  }
  return (
    <section aria-labelledby="queue-next" className="border-t border-line pt-1 pb-2">
      <div className="flex min-h-12 items-center gap-2 ps-3 pe-1">
        <h2 id="queue-next" className="text-sm font-semibold text-muted">
          {t('queue.upNext')}
        </h2>
        <TotalLength client={client} />
        {byVotes ? <Tag>{t('queue.modeVotes')}</Tag> : null}
        <span className="ms-auto" />
        {isHost ? <QueueOptions queue={queue} onOutcome={(outcome) => onOutcome(outcome, null)} /> : null}
      </div>
      {count === 0 ? (
        <div className="flex flex-col items-center gap-2 px-6 pt-2 pb-6 text-center">
          <span className="flex size-12 items-center justify-center rounded-full bg-accent-soft text-accent">
            <ListVideo aria-hidden className="size-6" />
          </span>
          <p className="font-semibold">{t('queue.emptyTitle')}</p>
          <p className="text-sm text-pretty text-muted">{canQueue ? t('queue.emptyText') : t('queue.emptyNoRight')}</p>
        </div>
      ) : (
        <QueueList queue={queue} sessionId={sessionId} say={say} onOutcome={onOutcome} />
      )}
    </section>
  );
}

/** How many there are and how long they take together, as far as that is known. */
function TotalLength({ client }: Pick<QueuePanelProps, 'client'>) {
  const { t } = useTranslation();
  const count = useQueueView(client.queue, ({ items }) => items.length);
  const totalS = useQueueView(client.queue, ({ items }) => items.reduce((sum, { media }) => sum + (media.durationS ?? 0), 0));
  if (count === 0) return null;
  return (
    <span className="tabular truncate text-xs text-muted">
      {totalS > 0 ? t('queue.countAndTotal', { count, time: formatTime(totalS) }) : t('queue.count', { count })}
    </span>
  );
}

/** What came of what was done: why not, and to what, for the way back. */
function useOutcomes() {
  const { t } = useTranslation();
  const titleName = useTitleName();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [lastTitle, setLastTitle] = useState<string | null>(null);
  const onOutcome = useCallback(
    (outcome: QueueOutcome, item: QueueViewItem | null) => {
      setRefusal(outcome.ok ? null : refusalWords(t, outcome.error));
      if (item) setLastTitle(titleName({ contentId: item.media.id, media: item.media }));
    },
    [t, titleName],
  );
  return { refusal, lastTitle, onOutcome };
}
