import { useEffect } from 'react';
import { useClientValue } from '../lib/hooks/use-client-value.ts';
import { cx } from '../ui/cx.ts';
import { lazyPart } from '../ui/lazy-part.tsx';
import { useMediaState } from './controls/use-media-state.ts';
import { PlayerDeck, preparable } from './source/player-deck.tsx';
import { PlayerOverlays } from './stage/player-overlays.tsx';
import { useStageInput } from './stage/use-stage-input.ts';
import { type Player, usePlayer } from './use-player.ts';
import type { VideoPlayerProps } from './video-player.types.ts';
import './stage/stage.css';
import './controls/control-bar.css';
import './captions/captions.css';
import './stage/signs.css';

const ControlBar = lazyPart(() => import('./controls/control-bar.tsx'), 'ControlBar');
const CaptionsLayer = lazyPart(() => import('./captions/captions-layer.tsx'), 'CaptionsLayer');
const SubtitlesOffer = lazyPart(() => import('./captions/subtitles-offer.tsx'), 'SubtitlesOffer');
const BehindLive = lazyPart(() => import('./stage/behind-live.tsx'), 'BehindLive');
const SoundStage = lazyPart(() => import('./stage/sound-stage.tsx'), 'SoundStage');
const SignLayer = lazyPart(() => import('./stage/sign-layer.tsx'), 'SignLayer');

const NO_KEYS = {};

/** Video player: a medium, its controls, and what is said over the picture. By itself it plays for one person; `party` adds what a party has. */
export function VideoPlayer(props: VideoPlayerProps) {
  const { media, driver, title, party = null, theatre, keys = NO_KEYS } = props;
  const player = usePlayer(props);
  const { kind, element, controller, health, unplayable, playback, activity, idle, captions, soundOnly } = player;
  const { controls, store, onDrag } = playback;
  const begun = driver !== null;
  const { sign, rates } = useStageInput({ enabled: begun, controls, store, kind, element, controller, activity, captions, keys });
  // Before anybody has begun the controls are not needed, but soon after.
  useEffect(() => void ControlBar.preload(), []);
  return (
    <div
      ref={player.setStage}
      data-unplayable={unplayable || undefined}
      data-idle={idle || undefined}
      data-sound={soundOnly || undefined}
      data-captions={captions?.state?.chosen ? '' : undefined}
      className={cx('stage @container/stage relative h-full w-full overflow-hidden', !begun && 'pointer-events-none')}
    >
      {/* Below the controls, which are the controller's: without a picture that lets through what is behind it. */}
      {begun ? null : props.cover}
      {begun && soundOnly ? <SoundStage store={store} title={title} /> : null}
      <media-controller
        ref={player.setController}
        nodefaultstore
        nohotkeys
        gesturesdisabled
        autohide="-1"
        tabIndex={-1}
        className={begun ? '' : 'waiting scale-110 blur-xl brightness-75'}
      >
        <PlayerDeck
          current={{ media, kind: health.kind, attempt: health.attempt }}
          upcoming={begun ? preparable(props.upcoming ?? null) : null}
          onElement={player.onElement}
          onFail={health.failChunk}
        />
        {begun ? (
          <ControlBar
            controls={controls}
            store={store}
            rates={rates}
            refused={party?.refused ?? null}
            onDrag={onDrag}
            captions={captions}
            theatre={theatre}
          />
        ) : null}
      </media-controller>
      {props.underCaptions}
      {begun ? <CaptionLayers player={player} /> : null}
      {begun || unplayable ? <PictureOverlays player={player} {...props} /> : null}
      {sign ? <SignLayer latest={sign} /> : null}
      {props.children}
    </div>
  );
}

/** The captions that are shown, and those that the party offers. */
function CaptionLayers({ player: { captions, element } }: { readonly player: Player }) {
  const { chosen = null, offered = null } = captions?.state ?? {};
  return (
    <>
      {element && captions?.state && chosen ? <CaptionsLayer key={chosen.id} element={element} {...captions.state} track={chosen} /> : null}
      {captions?.captions && offered ? <SubtitlesOffer captions={captions.captions} offered={offered} shown={offered === chosen} /> : null}
    </>
  );
}

/** What is said of playback over the picture. */
function PictureOverlays({ player, driver, party = null, onChangeVideo }: VideoPlayerProps & { readonly player: Player }) {
  const { health, kind, phase, handle } = player;
  const { controls, store } = player.playback;
  const ended = useMediaState(store, (media) => media.mediaEnded === true);
  const reach = useClientValue(driver, ({ sync }) => sync.reach) ?? 'whole';
  const behindLiveS = useClientValue(driver, ({ sync }) => sync.behindLiveS) ?? 0;
  return (
    <>
      <PlayerOverlays
        phase={phase}
        reach={reach}
        health={health}
        service={kind.service}
        controls={controls}
        ended={ended}
        fresh={party?.isFresh ?? false}
        canControl={party?.canControl ?? true}
        canChangeVideo={party?.canChangeVideo ?? true}
        refused={party?.refused ?? null}
        alone={party === null}
        onJoinPlayback={() => void handle?.resumeAfterGesture()}
        onChangeVideo={onChangeVideo}
      />
      {driver !== null && behindLiveS > 0 ? <BehindLive behindS={behindLiveS} onGoToLive={() => handle?.goToLive()} /> : null}
    </>
  );
}
