import { Gauge } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Menu, menuChoice } from '../../ui/overlays/menu.tsx';
import { BarButton } from './bar-button.tsx';
import type { PlayerMediaStore } from './player-media-store.ts';
import { useMediaState } from './use-media-state.ts';

export interface SpeedMenuProps {
  readonly store: PlayerMediaStore;
  readonly rates: readonly number[];
  /** Why the speed cannot be changed; null where it can. */
  readonly reason: string | null;
}

/** The party's speed. */
export function SpeedMenu({ store, rates, reason }: SpeedMenuProps) {
  const { t } = useTranslation();
  const rate = useMediaState(store, (state) => state.mediaPlaybackRate ?? 1);
  const button = (
    <BarButton
      label={t('player.speed')}
      aria-description={t('player.rate', { rate })}
      {...(reason ? { reason, 'aria-description': reason } : {})}
      className="tabular"
    >
      {rate === 1 ? <Gauge aria-hidden className="size-5.5" /> : <span aria-hidden>{t('player.rate', { rate })}</span>}
    </BarButton>
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
