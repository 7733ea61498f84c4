import type { MediaReach, SyncPhase } from '@cowatch/shared/client';
import { Play, RefreshCw, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { faultWords } from '../../lib/media-fault/fault-words.ts';
import { Button } from '../../ui/button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import type { PlaybackControls } from '../controls/playback-controls.ts';
import type { SourceHealth } from '../source/use-source-health.ts';
import { Overlay } from './overlay.tsx';

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
  /** Nobody else watches: nothing is said of others. */
  readonly alone: boolean;
  readonly onJoinPlayback: () => void;
  readonly onChangeVideo: () => void;
}

/** What is said over the video: at most one thing at a time, the most pressing first. */
export function PlayerOverlays(props: PlayerOverlaysProps) {
  const { t } = useTranslation();
  const { phase, reach, health, service, controls, canControl } = props;
  const { status } = health;
  const changeVideo = (
    <Button variant="primary" onClick={props.onChangeVideo}>
      {t('unplayable.changeVideo')}
    </Button>
  );

  if (status.kind === 'unplayable') {
    const why = 'fault' in status ? faultWords(t, status.fault) : t(`unplayable.${status.reason}`, { service: service ?? '' });
    const advice = props.alone ? '' : canControl ? t('unplayable.forHost') : t('unplayable.forViewer');
    return (
      <Overlay role="alert" title={t('unplayable.title')} text={`${why} ${advice}`.trim()}>
        {canControl ? changeVideo : null}
        <Button icon={<RefreshCw aria-hidden className="size-4" />} onClick={health.retry}>
          {t('app.tryAgain')}
        </Button>
      </Overlay>
    );
  }
  // Only a part of it is out of reach: what can be watched is left to be watched.
  if (phase === 'unplayable' && (reach === 'start-only' || reach === 'breaks-off')) {
    return (
      <Overlay
        role="alert"
        title={t(reach === 'start-only' ? 'reach.startOnly' : 'reach.breaksOff')}
        text={canControl ? t(reach === 'start-only' ? 'reach.startOnlyForHost' : 'reach.breaksOffForHost') : t('unplayable.forViewer')}
      >
        {canControl ? changeVideo : null}
        {canControl && reach === 'start-only' ? (
          <Button icon={<RotateCcw aria-hidden className="size-4" />} onClick={() => controls.seekTo(0)}>
            {t('reach.fromStart')}
          </Button>
        ) : null}
      </Overlay>
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
  if (status.kind === 'lost') {
    if (status.fault === null) return <Waiting text={t('player.lost')} />;
    const why = t('player.lostWhy', { why: faultWords(t, status.fault) });
    if (!canControl || status.fault.cause === 'offline') return <Waiting text={why} />;
    return <Overlay text={why}>{changeVideo}</Overlay>;
  }
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
  if (phase === 'buffering' && reach === 'gap') return <Waiting text={t('reach.gap')} />;
  if (props.fresh) return <Beginning controls={controls} canControl={canControl} />;
  if (phase === 'buffering') return <Waiting label={t('player.buffering')} />;
  if (phase === 'advert') {
    return <p className="absolute inset-x-0 top-0 animate-fade bg-black/70 p-3 text-center text-sm text-text">{t('player.advert')}</p>;
  }
  return null;
}

/** Before the first second: one large button, or whom it waits for. */
function Beginning({ controls, canControl }: Pick<PlayerOverlaysProps, 'controls' | 'canControl'>) {
  const { t } = useTranslation();
  return (
    <div className="pointer-events-none absolute inset-0 flex animate-fade items-center justify-center p-4">
      {canControl ? (
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
          {t('player.startsLater')}
        </p>
      )}
    </div>
  );
}

/** A spinner that lets the picture and the controls be. */
function Waiting({ text, label }: { readonly text?: string; readonly label?: string }) {
  return (
    <div
      role="status"
      className="pointer-events-none absolute inset-0 flex animate-late flex-col items-center justify-center gap-3 px-4 text-center text-text"
    >
      <span className="rounded-full bg-black/55 p-3">
        <Spinner className="size-9" />
      </span>
      {text ? <span className="rounded-card bg-black/70 px-4 py-1.5 text-sm text-balance">{text}</span> : null}
      {label ? <span className="sr-only">{label}</span> : null}
    </div>
  );
}
