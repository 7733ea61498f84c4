import './trouble-words.ts';
import { RefreshCw, RotateCcw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { faultWords } from '../../lib/media-fault/fault-words.ts';
import type { MediaFault } from '../../lib/media-fault/media-fault.ts';
import { Button } from '../../ui/button.tsx';
import type { SourceStatus } from '../source/source-monitor.ts';
import { Overlay } from './overlay.tsx';
import { Waiting } from './waiting.tsx';

/** What cannot be played: the medium, a part of it for want of what serves it, or what has played until now. */
export type Trouble =
  | { readonly kind: 'unplayable'; readonly status: Extract<SourceStatus, { readonly kind: 'unplayable' }> }
  | { readonly kind: 'start-only' | 'breaks-off' }
  | { readonly kind: 'lost'; readonly fault: MediaFault };

export interface TroubleOverlayProps {
  readonly trouble: Trouble;
  /** The embedded service's name; null for the browser's own player. */
  readonly service: string | null;
  readonly canControl: boolean;
  readonly canChangeVideo: boolean;
  /** Nobody else watches: nothing is said of others. */
  readonly alone: boolean;
  readonly onChangeVideo: () => void;
  readonly onRetry: () => void;
  readonly onFromStart: () => void;
}

/** Trouble overlay: why it does not play, and the ways out. */
export function TroubleOverlay({ trouble, service, canControl, canChangeVideo, alone, ...on }: TroubleOverlayProps): ReactNode {
  const { t } = useTranslation();
  const change = (
    <Button variant="primary" onClick={on.onChangeVideo}>
      {t('unplayable.changeVideo')}
    </Button>
  );
  const changeVideo = canChangeVideo ? change : null;
  switch (trouble.kind) {
    case 'unplayable': {
      const { status } = trouble;
      const why = 'fault' in status ? faultWords(t, status.fault) : t(`unplayable.${status.reason}`, { service: service ?? '' });
      // A fresh link of what is on replaces nothing: for that it takes control alone.
      const advice = alone
        ? ''
        : canChangeVideo
          ? t('unplayable.forHost')
          : t(canControl ? 'unplayable.forControl' : 'unplayable.forViewer');
      return (
        <Overlay role="alert" title={t('unplayable.title')} text={`${why} ${advice}`.trim()}>
          {canChangeVideo || canControl ? change : null}
          <Button icon={<RefreshCw aria-hidden className="size-4" />} onClick={on.onRetry}>
            {t('app.tryAgain')}
          </Button>
        </Overlay>
      );
    }
    case 'start-only':
      return (
        <Overlay role="alert" title={t('reach.startOnly')} text={canChangeVideo ? t('reach.startOnlyForHost') : t('unplayable.forViewer')}>
          {changeVideo}
          {canControl ? (
            <Button icon={<RotateCcw aria-hidden className="size-4" />} onClick={on.onFromStart}>
              {t('reach.fromStart')}
            </Button>
          ) : null}
        </Overlay>
      );
    case 'breaks-off':
      return (
        <Overlay role="alert" title={t('reach.breaksOff')} text={canChangeVideo ? t('reach.breaksOffForHost') : t('unplayable.forViewer')}>
          {changeVideo}
        </Overlay>
      );
    case 'lost': {
      const why = t('unplayable.lostWhy', { why: faultWords(t, trouble.fault) });
      return canChangeVideo && trouble.fault.cause !== 'offline' ? <Overlay text={why}>{changeVideo}</Overlay> : <Waiting text={why} />;
    }
  }
}
