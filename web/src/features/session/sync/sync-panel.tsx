import './panel-words.ts';
import type { PlayerHandle, SessionClient } from '@cowatch/shared/client';
import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { spanOf } from '../../../lib/format-time.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { Button } from '../../../ui/button.tsx';
import { Sparkline } from './sparkline.tsx';
import type { PhaseKey } from './sync-words.ts';

export interface SyncPanelProps {
  readonly client: SessionClient;
  readonly handle: PlayerHandle | null;
  readonly phase: PhaseKey;
}

/** What is behind the pill: figures, the last minute, and a way to align anew. */
export function SyncPanel({ client, handle, phase }: SyncPanelProps) {
  const { t } = useTranslation();
  const sync = useClientValue(client, (state) => state.sync);
  if (!sync) return null;
  const span = (ms: number | null) => {
    if (ms === null) return t('syncPanel.unknown');
    const { unit, n } = spanOf(ms);
    return t(`syncPanel.${unit}`, { n });
  };
  return (
    <div className="flex flex-col gap-3">
      <div>
        <h2 className="font-bold">{t(`sync.${phase}`)}</h2>
        <p className="mt-1 text-sm text-muted">{t(`syncText.${phase}`)}</p>
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-sm tabular">
        <dt className="text-muted">{t('syncPanel.offset')}</dt>
        <dd className="text-right font-semibold">{span(sync.driftMs)}</dd>
        <dt className="text-muted">{t('syncPanel.link')}</dt>
        <dd className="text-right font-semibold">
          {sync.rttMs === null ? t('syncPanel.unknown') : t('syncPanel.roundTrip', { ms: Math.round(sync.rttMs) })}
        </dd>
        <dt className="text-muted">{t('syncPanel.clock')}</dt>
        <dd className="text-right font-semibold">{span(sync.errorBoundMs)}</dd>
      </dl>
      <div>
        <p className="mb-1.5 text-xs font-semibold text-muted">{t('syncPanel.lastMinute')}</p>
        <Sparkline history={sync.history} />
      </div>
      <Button icon={<RefreshCw aria-hidden className="size-4" />} disabled={handle === null} onClick={() => handle?.resync()}>
        {t('syncPanel.resync')}
      </Button>
    </div>
  );
}
