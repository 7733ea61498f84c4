import type { QueueOutcome, QueueView, SessionClient } from '@cowatch/shared/client';
import type { TFunction } from 'i18next';
import { Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQueueView } from './use-queue-view.ts';

export interface UndoChipProps {
  readonly session: SessionClient;
  /** What the last thing was done to by this person, as it is called. */
  readonly lastTitle: string | null;
  readonly onOutcome: (outcome: QueueOutcome) => void;
}

type Undo = NonNullable<QueueView['undo']>;

/** What was taken out or moved a moment ago, and the way back: for the person who did it, and for hosts. */
export function UndoChip({ session, lastTitle, onOutcome }: UndoChipProps) {
  const { t } = useTranslation();
  const undo = useOpenUndo(session);
  const mayAll = useQueueView(session.queue, ({ you }) => you.isHost);
  if (undo === null || !(undo.own || mayAll)) return null;
  return (
    <div className="pointer-events-none flex justify-center px-3 pb-3">
      <div className="chip pointer-events-auto flex min-w-0 items-center ps-4 ring-1 ring-white/20">
        <span role="status" className="truncate py-2">
          {undoWords(t, undo, lastTitle)}
        </span>
        <button type="button" className="chip-action ms-1 gap-1.5" onClick={() => void session.queue.undo().then(onOutcome)}>
          <Undo2 aria-hidden className="size-4" />
          {t('queue.undo')}
        </button>
      </div>
    </div>
  );
}

/** What can be taken back, until it cannot any more. */
export function useOpenUndo(session: SessionClient): Undo | null {
  const undo = useQueueView(session.queue, (view) => view.undo);
  const [over, setOver] = useState<number | null>(null);
  const untilMs = undo?.untilMs ?? null;
  useEffect(() => {
    if (untilMs === null) return;
    const leftMs = untilMs - (session.clusterNowMs() ?? untilMs);
    const timer = setTimeout(() => setOver(untilMs), Math.max(0, leftMs));
    return () => clearTimeout(timer);
  }, [untilMs, session]);
  return undo === null || untilMs === over ? null : undo;
}

export function undoWords(t: TFunction, { kind, own, name, count }: Undo, lastTitle: string | null): string {
  if (own) {
    if (kind === 'clear') return t('queue.undoClear', { count });
    return t(kind === 'move' ? 'queue.undoMove' : 'queue.undoRemove', { title: lastTitle ?? t('queue.aVideo') });
  }
  if (kind === 'clear') return t('queue.undoClearBy', { name, count });
  return t(kind === 'move' ? 'queue.undoMoveBy' : 'queue.undoRemoveBy', { name });
}
