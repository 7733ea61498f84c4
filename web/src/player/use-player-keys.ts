import { useEffect } from 'react';
import { useLatest } from '../lib/use-latest.ts';
import { focusKindOf, type KeyAction, keyAction } from './keys.ts';
import type { PartyControls } from './party-controls.ts';
import type { PartyMediaStore } from './party-media-store.ts';

/** What keys can ask of the page around the player. */
export interface PageKeys {
  readonly theatre: () => void;
  readonly invite: () => void;
  readonly help: () => void;
}

export interface PlayerKeysOptions {
  readonly enabled: boolean;
  readonly controls: PartyControls;
  readonly store: PartyMediaStore;
  /** Seconds. */
  readonly frameLength: () => number;
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
        repeat: event.repeat,
        focus: focusKindOf(event.composedPath()),
      });
      if (!action) return;
      // Before the seek bar moves by its own idea of a step, and before the page scrolls.
      event.preventDefault();
      event.stopPropagation();
      run(action, latest.current);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [enabled, latest]);
}

function run(action: KeyAction, { controls, store, frameLength, page }: PlayerKeysOptions) {
  const state = store.getState();
  switch (action.kind) {
    case 'toggle':
      return controls.toggle();
    case 'seekBy':
      return controls.seekBy(action.seconds);
    case 'frame':
      return controls.playing() ? undefined : controls.seekBy(action.direction * frameLength());
    case 'volumeBy': {
      const volume = (state.mediaVolume ?? 1) + action.step;
      return store.dispatch({ type: 'mediavolumerequest', detail: Math.min(1, Math.max(0, volume)) });
    }
    case 'mute':
      return store.dispatch({ type: state.mediaVolumeLevel === 'off' ? 'mediaunmuterequest' : 'mediamuterequest' });
    case 'fullscreen':
      return store.dispatch({
        type: state.mediaIsFullscreen ? 'mediaexitfullscreenrequest' : 'mediaenterfullscreenrequest',
      });
    case 'captions':
      return store.dispatch({ type: 'mediatogglesubtitlesrequest' });
    case 'theatre':
      return page.theatre();
    case 'invite':
      return page.invite();
    case 'help':
      return page.help();
  }
}
