import {
  Captions,
  CaptionsOff,
  Maximize,
  Minimize,
  Pause,
  PictureInPicture2,
  Play,
  RectangleHorizontal,
  Volume1,
  Volume2,
  VolumeX,
} from 'lucide-react';
import { type PointerEvent, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../lib/format-time.ts';
import { cx } from '../ui/cx.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { PartyControls } from './party-controls.ts';
import type { PartyMediaStore } from './party-media-store.ts';
import { SpeedMenu } from './speed-menu.tsx';
import { useMediaState } from './use-media-state.ts';
import './media-elements.ts';
// Only the elements that are used: the package's own index defines all of them.
import 'media-chrome/dist/media-captions-button.js';
import 'media-chrome/dist/media-fullscreen-button.js';
import 'media-chrome/dist/media-mute-button.js';
import 'media-chrome/dist/media-pip-button.js';
import 'media-chrome/dist/media-play-button.js';
import 'media-chrome/dist/media-time-range.js';
import 'media-chrome/dist/media-volume-range.js';

export interface ControlBarProps {
  readonly controls: PartyControls;
  readonly store: PartyMediaStore;
  readonly rates: readonly number[];
  /** Whether this person may control the party; else the controls say why not. */
  readonly canControl: boolean;
  /** Called with true while the seek bar is held. */
  readonly onDrag: (dragging: boolean) => void;
  /** Never hides: the pointer cannot be felt over an embedded player. */
  readonly stays: boolean;
  /** Absent where there is no theatre mode. */
  readonly theatre?: { readonly on: boolean; readonly toggle: () => void } | undefined;
}

/** The player's own familiar controls. What is about playback is the party's; sound and picture are one's own. */
export function ControlBar({ controls, store, rates, canControl, onDrag, stays, theatre }: ControlBarProps) {
  const { t } = useTranslation();
  const hasCaptions = useMediaState(store, (state) => (state.mediaSubtitlesList?.length ?? 0) > 0);
  const noPip = useMediaState(store, (state) => state.mediaPipUnavailable !== undefined);
  const noFullscreen = useMediaState(store, (state) => state.mediaFullscreenUnavailable !== undefined);
  const noVolume = useMediaState(store, (state) => state.mediaVolumeUnavailable !== undefined);
  const reason = canControl ? null : t('player.noControl');

  return (
    <div className="control-bar" {...(stays ? { noautohide: '' } : {})}>
      <SeekBar controls={controls} canControl={canControl} onDrag={onDrag} />
      <div className="control-bar-left">
        <media-play-button aria-disabled={canControl ? undefined : 'true'} className="play-button">
          <Play slot="play" aria-hidden />
          <Pause slot="pause" aria-hidden />
          {reason ? <span slot="tooltip-content">{reason}</span> : null}
        </media-play-button>
        <span className="control-bar-time">
          <TimeDisplay store={store} />
        </span>
      </div>
      <div className="control-bar-right">
        <div className="volume">
          <media-mute-button>
            <VolumeX slot="off" aria-hidden />
            <Volume1 slot="low" aria-hidden />
            <Volume1 slot="medium" aria-hidden />
            <Volume2 slot="high" aria-hidden />
          </media-mute-button>
          {noVolume ? null : <media-volume-range />}
        </div>
        {hasCaptions ? (
          <media-captions-button>
            <Captions slot="on" aria-hidden />
            <CaptionsOff slot="off" aria-hidden />
          </media-captions-button>
        ) : null}
        <SpeedMenu store={store} rates={rates} reason={reason} />
        {noPip ? null : (
          <media-pip-button className="pip-button">
            <PictureInPicture2 slot="icon" aria-hidden />
          </media-pip-button>
        )}
        {theatre ? (
          <IconButton
            label={theatre.on ? t('player.theatreExit') : t('player.theatre')}
            aria-pressed={theatre.on}
            tooltipSide="top"
            className={cx('theatre-button', theatre.on && 'text-accent')}
            icon={<RectangleHorizontal aria-hidden className="size-5.5" />}
            onClick={theatre.toggle}
          />
        ) : null}
        {noFullscreen ? null : (
          <media-fullscreen-button>
            <Maximize slot="enter" aria-hidden />
            <Minimize slot="exit" aria-hidden />
          </media-fullscreen-button>
        )}
      </div>
    </div>
  );
}

function SeekBar({ controls, canControl, onDrag }: Pick<ControlBarProps, 'controls' | 'canControl' | 'onDrag'>) {
  useEffect(() => () => onDrag(false), [onDrag]);

  function hold(event: PointerEvent) {
    if (!canControl || event.button > 0) return;
    onDrag(true);
    const release = (end: Event) => {
      window.removeEventListener('pointerup', release);
      window.removeEventListener('pointercancel', release);
      onDrag(false);
      if (end.type === 'pointerup') controls.commitPreview();
      else controls.dropPreview();
    };
    window.addEventListener('pointerup', release);
    window.addEventListener('pointercancel', release);
  }

  // Capturing, because the element itself asks for its first seek during this very event in some browsers.
  return (
    <div onPointerDownCapture={hold} className="control-bar-seek">
      <media-time-range disabled={!canControl || undefined} />
    </div>
  );
}

function TimeDisplay({ store }: { readonly store: PartyMediaStore }) {
  const { t } = useTranslation();
  const position = formatTime(useMediaState(store, (state) => Math.floor(state.mediaCurrentTime ?? 0)));
  const durationS = useMediaState(store, (state) => Math.floor(state.mediaDuration ?? Number.NaN));
  const live = useMediaState(store, (state) => state.mediaStreamType === 'live');
  if (live) return <span className="tabular">{t('player.timeLive')}</span>;
  const duration = Number.isFinite(durationS) ? formatTime(durationS) : '–:––';
  return (
    <>
      <span aria-hidden className="tabular">
        {position} <span className="opacity-70">/ {duration}</span>
      </span>
      <span className="sr-only">{t('player.atTime', { position, duration })}</span>
    </>
  );
}
