import { FastForward } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../lib/format-time.ts';
import { Button } from '../../ui/button.tsx';

export interface BehindLiveProps {
  /** Whole seconds behind where this player would be without pauses. */
  readonly behindS: number;
  readonly onGoToLive: () => void;
}

/** Distance from live after a pause, and how to catch up; each person has their own. */
export function BehindLive({ behindS, onGoToLive }: BehindLiveProps) {
  const { t } = useTranslation();
  const time = behindS < 60 ? t('live.seconds', { n: behindS }) : formatTime(behindS);
  // At the side: in the middle stands what just happened.
  return (
    <div className="behind-live pointer-events-none absolute inset-x-0 flex justify-start px-3">
      <Button
        data-behind-live={behindS}
        icon={<FastForward aria-hidden className="size-4 fill-current rtl:-scale-x-100" />}
        className="pointer-events-auto tabular rounded-full border-transparent bg-black/75 text-white shadow-lg hover:bg-black/90"
        onClick={onGoToLive}
      >
        {t('live.behind', { time })}
      </Button>
    </div>
  );
}
