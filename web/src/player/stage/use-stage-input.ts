import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { CaptionsHook } from '../captions/use-captions.ts';
import { measureFrameLength } from '../controls/frame-step.ts';
import type { MediaControllerElement } from '../controls/media-elements.ts';
import type { PlaybackControls } from '../controls/playback-controls.ts';
import type { PlayerMediaStore } from '../controls/player-media-store.ts';
import { useMediaState } from '../controls/use-media-state.ts';
import { type PageKeys, toggleFullscreen, usePlayerKeys } from '../controls/use-player-keys.ts';
import { offeredRates, type PlayerKind } from '../source/player-kinds.ts';
import { PlayerSigns, type ShownSign } from './player-signs.ts';
import type { StageActivity } from './stage-activity.ts';
import { useStageGestures } from './use-stage-gestures.ts';

export interface StageInputOptions {
  readonly enabled: boolean;
  readonly controls: PlaybackControls;
  readonly store: PlayerMediaStore;
  readonly kind: PlayerKind;
  readonly element: HTMLVideoElement | null;
  readonly controller: MediaControllerElement | null;
  readonly activity: StageActivity;
  /** Null where they are not the page's to show. */
  readonly captions: CaptionsHook | null;
  readonly keys: PageKeys;
}

export interface StageInput {
  /** The last sign of what was pressed; null before the first. */
  readonly sign: ShownSign | null;
  /** The speeds that are offered. */
  readonly rates: readonly number[];
}

/** Keys and gestures on the stage, and the signs that answer them. */
export function useStageInput(options: StageInputOptions): StageInput {
  const { enabled, controls, store, kind, element, controller, activity, captions, keys } = options;
  const [signs] = useState(() => new PlayerSigns(() => performance.now()));
  const sign = useSyncExternalStore(signs.subscribe, signs.shown);
  const rate = useMediaState(store, (media) => media.mediaPlaybackRate ?? 1);
  const rates = useMemo(() => offeredRates(kind.traits, rate), [kind, rate]);

  const toggleCaptions = async () => {
    if (!captions) return;
    const loaded = await captions.load();
    const track = loaded.toggle();
    signs.show({ kind: 'captions', shown: track ? 'on' : loaded.state().tracks.length === 0 ? 'none' : 'off' });
  };
  usePlayerKeys({
    enabled,
    controls,
    store,
    frameLength: useFrameLength(element),
    rates,
    signs,
    captions: () => void toggleCaptions().catch(() => {}),
    page: keys,
  });
  useStageGestures(controller, { enabled, controls, signs, activity, toggleFullscreen: () => toggleFullscreen(store) });
  return { sign, rates };
}

/** How long a frame is, in seconds, as far as it is known when it is asked. */
function useFrameLength(element: HTMLVideoElement | null): () => number {
  const [frameLength, setFrameLength] = useState<() => number>(() => () => 1 / 30);
  useEffect(() => {
    if (!element) return;
    const measured = measureFrameLength(element);
    setFrameLength(() => measured.seconds);
    return measured.stop;
  }, [element]);
  return frameLength;
}
