import { useEffect } from 'react';
import { useLatest } from '../../lib/hooks/use-latest.ts';
import type { PlaybackControls } from '../controls/playback-controls.ts';
import type { PlayerSigns } from './player-signs.ts';
import type { StageActivity } from './stage-activity.ts';
import { createTapSequence } from './tap-sequence.ts';

export interface StageGesturesOptions {
  readonly enabled: boolean;
  readonly controls: PlaybackControls;
  readonly signs: PlayerSigns;
  readonly activity: StageActivity;
  readonly toggleFullscreen: () => void;
}

/**
 * A press is passed on after this long without a second one, in milliseconds: a double click means the picture, and must not pause the film for
 * everybody on its way.
 */
const SINGLE_CLICK_MS = 220;

/**
 * What presses on the picture mean, by the pointer that made them. Mouse: play or pause, double for full screen. Finger: the controls, double on a
 * side to jump. Pen: the controls where they are hidden, else as a mouse.
 *
 * @param surface the media controller; what is pressed in its control bar is not the picture
 */
export function useStageGestures(surface: HTMLElement | null, options: StageGesturesOptions) {
  const latest = useLatest(options);
  const { enabled } = options;
  useEffect(() => {
    if (!surface || !enabled) return;
    const taps = createTapSequence();
    let pointerType = 'mouse';
    let shownBefore = true;
    let stopPending: (() => void) | null = null;
    let passedOn = false;

    const onPicture = (event: Event) => !event.composedPath().some((target) => target instanceof Element && target.matches('.control-bar'));

    const toggle = () => {
      const { controls, signs } = latest.current;
      if (controls.allowed()) signs.show({ kind: controls.playing() && !controls.ended() ? 'pause' : 'play' });
      controls.toggle();
    };
    const tap = (event: MouseEvent) => {
      const { controls, signs, activity } = latest.current;
      const { left, width } = surface.getBoundingClientRect();
      const meaning = taps.tap((event.clientX - left) / width, event.timeStamp);
      if (meaning.kind === 'controls') {
        shownBefore = activity.active();
        if (shownBefore) activity.hide();
        else activity.stir();
        return;
      }
      // The first of two taps has already been answered: that is taken back.
      if (meaning.first && shownBefore) activity.stir();
      else if (meaning.first) activity.hide();
      if (controls.allowed()) signs.show({ kind: 'jump', seconds: meaning.seconds });
      controls.seekBy(meaning.seconds);
    };

    const onDown = (event: PointerEvent) => {
      pointerType = event.pointerType;
      if (pointerType === 'pen') shownBefore = latest.current.activity.active();
    };
    const onClick = (event: MouseEvent) => {
      if (!onPicture(event) || event.button > 0) return;
      if (pointerType === 'touch') return tap(event);
      if (pointerType === 'pen') {
        latest.current.activity.stir();
        if (!shownBefore) return;
      }
      // The second click of two is answered as a double one.
      if (event.detail > 1) return;
      passedOn = false;
      stopPending?.();
      const timer = setTimeout(() => {
        stopPending = null;
        passedOn = true;
        toggle();
      }, SINGLE_CLICK_MS);
      stopPending = () => clearTimeout(timer);
    };
    const onDoubleClick = (event: MouseEvent) => {
      if (!onPicture(event) || pointerType === 'touch') return;
      stopPending?.();
      stopPending = null;
      // A slow double click has already been taken for one: that is taken back.
      if (passedOn) toggle();
      passedOn = false;
      latest.current.toggleFullscreen();
    };
    surface.addEventListener('pointerdown', onDown);
    surface.addEventListener('click', onClick);
    surface.addEventListener('dblclick', onDoubleClick);
    return () => {
      stopPending?.();
      surface.removeEventListener('pointerdown', onDown);
      surface.removeEventListener('click', onClick);
      surface.removeEventListener('dblclick', onDoubleClick);
    };
  }, [surface, enabled, latest]);
}
