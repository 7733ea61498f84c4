import type { QueueClient, QueueOutcome } from '@cowatch/shared/client';
import { SKIP_PERCENT_MAX, SKIP_PERCENT_MIN } from '@cowatch/shared/protocol';
import { Settings2, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, menuChoice } from '../../ui/overlays/menu.tsx';
import { useQueueView } from './use-queue-view.ts';

/** What the share of those present that it takes to skip can be, in per cent. */
const SHARES = [SKIP_PERCENT_MIN, 50, 66, SKIP_PERCENT_MAX];

export interface QueueOptionsProps {
  readonly queue: QueueClient;
  readonly onOutcome: (outcome: QueueOutcome) => void;
}

/** How the queue goes: by hand or by votes, by itself or not. For hosts. */
export function QueueOptions({ queue, onOutcome }: QueueOptionsProps) {
  const { t } = useTranslation();
  const mode = useQueueView(queue, (view) => view.mode);
  const auto = useQueueView(queue, (view) => view.auto);
  const percent = useQueueView(queue, ({ skip }) => skip.percent);
  const isEmpty = useQueueView(queue, ({ items }) => items.length === 0);
  const done = (outcome: Promise<QueueOutcome>) => void outcome.then(onOutcome);
  const shares = SHARES.includes(percent) ? SHARES : [...SHARES, percent].toSorted((a, b) => a - b);
  return (
    <Menu
      label={t('queue.options')}
      trigger={<IconButton label={t('queue.options')} icon={<Settings2 aria-hidden className="size-4.5" />} />}
      entries={[
        ...(isEmpty
          ? []
          : [
              {
                kind: 'action' as const,
                label: t('queue.clear'),
                danger: true,
                icon: <Trash2 aria-hidden className="size-4.5" />,
                onSelect: () => done(queue.clear()),
              },
            ]),
        menuChoice({
          label: t('queue.mode'),
          value: mode,
          options: [
            { value: 'manual', label: t('queue.modeManual') },
            { value: 'votes', label: t('queue.modeVotes') },
          ],
          onChange: (next) => done(queue.setMode(next)),
        }),
        menuChoice({
          label: t('queue.auto'),
          value: auto ? 'on' : 'off',
          options: [
            { value: 'on', label: t('queue.autoOn') },
            { value: 'off', label: t('queue.autoOff') },
          ],
          onChange: (next) => done(queue.setAuto(next === 'on')),
        }),
        menuChoice({
          label: t('queue.share'),
          value: String(percent),
          options: shares.map((share) => ({ value: String(share), label: t('queue.shareOf', { percent: share }) })),
          onChange: (next) => done(queue.setSkipPercent(Number(next))),
        }),
      ]}
    />
  );
}
