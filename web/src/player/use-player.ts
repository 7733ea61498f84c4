import { useCallback, useEffect, useRef, useState } from 'react';
import { useClientValue } from '../lib/hooks/use-client-value.ts';
import { useLatest } from '../lib/hooks/use-latest.ts';
import { useCaptions } from './captions/use-captions.ts';
import type { MediaControllerElement } from './controls/media-elements.ts';
import { bindMediaSession } from './controls/media-session.ts';
import { useMediaState } from './controls/use-media-state.ts';
import { usePlaybackControls } from './controls/use-playback-controls.ts';
import { playerKind } from './source/player-kinds.ts';
import { useAttachedElement } from './source/use-attached-element.ts';
import { useSourceHealth } from './source/use-source-health.ts';
import { useWaitingPicture } from './source/use-waiting-picture.ts';
import { TroubleOverlay } from './stage/player-overlays.tsx';
import { usePictureSize } from './stage/use-picture-size.ts';
import { useStageActivity } from './stage/use-stage-activity.ts';
import { useWakeLock } from './stage/use-wake-lock.ts';
import type { VideoPlayerProps } from './video-player.types.ts';

export type Player = ReturnType<typeof usePlayer>;

/** The state of a player: its medium, the driver that it follows, controls and captions. */
export function usePlayer(props: VideoPlayerProps) {
  const { media, driver, title, waitingAtS = 0, party = null, onHandle } = props;
  const kind = playerKind(media.kind);
  // Of the players of services neither captions nor places are ours to show.
  const isOwn = kind.service === null;
  const [element, onElement] = useMediaElement(props.onElement);
  const [controller, setController] = useState<MediaControllerElement | null>(null);
  const [stage, setStage] = useState<HTMLElement | null>(null);

  const health = useSourceHealth(element, media, !isOwn);
  const unplayable = health.status.kind === 'unplayable';
  const playback = usePlaybackControls(driver, party?.rules ?? null, element, controller);
  const { controls, store } = playback;
  const handle = useAttachedElement(driver, element, { kind, unplayable, onHandle });
  useRetryWhenBack(party ? party.connected : driver !== null, unplayable, health.retry);
  useWaitingPicture(element, driver === null && isOwn ? waitingAtS : null);
  useWakeLock(driver ? element : null);

  const playing = useMediaState(store, (now) => now.mediaPaused === false);
  const fullscreen = useMediaState(store, (now) => now.mediaIsFullscreen === true);
  const phase = useClientValue(driver, ({ sync }) => sync.phase) ?? 'idle';
  const isReady = health.status.kind === 'ready';
  useEffect(() => {
    if (isReady) void TroubleOverlay.preload();
  }, [isReady]);
  const calm = isReady && phase !== 'blocked' && phase !== 'unplayable';
  const { activity, idle } = useStageActivity(stage, driver !== null && playing && calm && isOwn);
  const captions = useCaptions(isOwn ? element : null, media.id, party?.subtitles ?? null);
  const soundOnly = usePictureSize(isOwn ? element : null)?.width === 0;

  const begun = driver !== null;
  const partyName = party?.name ?? null;
  useEffect(() => (begun ? bindMediaSession(controls, title, partyName) : undefined), [begun, controls, title, partyName]);
  useReport(idle, props.onIdle);
  useReport(fullscreen, props.onFullscreen);
  useReport(health.brokeOffAtS, props.onBrokeOff);
  useReport(unplayable, props.onUnplayable);
  return {
    kind,
    element,
    onElement,
    controller,
    setController,
    setStage,
    health,
    unplayable,
    playback,
    handle,
    phase,
    activity,
    idle,
    soundOnly,
    /** Null where the medium's player shows its own. */
    captions: isOwn ? captions : null,
  };
}

/** The media element, as the state of a component that must not be rendered again to tell of it. */
function useMediaElement(onElement: VideoPlayerProps['onElement']) {
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const tell = useLatest(onElement);
  const take = useCallback(
    (next: HTMLVideoElement | null) => {
      setElement(next);
      tell.current?.(next);
    },
    [tell],
  );
  return [element, take] as const;
}

/** What could not be loaded while the connection was away is tried again when it is back. */
function useRetryWhenBack(connected: boolean, unplayable: boolean, retry: () => void): void {
  const wasConnected = useRef(connected);
  useEffect(() => {
    if (connected && !wasConnected.current && unplayable) retry();
    wasConnected.current = connected;
  }, [connected, unplayable, retry]);
}

function useReport<T>(value: T, report: ((value: T) => void) | undefined): void {
  useEffect(() => report?.(value), [value, report]);
}
