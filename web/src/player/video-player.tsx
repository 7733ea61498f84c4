import type { PlaybackDriver, PlayerHandle, SessionState } from '@cowatch/shared/client';
import type { Media } from '@cowatch/shared/protocol';
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../lib/hooks/use-latest.ts';
import { cx } from '../ui/cx.ts';
import { lazyPart } from '../ui/lazy-part.tsx';
import { measureFrameLength } from './controls/frame-step.ts';
import { setMediaChromeWords } from './controls/media-chrome-words.ts';
import type { MediaControllerElement } from './controls/media-elements.ts';
import 'media-chrome/dist/media-controller.js';
import { useCaptions } from './captions/use-captions.ts';
import { usePartySubtitles } from './captions/use-party-subtitles.ts';
import { bindMediaSession } from './controls/media-session.ts';
import { createPlaybackControls, type PlaybackControls } from './controls/playback-controls.ts';
import { createPlayerMediaStore } from './controls/player-media-store.ts';
import { useMediaState } from './controls/use-media-state.ts';
import { type PageKeys, toggleFullscreen, usePlayerKeys } from './controls/use-player-keys.ts';
import { offeredRates, playerKind } from './source/player-kinds.ts';
import { PlayerMedia } from './source/player-media.tsx';
import { useSourceHealth } from './source/use-source-health.ts';
import { PlayerOverlays } from './stage/player-overlays.tsx';
import { createPlayerSigns } from './stage/player-signs.ts';
import { usePictureSize } from './stage/use-picture-size.ts';
import { useStageActivity } from './stage/use-stage-activity.ts';
import { useStageGestures } from './stage/use-stage-gestures.ts';
import { useWakeLock } from './stage/use-wake-lock.ts';
import './player.css';

const ControlBar = lazyPart(() => import('./controls/control-bar.tsx'), 'ControlBar');
const CaptionsLayer = lazyPart(() => import('./captions/captions-layer.tsx'), 'CaptionsLayer');
const SubtitlesOffer = lazyPart(() => import('./captions/subtitles-offer.tsx'), 'SubtitlesOffer');
const BehindLive = lazyPart(() => import('./stage/behind-live.tsx'), 'BehindLive');
const SoundStage = lazyPart(() => import('./stage/sound-stage.tsx'), 'SoundStage');
const SignLayer = lazyPart(() => import('./stage/sign-layer.tsx'), 'SignLayer');

/** How often the shown position is read while it moves. */
const POSITION_REFRESH_MS = 250;
/** A medium whose first frame comes later than this has been begun on purpose, in seconds. */
const FRESH_WITHIN_S = 1;

export interface VideoPlayerProps {
  readonly media: Media;
  /** Null before joining: the picture waits, nothing is followed. */
  readonly client: PlaybackDriver | null;
  readonly state: SessionState | null;
  readonly partyName: string;
  readonly mediaTitle: string;
  /** Where the picture waits before joining, in seconds. */
  readonly waitingAtS: number;
  readonly theatre?: { readonly on: boolean; readonly toggle: () => void } | undefined;
  readonly keys: PageKeys;
  readonly onChangeVideo: () => void;
  /** Told when controls hide and show again, and when the page goes full screen and back. */
  readonly onIdle: (idle: boolean) => void;
  readonly onFullscreen: (fullscreen: boolean) => void;
  readonly onHandle: (handle: PlayerHandle | null) => void;
  readonly onControls: (controls: PlaybackControls) => void;
  /** Told where the picture was lost, in seconds, and when it is there again (null). */
  readonly onBrokeOff?: (positionS: number | null) => void;
  /** Told when it turns out that the video cannot be played here, and when it can. */
  readonly onUnplayable?: (unplayable: boolean) => void;
  /** Told of the media element, and when it goes. */
  readonly onElement?: (element: HTMLVideoElement | null) => void;
  /** Shown over the video, above the controls. */
  readonly children?: ReactNode;
}

/** The stage: the medium, the controls of the party, and what is said over the picture. */
export function VideoPlayer(props: VideoPlayerProps) {
  const { media, client, state, partyName, mediaTitle, waitingAtS, onIdle, onFullscreen, onHandle, onControls } = props;
  const { t } = useTranslation();
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const [controller, setController] = useState<MediaControllerElement | null>(null);
  const [handle, setHandle] = useState<PlayerHandle | null>(null);
  const elementRef = useRef<HTMLVideoElement | null>(null);
  const dragging = useRef(false);
  const kind = playerKind(media.kind);
  const health = useSourceHealth(element, media, kind.service !== null);

  const [stage, setStage] = useState<HTMLElement | null>(null);
  const [{ controls, store, signs }] = useState(() => {
    setMediaChromeWords(t);
    const made = createPlaybackControls({ elementDurationS: () => elementRef.current?.duration ?? Number.NaN });
    const media = createPlayerMediaStore({ controls: made, dragging: () => dragging.current });
    return { controls: made, store: media, signs: createPlayerSigns(() => performance.now()) };
  });

  // Before joining nobody needs the controls, but soon after.
  useEffect(() => void ControlBar.preload(), []);

  const tellElement = useLatest(props.onElement);
  const onElement = useCallback(
    (next: HTMLVideoElement | null) => {
      elementRef.current = next;
      setElement(next);
      tellElement.current?.(next);
    },
    [tellElement],
  );
  const onDrag = useCallback((next: boolean) => {
    dragging.current = next;
  }, []);

  // The party behind the buttons.
  useEffect(() => {
    onControls(controls);
    controls.setClient(client);
    return () => controls.setClient(null);
  }, [controls, client, onControls]);
  useEffect(() => controls.subscribe(store.refresh), [controls, store]);

  // media-chrome's element gets our store instead of its own.
  useLayoutEffect(() => {
    if (!controller) return;
    controller.mediaStore = store;
    // Its gesture receiver would make it a stop of the Tab key; a host with -1 would keep the key from what is in it.
    controller.removeAttribute('tabindex');
  }, [controller, store]);
  useEffect(() => {
    store.dispatch({ type: 'mediaelementchangerequest', detail: element ?? undefined });
  }, [store, element]);

  useWakeLock(client ? element : null);

  // The follower.
  useEffect(() => {
    if (!client || !element) return;
    const attached = client.attach(element, kind.traits);
    setHandle(attached);
    onHandle(attached);
    return () => {
      attached.detach();
      setHandle(null);
      onHandle(null);
    };
  }, [client, element, kind, onHandle]);
  const unplayable = health.status.kind === 'unplayable';
  useEffect(() => handle?.setCondition(unplayable ? 'unplayable' : null), [handle, unplayable]);
  const { onBrokeOff, onUnplayable } = props;
  const { brokeOffAtS } = health;
  useEffect(() => onBrokeOff?.(brokeOffAtS), [onBrokeOff, brokeOffAtS]);
  useEffect(() => onUnplayable?.(unplayable), [onUnplayable, unplayable]);

  // What could not be loaded while the connection was away is tried again when it is back.
  const connected = state?.connection === 'joined';
  const { retry } = health;
  const wasConnected = useRef(connected);
  useEffect(() => {
    if (connected && !wasConnected.current && unplayable) retry();
    wasConnected.current = connected;
  }, [connected, unplayable, retry]);

  useWaitingPicture(element, client === null && kind.service === null ? waitingAtS : null);
  const playing = useMediaState(store, (media) => media.mediaPaused === false);
  const ended = useMediaState(store, (media) => media.mediaEnded === true);
  const fullscreen = useMediaState(store, (media) => media.mediaIsFullscreen === true);
  const rate = useMediaState(store, (media) => media.mediaPlaybackRate ?? 1);
  useEffect(() => onFullscreen(fullscreen), [fullscreen, onFullscreen]);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(store.refresh, POSITION_REFRESH_MS);
    return () => clearInterval(timer);
  }, [playing, store]);
  const phase = state?.sync.phase ?? 'idle';
  const behindLiveS = state?.sync.behindLiveS ?? 0;
  const calm = health.status.kind === 'ready' && phase !== 'blocked' && phase !== 'unplayable';
  const joined = client !== null;
  const { activity, idle } = useStageActivity(stage, joined && playing && calm && kind.service === null);
  useEffect(() => onIdle(idle), [idle, onIdle]);
  useEffect(() => (joined ? bindMediaSession(controls, mediaTitle, partyName) : undefined), [joined, controls, mediaTitle, partyName]);

  const sign = useSyncExternalStore(signs.subscribe, signs.shown);
  const [frameLength, setFrameLength] = useState<() => number>(() => () => 1 / 30);
  useEffect(() => {
    if (!element) return;
    const measured = measureFrameLength(element);
    setFrameLength(() => measured.seconds);
    return measured.stop;
  }, [element]);
  const rates = useMemo(() => offeredRates(kind.traits, rate), [kind, rate]);
  const captioned = kind.service === null;
  const soundOnly = usePictureSize(captioned ? element : null)?.width === 0;
  const captions = useCaptions(captioned ? element : null, media.id, usePartySubtitles(state, media.id));
  const toggleCaptions = async () => {
    if (!captioned) return;
    const loaded = await captions.load();
    const track = loaded.toggle();
    signs.show({ kind: 'captions', shown: track ? 'on' : loaded.state().tracks.length === 0 ? 'none' : 'off' });
  };
  usePlayerKeys({
    enabled: joined,
    controls,
    store,
    frameLength,
    rates,
    signs,
    captions: () => void toggleCaptions().catch(() => {}),
    page: props.keys,
  });
  useStageGestures(controller, {
    enabled: joined,
    controls,
    signs,
    activity,
    toggleFullscreen: () => toggleFullscreen(store),
  });

  const canControl = state?.you?.canControl ?? false;
  return (
    <div
      ref={setStage}
      data-unplayable={unplayable || undefined}
      data-idle={idle || undefined}
      data-sound={soundOnly || undefined}
      data-captions={captions.state?.chosen ? '' : undefined}
      className={cx('stage @container/stage relative h-full w-full overflow-hidden', !joined && 'pointer-events-none')}
    >
      {/* Below the controls, which are the controller's: without a picture that lets through what is behind it. */}
      {joined && soundOnly ? <SoundStage store={store} title={mediaTitle} /> : null}
      <media-controller
        ref={setController}
        nodefaultstore
        nohotkeys
        gesturesdisabled
        autohide="-1"
        tabIndex={-1}
        className={joined ? '' : 'waiting scale-110 blur-xl brightness-75'}
      >
        <PlayerMedia
          key={`${media.id} ${media.url} ${health.kind} ${health.attempt}`}
          kind={health.kind}
          src={media.url}
          onElement={onElement}
          onFail={health.failChunk}
        />
        {joined ? (
          <ControlBar
            controls={controls}
            store={store}
            rates={rates}
            canControl={canControl}
            onDrag={onDrag}
            captions={captioned ? captions : null}
            theatre={props.theatre}
          />
        ) : null}
      </media-controller>
      {joined && element && captions.state?.chosen ? (
        <CaptionsLayer key={captions.state.chosen.id} element={element} {...captions.state} track={captions.state.chosen} />
      ) : null}
      {joined && captions.captions && captions.state?.offered ? (
        <SubtitlesOffer
          captions={captions.captions}
          offered={captions.state.offered}
          shown={captions.state.offered === captions.state.chosen}
        />
      ) : null}
      {joined || unplayable ? (
        <PlayerOverlays
          phase={phase}
          reach={state?.sync.reach ?? 'whole'}
          health={health}
          service={kind.service}
          controls={controls}
          ended={ended}
          fresh={isFresh(state)}
          canControl={canControl || !joined}
          alone={!state?.access}
          onJoinPlayback={() => void handle?.resumeAfterGesture()}
          onChangeVideo={props.onChangeVideo}
        />
      ) : null}
      {joined && behindLiveS > 0 ? <BehindLive behindS={behindLiveS} onGoToLive={() => handle?.goToLive()} /> : null}
      {sign ? <SignLayer latest={sign} /> : null}
      {props.children}
    </div>
  );
}

/** Stands at its start, as it came: nobody has pressed anything yet. */
function isFresh(state: SessionState | null): boolean {
  const timeline = state?.playback?.timeline;
  if (!timeline || timeline.playing) return false;
  // Players tell the party the length of what it has begun with.
  return /^(create|load|duration)$/.test(timeline.cause.kind) && timeline.positionS < FRESH_WITHIN_S;
}

/** Before joining, the picture stands where the party is. */
function useWaitingPicture(element: HTMLVideoElement | null, positionS: number | null) {
  useEffect(() => {
    if (!element || positionS === null || positionS <= 0) return;
    const show = () => {
      element.currentTime = positionS;
    };
    if (element.readyState > 0) show();
    else element.addEventListener('loadedmetadata', show, { once: true });
    return () => element.removeEventListener('loadedmetadata', show);
  }, [element, positionS]);
}
