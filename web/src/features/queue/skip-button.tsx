import type { SessionClient } from '@cowatch/shared/client';
import { FastForward } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { useQueueView } from './use-queue-view.ts';

export interface SkipButtonProps {
  readonly session: SessionClient;
  readonly onSkip: (on: boolean) => void;
}

/** One's vote to skip what is on, with how many there are; nothing for one person alone. */
export function SkipButton({ session, onSkip }: SkipButtonProps) {
  const { t } = useTranslation();
  const { queue } = session;
  const company = useClientValue(session, ({ memberCount }) => memberCount > 1) ?? false;
  const may = useQueueView(queue, ({ you }) => you.canQueue);
  const votes = useQueueView(queue, ({ skip }) => skip.votes);
  const needed = useQueueView(queue, ({ skip }) => skip.needed);
  const voted = useQueueView(queue, ({ skip }) => skip.voted);
  if (!company) return null;
  const reason = may ? null : t('queue.noRight');
  return (
    <Button
      aria-pressed={voted}
      aria-disabled={reason ? true : undefined}
      data-tooltip={reason ?? undefined}
      className={cx(voted && 'border-accent text-accent', reason && 'opacity-55')}
      icon={<FastForward aria-hidden className={cx('size-4 rtl:-scale-x-100', voted && 'fill-current')} />}
      onClick={() => {
        if (may) onSkip(!voted);
      }}
    >
      {t('queue.skip')}
      <span className="tabular font-normal text-muted">{t('queue.skipCount', { votes, needed })}</span>
    </Button>
  );
}
