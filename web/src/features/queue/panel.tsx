import './words.ts';
import type { SessionClient } from '@cowatch/shared/client';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../../ui/lazy-part.tsx';
import type { Panel } from '../../ui/panels.tsx';
import type { QueuePanelProps } from './queue-panel.tsx';
import { useQueueView } from './use-queue-view.ts';

const QueuePanel = lazyPart(() => import('./queue-panel.tsx'), 'QueuePanel');

/** The panel of the queue: what is up next, and how much others have put there unseen. */
export function useQueuePanel({ client, mediaTitle }: QueuePanelProps): Panel {
  const { t } = useTranslation();
  const count = useQueueView(client.queue, ({ items }) => items.length);
  const [unread, onSeen] = useAddedByOthers(client);
  return {
    id: 'queue',
    label: t('queue.tab'),
    badge: count === 0 ? null : count,
    unread,
    onSeen,
    render: () => <QueuePanel client={client} mediaTitle={mediaTitle} />,
  };
}

/** How many videos others have added since that was last seen. */
function useAddedByOthers({ queue }: SessionClient): readonly [number, () => void] {
  const [unread, setUnread] = useState(0);
  useEffect(
    () =>
      queue.onCause(({ kind, own, count }) => {
        if (!own && (kind === 'add' || kind === 'again')) setUnread((now) => now + count);
      }),
    [queue],
  );
  return [unread, useCallback(() => setUnread(0), [])];
}
