import { Gauge } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Menu, menuChoice } from '../ui/menu.tsx';
import type { PartyMediaStore } from './party-media-store.ts';
import { useMediaState } from './use-media-state.ts';

export interface SpeedMenuProps {
  readonly store: PartyMediaStore;
  readonly rates: readonly number[];
  /** Why the speed cannot be changed; null where it can. */
  readonly reason: string | null;
}

/** The party's speed. */
export function SpeedMenu({ store, rates, reason }: SpeedMenuProps) {
  const { t } = useTranslation();
  const rate = useMediaState(store, (state) => state.mediaPlaybackRate ?? 1);
  const button = (
    <button
      type="button"
      aria-label={t('player.speed')}
      aria-description={reason ?? t('player.rate', { rate })}
      aria-disabled={reason ? true : undefined}
      data-tooltip={reason ?? t('player.speed')}
      data-tooltip-side="top"
      className="bar-button tabular"
    >
      {rate === 1 ? <Gauge aria-hidden className="size-5.5" /> : <span aria-hidden>{t('player.rate', { rate })}</span>}
    </button>
  );
  if (reason) return button;
  return (
    <Menu
      trigger={button}
      label={t('player.speed')}
      side="top"
      align="center"
      dark
      entries={[
        menuChoice({
          label: t('player.speed'),
          value: String(rate),
          options: rates.map((each) => ({
            value: String(each),
            label: each === 1 ? t('player.rateNormal') : t('player.rate', { rate: each }),
          })),
          onChange: (value) => store.dispatch({ type: 'mediaplaybackraterequest', detail: Number(value) }),
        }),
      ]}
    />
  );
}
