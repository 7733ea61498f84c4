import type { PlayerCommand, PlayerInfo, PlayerMessage } from './youtube-stub.types.ts';

/**
 * What `https://www.youtube.com/iframe_api` puts into a page: `YT.Player`, after the published reference. The real one,
 * too, knows no more of the player than the messages it was sent, so its clock moves in steps. Sent to the browser as
 * text: it uses nothing from outside itself.
 */
export function installIframeApi(): void {
  type Listener = (event: { target: unknown; data: number | null }) => void;
  interface PlayerOptions {
    readonly videoId?: string;
    readonly host?: string;
    readonly width?: number | string;
    readonly height?: number | string;
    readonly playerVars?: Readonly<Record<string, string | number>>;
    readonly events?: Readonly<Record<string, Listener>>;
  }

  const COMMANDS = [
    'playVideo',
    'pauseVideo',
    'stopVideo',
    'seekTo',
    'setPlaybackRate',
    'loadVideoById',
    'cueVideoById',
    'mute',
    'unMute',
    'setVolume',
  ];

  const makeIframe = (element: Element, options: PlayerOptions): HTMLIFrameElement => {
    const { videoId = '', host = 'https://www.youtube.com', width = 640, height = 360, playerVars = {} } = options;
    const query = new URLSearchParams({ enablejsapi: '1' });
    for (const [key, value] of Object.entries(playerVars)) query.set(key, String(value));
    const iframe = document.createElement('iframe');
    iframe.src = `${host}/embed/${videoId}?${query}`;
    iframe.width = String(width);
    iframe.height = String(height);
    iframe.allow = 'accelerometer; autoplay; encrypted-media; fullscreen; gyroscope; picture-in-picture';
    element.replaceWith(iframe);
    return iframe;
  };

  // Private members would be compiled into helpers that the page does not have: what is private lives in the closure.
  class Player {
    constructor(where: string | Element, options: PlayerOptions = {}) {
      const element = typeof where === 'string' ? document.getElementById(where) : where;
      if (!element) throw new Error('YT.Player: no such element');
      const iframe = element instanceof HTMLIFrameElement ? element : makeIframe(element, options);
      const listeners = new Map<string, Set<Listener>>();
      let known: PlayerInfo | null = null;

      const listen = (name: string, listener: Listener) => {
        listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
      };
      for (const [name, listener] of Object.entries(options.events ?? {})) listen(name, listener);

      const info = () => known as PlayerInfo;
      const send = (youtubeStubCommand: string, args: readonly unknown[]) => {
        const command: PlayerCommand = { youtubeStubCommand, args };
        iframe.contentWindow?.postMessage(command, '*');
      };
      const methods: Record<string, (...args: unknown[]) => unknown> = {
        getPlayerState: () => info().state,
        getCurrentTime: () => info().currentTime,
        getDuration: () => info().duration,
        getPlaybackRate: () => info().rate,
        getAvailablePlaybackRates: () => [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2],
        getVideoLoadedFraction: () => info().loadedFraction,
        getVolume: () => info().volume,
        isMuted: () => info().muted,
        getVideoUrl: () => `https://www.youtube.com/watch?v=${info().videoId}`,
        getVideoData: () => ({ video_id: info().videoId, title: 'YouTube-like stub', author: 'stub' }),
        getOption: () => [],
        setOption: () => undefined,
      };
      for (const name of COMMANDS) methods[name] = (...args) => send(name, args);

      const onMessage = ({ data, source }: MessageEvent) => {
        if (source !== iframe.contentWindow || (data as PlayerMessage)?.youtubeStub !== true) return;
        const message = data as PlayerMessage;
        // The methods are there once the player is ready, as with the real one.
        if (known === null) {
          if (message.event !== 'onReady') return;
          clearInterval(knocking);
          Object.assign(this, methods);
        }
        known = message.info;
        for (const listener of listeners.get(message.event) ?? []) listener({ target: this, data: message.data });
      };
      window.addEventListener('message', onMessage);
      // Nobody knows which of the two is there first: the player speaks only after it has been told that it is heard.
      const knocking = setInterval(() => send('listening', []), 50);

      Object.assign(this, {
        addEventListener: listen,
        removeEventListener: (name: string, listener: Listener) => listeners.get(name)?.delete(listener),
        getIframe: () => iframe,
        destroy() {
          clearInterval(knocking);
          window.removeEventListener('message', onMessage);
          iframe.remove();
        },
      });
    }
  }

  const PlayerState = { UNSTARTED: -1, ENDED: 0, PLAYING: 1, PAUSED: 2, BUFFERING: 3, CUED: 5 };
  const page = window as unknown as { YT?: unknown; onYouTubeIframeAPIReady?: () => void };
  page.YT = { Player, PlayerState, loaded: 1, ready: (callback: () => void) => callback() };
  page.onYouTubeIframeAPIReady?.();
}
