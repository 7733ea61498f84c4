import { useEffect } from 'react';
import { useLatest } from '../../lib/hooks/use-latest.ts';
import type { PlayerSign, PlayerSigns } from '../stage/player-signs.ts';
import { focusKindOf, type KeyAction, keyAction } from './keys.ts';
import type { PlaybackControls } from './playback-controls.ts';
import type { PlayerMediaStore } from './player-media-store.ts';

/** What keys can ask of the page around the player, as far as it has that. */
export interface PageKeys {
  readonly theatre?: () => void;
  /** Out of whatever the page has made larger; Escape asks it, once nothing that is open takes it. */
  readonly leave?: () => void;
  readonly invite?: () => void;
  /** On to what is up next. */
  readonly next?: () => void;
  /** Opens a panel beside the picture, and gives it the keyboard. */
  readonly panel?: (id: string) => void;
  /** To where one writes to the others. */
  readonly write?: () => void;
  readonly help?: () => void;
}

export interface PlayerKeysOptions {
  readonly enabled: boolean;
  readonly controls: PlaybackControls;
  readonly store: PlayerMediaStore;
  /** Seconds. */
  readonly frameLength: () => number;
  /** The speeds that are offered. */
  readonly rates: readonly number[];
  readonly signs: PlayerSigns;
  readonly captions: () => void;
  readonly page: PageKeys;
}

/** The keys of the player, wherever the focus is, unless something is being typed. */
export function usePlayerKeys(options: PlayerKeysOptions) {
  const latest = useLatest(options);
  const { enabled } = options;
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const action = keyAction({
        key: event.key,
        ctrlKey: event.ctrlKey,
        metaKey: event.metaKey,
        altKey: event.altKey,
        shiftKey: event.shiftKey,
        repeat: event.repeat,
        focus: focusKindOf(event.composedPath()),
      });
      if (!action) return;
      // Before the seek bar moves by its own idea of a step, and before the page scrolls.
      event.preventDefault();
      event.stopPropagation();
      run(action, latest.current);
    };
    // Whatever is open has had its turn by then, and says that Escape was for it.
    const onEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing) latest.current.page.leave?.();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    window.addEventListener('keydown', onEscape);
    return () => {
      window.removeEventListener('keydown', onKey, { capture: true });
      window.removeEventListener('keydown', onEscape);
    };
  }, [enabled, latest]);
}

function run(action: KeyAction, options: PlayerKeysOptions) {
  const { controls, store, frameLength, rates, signs, page } = options;
  const state = store.getState();
  // Who may not control is told so by the controls themselves.
  const sign = (made: PlayerSign) => (controls.allowed() ? signs.show(made) : undefined);
  switch (action.kind) {
    case 'toggle':
      sign({ kind: controls.playing() && !controls.ended() ? 'pause' : 'play' });
      return controls.toggle();
    case 'seekBy':
      sign({ kind: 'jump', seconds: action.seconds });
      return controls.seekBy(action.seconds);
    case 'seekToTenth': {
      controls.seekToTenth(action.tenth);
      return sign({ kind: 'place', positionS: controls.positionS() });
    }
    case 'rateBy': {
      const rate = controls.rateBy(action.direction, rates) ?? controls.rate();
      return sign({ kind: 'rate', rate });
    }
    case 'frame':
      return controls.playing() ? undefined : controls.seekBy(action.direction * frameLength());
    case 'volumeBy': {
      const volume = Math.min(1, Math.max(0, (state.mediaVolume ?? 1) + action.step));
      signs.show({ kind: 'volume', volume });
      return store.dispatch({ type: 'mediavolumerequest', detail: volume });
    }
    case 'mute': {
      const muted = state.mediaVolumeLevel === 'off';
      signs.show({ kind: 'volume', volume: muted ? (state.mediaVolume ?? 1) : 0 });
      return store.dispatch({ type: muted ? 'mediaunmuterequest' : 'mediamuterequest' });
    }
    case 'fullscreen':
      return toggleFullscreen(store);
    case 'pip':
      return togglePip(store);
    case 'captions':
      return options.captions();
    case 'theatre':
      return page.theatre?.();
    case 'invite':
      return page.invite?.();
    case 'next':
      return page.next?.();
    case 'panel':
      return page.panel?.(action.panel);
    case 'write':
      return page.write?.();
    case 'help':
      return page.help?.();
  }
}

export function toggleFullscreen(store: PlayerMediaStore) {
  const { mediaIsFullscreen } = store.getState();
  store.dispatch({ type: mediaIsFullscreen ? 'mediaexitfullscreenrequest' : 'mediaenterfullscreenrequest' });
}

export function togglePip(store: PlayerMediaStore) {
  const { mediaIsPip, mediaPipUnavailable } = store.getState();
  if (mediaPipUnavailable) return;
  store.dispatch({ type: mediaIsPip ? 'mediaexitpiprequest' : 'mediaenterpiprequest' });
}
