import type { PlaybackControls } from './playback-controls.ts';

const SEEK_STEP_S = 10;

/** Media keys, headset buttons and the system's own player card speak to the party. Returns its stop. */
export function bindMediaSession(controls: PlaybackControls, title: string, partyName: string): () => void {
  if (!('mediaSession' in navigator)) return () => {};
  const session = navigator.mediaSession;
  session.metadata = new MediaMetadata({ title, artist: partyName, album: 'Cowatch' });

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
