import type { QueueClient, QueueOutcome, QueueViewItem } from '@cowatch/shared/client';
import { useId, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useQueueView } from '../use-queue-view.ts';
import { QueueRow } from './queue-row.tsx';
import { useReorder } from './use-reorder.ts';

export interface QueueListProps {
  readonly queue: QueueClient;
  readonly sessionId: string;
  readonly say: (text: string) => void;
  readonly onOutcome: (outcome: QueueOutcome, item: QueueViewItem | null) => void;
}

/** What is up next, in its order. */
export function QueueList({ queue, sessionId, say, onOutcome }: QueueListProps) {
  const { t } = useTranslation();
  const hintId = useId();
  const items = useQueueView(queue, (view) => view.items);
  const you = useQueueView(queue, (view) => view.you);
  const byHand = useQueueView(queue, ({ mode }) => mode === 'manual');
  const { shown, grabbedId, actions } = useReorder({ queue, items, say, onOutcome });
  const list = useRef<HTMLOListElement>(null);
  // A row that is put elsewhere on the page loses the focus: at once, or, in some browsers, before the next frame.
  useLayoutEffect(() => {
    if (grabbedId === null) return;
    const refocus = () => list.current?.querySelector<HTMLElement>('[data-grabbed]:not(:focus)')?.focus();
    refocus();
    const frame = requestAnimationFrame(refocus);
    return () => cancelAnimationFrame(frame);
  });
  return (
    <>
      <p id={hintId} className="sr-only">
        {t('queue.moveHint')}
      </p>
      <ol ref={list} aria-label={t('queue.list')} className="flex flex-col px-1">
        {shown.map((item, index) => {
          const mayChange = you.canQueue && (you.isHost || item.own);
          return (
            <QueueRow
              key={item.itemId}
              item={item}
              sessionId={sessionId}
              isFirst={index === 0}
              isLast={index === shown.length - 1}
              grabbed={item.itemId === grabbedId}
              movable={byHand && mayChange && items.length > 1}
              removable={mayChange}
              mayVote={you.canQueue}
              mayPlay={you.canReplace}
              hintId={hintId}
              actions={actions}
            />
          );
        })}
      </ol>
    </>
  );
}
