import type { EmbedConfig, PlayerCommand, PlayerInfo, PlayerMessage } from './youtube-stub.types.ts';

/**
 * The embedded page of the stub: plays the sample clip in a real `<video>` and behaves towards its parent as the
 * published IFrame Player API says the player does. Sent to the browser as text: it uses nothing from outside itself.
 */
export function runEmbed(config: EmbedConfig): void {
  const UNSTARTED = -1;
  const ENDED = 0;
  const PLAYING = 1;
  const PAUSED = 2;
  const BUFFERING = 3;
  const CUED = 5;
  const RATES = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
  /** How far ahead of the picture the player says it has loaded, in seconds. */
  const LOADED_AHEAD_S = 40;

  const video = document.querySelector('video');
  if (!video) throw new Error('The embedded page has no video');
  const parameters = new URLSearchParams(location.search);
  let videoId = location.pathname.split('/').pop() ?? '';
  let state = UNSTARTED;
  let wantsToPlay = false;
  let advertLeftMs = config.advertMs;
  let heard = false;
  let loaded = false;
  let announced = false;
  let pending: ReturnType<typeof setTimeout> | undefined;

  const info = (): PlayerInfo => ({
    state,
    currentTime: video.currentTime,
    duration: Number.isFinite(video.duration) ? video.duration : 0,
    rate: video.playbackRate,
    loadedFraction: video.duration > 0 ? Math.min(1, (video.currentTime + LOADED_AHEAD_S) / video.duration) : 0,
    volume: Math.round(video.volume * 100),
    muted: video.muted,
    videoId,
  });
  const tell = (event: PlayerMessage['event'], data: number | null = null) => {
    if (!heard) return;
    const message: PlayerMessage = { youtubeStub: true, event, data, info: info() };
    parent.postMessage(message, '*');
  };
  const enter = (next: number) => {
    if (state === next) return;
    state = next;
    tell('onStateChange', state);
  };
  const later = (delayMs: number, then: () => void) => {
    clearTimeout(pending);
    pending = setTimeout(then, delayMs);
  };

  /** Shows the picture once it has been "loaded"; until then the player says that it buffers. */
  const start = async () => {
    try {
      await video.play();
      if (wantsToPlay) enter(PLAYING);
    } catch (reason) {
      if ((reason as DOMException).name !== 'NotAllowedError') return;
      wantsToPlay = false;
      enter(UNSTARTED);
      tell('onAutoplayBlocked');
    }
  };
  const buffer = () => {
    video.pause();
    enter(BUFFERING);
    later(config.bufferingMs, () => void start());
  };
  const play = () => {
    if (config.errorCode !== null) {
      tell('onError', config.errorCode);
      return;
    }
    if (wantsToPlay && state !== ENDED) return;
    wantsToPlay = true;
    if (state === ENDED) video.currentTime = 0;
    if (state === PAUSED) {
      void start();
      return;
    }
    if (advertLeftMs > 0) {
      enter(UNSTARTED);
      later(advertLeftMs, () => {
        advertLeftMs = 0;
        if (wantsToPlay) buffer();
      });
      return;
    }
    buffer();
  };
  const pause = () => {
    wantsToPlay = false;
    if (state === UNSTARTED || state === CUED || state === ENDED) return;
    clearTimeout(pending);
    video.pause();
    enter(PAUSED);
  };
  const seek = (seconds: number) => {
    const stays = state === PAUSED;
    video.currentTime = Math.max(0, Math.min(seconds, video.duration || seconds));
    tell('info');
    // A paused player stays paused; from any other state, seeking plays.
    if (stays) {
      enter(BUFFERING);
      later(config.bufferingMs, () => (wantsToPlay ? void start() : enter(PAUSED)));
      return;
    }
    if (advertLeftMs > 0 && wantsToPlay) return;
    wantsToPlay = true;
    buffer();
  };
  const setRate = (wanted: number) => {
    // An unsupported rate is rounded to the next supported one in the direction of 1.
    const towardsOne = wanted < 1 ? RATES.find((rate) => rate >= wanted) : RATES.findLast((rate) => rate <= wanted);
    const rate = towardsOne ?? 1;
    if (rate === video.playbackRate) return;
    video.playbackRate = rate;
    tell('onPlaybackRateChange', rate);
  };
  const load = (id: unknown, startSeconds: unknown, thenPlay: boolean) => {
    clearTimeout(pending);
    videoId = String(id);
    wantsToPlay = false;
    video.pause();
    video.currentTime = Number(startSeconds ?? 0);
    enter(UNSTARTED);
    if (thenPlay) play();
    else enter(CUED);
  };
  const setVolume = (change: () => void) => {
    change();
    tell('onVolumeChange');
  };

  const announce = () => {
    if (!heard || !loaded || announced) return;
    announced = true;
    state = CUED;
    tell('onReady');
    tell('onStateChange', CUED);
    if (parameters.get('autoplay') === '1') play();
  };

  const commands: Record<string, (...args: unknown[]) => void> = {
    listening() {
      heard = true;
      announce();
    },
    playVideo: play,
    pauseVideo: pause,
    stopVideo() {
      clearTimeout(pending);
      wantsToPlay = false;
      video.pause();
      enter(CUED);
    },
    seekTo: (seconds) => seek(Number(seconds)),
    setPlaybackRate: (rate) => setRate(Number(rate)),
    loadVideoById: (id, startSeconds) => load(id, startSeconds, true),
    cueVideoById: (id, startSeconds) => load(id, startSeconds, false),
    mute: () => setVolume(() => Object.assign(video, { muted: true })),
    unMute: () => setVolume(() => Object.assign(video, { muted: false })),
    setVolume: (volume) => setVolume(() => Object.assign(video, { volume: Number(volume) / 100 })),
  };
  window.addEventListener('message', ({ data, source }) => {
    const { youtubeStubCommand, args } = (data ?? {}) as Partial<PlayerCommand>;
    if (source !== parent || youtubeStubCommand === undefined) return;
    commands[youtubeStubCommand]?.(...(args ?? []));
  });

  video.addEventListener('ended', () => {
    wantsToPlay = false;
    enter(ENDED);
  });
  setInterval(() => {
    tell('info');
    if (state === PLAYING) tell('onVideoProgress');
  }, config.clockStepMs);

  const ready = async () => {
    const clip = await (await fetch(config.clipUrl)).blob();
    video.src = URL.createObjectURL(clip);
    await new Promise((resolve) => video.addEventListener('loadeddata', resolve, { once: true }));
    video.muted = parameters.get('mute') === '1';
    const startSeconds = Number(parameters.get('start') ?? 0);
    if (startSeconds > 0) video.currentTime = startSeconds;
    loaded = true;
    announce();
  };
  void ready();
}
