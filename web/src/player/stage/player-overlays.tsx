import type { MediaReach, SyncPhase } from '@cowatch/shared/client';
import { Play, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { lazyPart } from '../../ui/lazy-part.tsx';
import type { PlaybackControls } from '../controls/playback-controls.ts';
import type { Refused } from '../party/use-party-parts.ts';
import type { SourceHealth } from '../source/use-source-health.ts';
import { Overlay } from './overlay.tsx';
import type { Trouble } from './trouble-overlay.tsx';
import { Waiting } from './waiting.tsx';

/** Rarely needed, and then perhaps without a network: fetched as soon as the picture is there. */
export const TroubleOverlay = lazyPart(() => import('./trouble-overlay.tsx'), 'TroubleOverlay');

export interface PlayerOverlaysProps {
  readonly phase: SyncPhase;
  readonly reach: MediaReach;
  readonly health: SourceHealth;
  /** The embedded service's name; null for the browser's own player. */
  readonly service: string | null;
  readonly controls: PlaybackControls;
  readonly ended: boolean;
  /** Nobody has pressed play yet. */
  readonly fresh: boolean;
  readonly canControl: boolean;
  /** Why not; null where they may. */
  readonly refused: Refused | null;
  readonly canChangeVideo: boolean;
  /** Nobody else watches: nothing is said of others. */
  readonly alone: boolean;
  readonly onJoinPlayback: () => void;
  readonly onChangeVideo: () => void;
}

/** What is said over the video: at most one thing at a time, the most pressing first. */
export function PlayerOverlays(props: PlayerOverlaysProps) {
  const { t } = useTranslation();
  const { phase, reach, health, controls, canControl } = props;
  const { status } = health;
  const trouble = troubleOf(props);
  if (trouble) {
    return (
      <TroubleOverlay
        partWaiting={trouble.kind === 'lost' ? <Waiting text={t('player.lost')} /> : null}
        trouble={trouble}
        service={props.service}
        canControl={canControl}
        canChangeVideo={props.canChangeVideo}
        alone={props.alone}
        onChangeVideo={props.onChangeVideo}
        onRetry={health.retry}
        onFromStart={() => controls.seekTo(0)}
      />
    );
  }
  if (phase === 'blocked') {
    return (
      <Overlay text={t('player.joinPlaybackText')}>
        <Button variant="primary" size="lg" icon={<Play aria-hidden className="size-5 fill-current" />} onClick={props.onJoinPlayback}>
          {t('player.joinPlayback')}
        </Button>
      </Overlay>
    );
  }
  if (status.kind === 'lost') return <Waiting text={t('player.lost')} />;
  if (status.kind === 'slow') return <Waiting text={t('player.slow')} />;
  if (status.kind === 'loading') return <Waiting label={t('player.loading')} />;
  if (props.ended) {
    return (
      <Overlay text={t('player.endedText')}>
        {canControl ? (
          <Button icon={<RotateCcw aria-hidden className="size-4" />} onClick={() => controls.play()}>
            {t('player.again')}
          </Button>
        ) : null}
      </Overlay>
    );
  }
  if (phase === 'buffering' && reach === 'gap') return <Waiting text={t('player.gap')} />;
  if (props.fresh) return <Beginning controls={controls} refused={props.refused} />;
  if (phase === 'buffering') return <Waiting label={t('player.buffering')} />;
  if (phase === 'advert') {
    return <p className="absolute inset-x-0 top-0 animate-fade bg-black/70 p-3 text-center text-sm text-text">{t('player.advert')}</p>;
  }
  return null;
}

/** The trouble to be told before anything else; null where there is none. */
function troubleOf({ phase, reach, health: { status } }: PlayerOverlaysProps): Trouble | null {
  if (status.kind === 'unplayable') return { kind: 'unplayable', status };
  // Only a part of it is out of reach: what can be watched is left to be watched.
  if (phase === 'unplayable' && (reach === 'start-only' || reach === 'breaks-off')) return { kind: reach };
  return phase !== 'blocked' && status.kind === 'lost' && status.fault !== null ? { kind: 'lost', fault: status.fault } : null;
}

/** Before the first second: one large button, or whom it waits for. */
function Beginning({ controls, refused }: Pick<PlayerOverlaysProps, 'controls' | 'refused'>) {
  const { t } = useTranslation();
  return (
    <div className="pointer-events-none absolute inset-0 flex animate-fade items-center justify-center p-4">
      {refused === null ? (
        <button
          type="button"
          aria-label={t('player.start')}
          data-tooltip={t('player.start')}
          className="pointer-events-auto inline-flex size-20 items-center justify-center rounded-full bg-accent text-on-accent shadow-2xl transition-transform duration-150 hover:scale-105 hover:bg-accent-strong @2xl/stage:size-24"
          onClick={() => controls.play()}
        >
          <Play aria-hidden className="ms-1 size-9 fill-current @2xl/stage:size-11" />
        </button>
      ) : (
        <p role="status" className="rounded-full bg-black/70 px-4 py-2 text-center text-sm font-medium text-text">
          {t(`player.startsLater.${refused}`)}
        </p>
      )}
    </div>
  );
}
