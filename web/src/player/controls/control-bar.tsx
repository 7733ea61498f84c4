import { Maximize, Minimize, Pause, PictureInPicture2, Play, RectangleHorizontal, Volume1, Volume2, VolumeX } from 'lucide-react';
import { type PointerEvent, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../lib/format-time.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { CaptionsButton } from '../captions/captions-button.tsx';
import type { CaptionsHook } from '../captions/use-captions.ts';
import type { Refused } from '../party/use-party-parts.ts';
import { BarButton } from './bar-button.tsx';
import type { PlaybackControls } from './playback-controls.ts';
import type { PlayerMediaStore } from './player-media-store.ts';
import { SpeedMenu } from './speed-menu.tsx';
import { useMediaState } from './use-media-state.ts';
import { toggleFullscreen, togglePip } from './use-player-keys.ts';
import './media-elements.ts';
// Only the elements that are used: the package's own index defines all of them.
import 'media-chrome/dist/media-time-range.js';
import 'media-chrome/dist/media-volume-range.js';

const QualityMenu = lazyPart(() => import('./quality-menu.tsx'), 'QualityMenu');

export interface ControlBarProps {
  readonly controls: PlaybackControls;
  readonly store: PlayerMediaStore;
  readonly rates: readonly number[];
  /** Why playback is not this person's to control; null where it is. */
  readonly refused: Refused | null;
  /** Called with true while the seek bar is held. */
  readonly onDrag: (dragging: boolean) => void;
  /** Null for embedded players, which show their own. */
  readonly captions: CaptionsHook | null;
  /** Absent where there is no theatre mode. */
  readonly theatre?: { readonly on: boolean; readonly toggle: () => void } | undefined;
}

/** The player's own familiar controls. What is about playback is the party's; sound and picture are one's own. */
export function ControlBar({ controls, store, rates, refused, onDrag, captions, theatre }: ControlBarProps) {
  const { t } = useTranslation();
  const hasQualities = useMediaState(
    store,
    (state) => (state.mediaRenditionList?.length ?? 0) > 1 || (state.mediaAudioTrackList?.length ?? 0) > 1,
  );
  const noPip = useMediaState(store, (state) => state.mediaPipUnavailable !== undefined);
  const noFullscreen = useMediaState(store, (state) => state.mediaFullscreenUnavailable !== undefined);
  const noVolume = useMediaState(store, (state) => state.mediaVolumeUnavailable !== undefined);
  const playing = useMediaState(store, (state) => state.mediaPaused === false);
  const level = useMediaState(store, (state) => state.mediaVolumeLevel);
  const pip = useMediaState(store, (state) => state.mediaIsPip === true);
  const fullscreen = useMediaState(store, (state) => state.mediaIsFullscreen === true);
  const VolumeIcon = level === 'off' ? VolumeX : level === 'high' ? Volume2 : Volume1;
  const reason = refused === null ? null : t(`player.noControl.${refused}`);

  return (
    // When it hides is the stage's to say, not media-chrome's.
    // Time runs from left to right on a player, whatever way the page is written.
    <div dir="ltr" className="control-bar" {...{ noautohide: '' }}>
      <SeekBar controls={controls} canControl={refused === null} onDrag={onDrag} />
      <div className="control-bar-left">
        <BarButton
          label={playing ? t('player.pause') : t('player.play')}
          reason={reason}
          onClick={() => (playing ? controls.pause() : controls.play())}
        >
          {playing ? <Pause aria-hidden className="size-6 fill-current" /> : <Play aria-hidden className="size-6 fill-current" />}
        </BarButton>
        <span className="control-bar-time">
          <TimeDisplay store={store} />
        </span>
      </div>
      <div className="control-bar-right">
        <div className="volume">
          <BarButton
            label={level === 'off' ? t('player.unmute') : t('player.mute')}
            onClick={() => store.dispatch({ type: level === 'off' ? 'mediaunmuterequest' : 'mediamuterequest' })}
          >
            <VolumeIcon aria-hidden className="size-6" />
          </BarButton>
          {noVolume ? null : <media-volume-range />}
        </div>
        {captions ? <CaptionsButton captions={captions} /> : null}
        <SpeedMenu store={store} rates={rates} reason={reason} />
        {hasQualities ? <QualityMenu store={store} /> : null}
        {noPip ? null : (
          <BarButton label={pip ? t('player.pipExit') : t('player.pip')} className="pip-button" onClick={() => togglePip(store)}>
            <PictureInPicture2 aria-hidden className="size-6" />
          </BarButton>
        )}
        {theatre ? (
          <BarButton
            label={theatre.on ? t('player.theatreExit') : t('player.theatre')}
            aria-pressed={theatre.on}
            className={theatre.on ? 'text-accent' : ''}
            onClick={theatre.toggle}
          >
            <RectangleHorizontal aria-hidden className="size-5.5" />
          </BarButton>
        ) : null}
        {noFullscreen ? null : (
          <BarButton label={fullscreen ? t('player.fullscreenExit') : t('player.fullscreen')} onClick={() => toggleFullscreen(store)}>
            {fullscreen ? <Minimize aria-hidden className="size-6" /> : <Maximize aria-hidden className="size-6" />}
          </BarButton>
        )}
      </div>
    </div>
  );
}

function SeekBar({ controls, canControl, onDrag }: Pick<ControlBarProps, 'controls' | 'onDrag'> & { readonly canControl: boolean }) {
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

function TimeDisplay({ store }: { readonly store: PlayerMediaStore }) {
  const { t } = useTranslation();
  const position = formatTime(useMediaState(store, (state) => Math.floor(state.mediaCurrentTime ?? 0)));
  const durationS = useMediaState(store, (state) => Math.floor(state.mediaDuration ?? Number.NaN));
  const live = useMediaState(store, (state) => state.mediaStreamType === 'live');
  if (live) return <span className="tabular">{t('player.timeLive')}</span>;
  const duration = Number.isFinite(durationS) ? formatTime(durationS) : '–:––';
  return (
    <>
      <span aria-hidden className="tabular">
        {position} <span className="control-bar-duration opacity-70">/ {duration}</span>
      </span>
      <span className="sr-only">{t('player.atTime', { position, duration })}</span>
    </>
  );
}
