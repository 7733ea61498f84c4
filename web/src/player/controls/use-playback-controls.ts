import type { PlaybackDriver } from '@cowatch/shared/client';
import { useEffect, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../../lib/hooks/use-latest.ts';
import { setMediaChromeWords } from './media-chrome-words.ts';
import type { MediaControllerElement } from './media-elements.ts';
import { type ControlRules, PlaybackControls } from './playback-controls.ts';
import { createPlayerMediaStore, type PlayerMediaStore } from './player-media-store.ts';
import { useMediaState } from './use-media-state.ts';
import 'media-chrome/dist/media-controller.js';

export interface PlaybackControlsHook {
  readonly controls: PlaybackControls;
  readonly store: PlayerMediaStore;
  /** Called with true while the seek bar is held. */
  readonly onDrag: (dragging: boolean) => void;
}

/** How often the shown position is read while it moves. */
const POSITION_REFRESH_MS = 250;

/**
 * The controls of a player and the store that media-chrome's elements read.
 *
 * @param controller media-chrome's element, which gets that store instead of its own
 */
export function usePlaybackControls(
  driver: PlaybackDriver | null,
  rules: ControlRules | null,
  element: HTMLVideoElement | null,
  controller: MediaControllerElement | null,
): PlaybackControlsHook {
  const { t } = useTranslation();
  const latestElement = useLatest(element);
  const [made] = useState(() => {
    setMediaChromeWords(t);
    let dragging = false;
    const controls = new PlaybackControls({ elementDurationS: () => latestElement.current?.duration ?? Number.NaN });
    const store = createPlayerMediaStore({ controls, dragging: () => dragging });
    const onDrag = (next: boolean) => {
      dragging = next;
    };
    return { controls, store, onDrag };
  });
  const { controls, store } = made;

  useEffect(() => {
    controls.setDriver(driver, rules);
    return () => controls.setDriver(null);
  }, [controls, driver, rules]);
  useEffect(() => controls.subscribe(store.refresh), [controls, store]);

  useLayoutEffect(() => {
    if (!controller) return;
    controller.mediaStore = store;
    // Its gesture receiver would make it a stop of the Tab key; a host with -1 would keep the key from what is in it.
    controller.removeAttribute('tabindex');
  }, [controller, store]);
  useEffect(() => {
    store.dispatch({ type: 'mediaelementchangerequest', detail: element ?? undefined });
  }, [store, element]);

  const playing = useMediaState(store, (media) => media.mediaPaused === false);
  useEffect(() => {
    if (!playing) return;
    const timer = setInterval(store.refresh, POSITION_REFRESH_MS);
    return () => clearInterval(timer);
  }, [playing, store]);
  return made;
}
