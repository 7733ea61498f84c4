import type { PlaybackControls } from './playback-controls.ts';

const APP_NAME = 'Cowatch';
const SEEK_STEP_S = 10;

/**
 * Media session: media keys, headset buttons and the system's own player card use the controls. Returns its stop.
 *
 * @param partyName null for one person alone
 */
export function bindMediaSession(controls: PlaybackControls, title: string, partyName: string | null): () => void {
  if (!('mediaSession' in navigator)) return () => {};
  const session = navigator.mediaSession;
  session.metadata = new MediaMetadata({ title, artist: partyName ?? APP_NAME, album: APP_NAME });

  const handlers: Partial<Record<MediaSessionAction, MediaSessionActionHandler>> = {
    play: () => controls.play(),
    pause: () => controls.pause(),
    seekto: ({ seekTime }) => {
      if (seekTime !== undefined && seekTime !== null) controls.seekTo(seekTime);
    },
    seekbackward: ({ seekOffset }) => controls.seekBy(-(seekOffset ?? SEEK_STEP_S)),
    seekforward: ({ seekOffset }) => controls.seekBy(seekOffset ?? SEEK_STEP_S),
  };
  const actions = Object.entries(handlers) as [MediaSessionAction, MediaSessionActionHandler][];
  for (const [action, handler] of actions) setHandler(session, action, handler);

  const update = () => {
    session.playbackState = controls.playing() ? 'playing' : 'paused';
    const duration = controls.durationS();
    if (!Number.isFinite(duration) || duration <= 0) return;
    session.setPositionState?.({
      duration,
      position: Math.min(controls.positionS(), duration),
      playbackRate: controls.rate(),
    });
  };
  update();
  const stop = controls.subscribe(update);

  return () => {
    stop();
    for (const [action] of actions) setHandler(session, action, null);
    session.metadata = null;
    session.playbackState = 'none';
  };
}

/** Browsers throw on actions they do not know. */
function setHandler(session: MediaSession, action: MediaSessionAction, handler: MediaSessionActionHandler | null) {
  try {
    session.setActionHandler(action, handler);
  } catch {
    // This one is not to be had here.
  }
}
