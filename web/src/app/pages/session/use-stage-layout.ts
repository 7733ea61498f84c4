import { useCallback, useState } from 'react';
import { useMediaQuery } from '../../../lib/hooks/use-media-query.ts';
import { type PictureSize, usePictureSize } from '../../../player/index.ts';
import type { PanelsState } from './use-panels.ts';

const UPRIGHT = '(max-width: 767px) and (orientation: portrait), (max-width: 559px)';
const PHONE_LANDSCAPE = '(orientation: landscape) and (max-height: 500px)';

export type StageLayout = ReturnType<typeof useStageLayout>;

/** Where stage, header and panels go, as the window and the person want it. */
export function useStageLayout(joined: boolean, element: HTMLVideoElement | null, { folded, fold, call }: PanelsState) {
  const [fullscreen, setFullscreen] = useState(false);
  const [theatre, setTheatre] = useState(false);
  /** Where the picture has the window, the panels are there when they are called. */
  const [called, setCalled] = useState(false);
  const isPortrait = useMediaQuery(UPRIGHT);
  const phoneLandscape = useMediaQuery(PHONE_LANDSCAPE);
  const ratio = stageRatio(usePictureSize(element));
  const toggleTheatre = useCallback(() => setTheatre((on) => !on), []);
  const leaveTheatre = useCallback(() => setTheatre(false), []);

  const immersive = joined && (fullscreen || (!isPortrait && (theatre || phoneLandscape)));
  const unfolded = joined && (immersive ? called : isPortrait || !folded);
  const setUnfolded = useCallback((open: boolean) => (immersive ? setCalled(open) : fold(!open)), [immersive, fold]);
  const openPanel = useCallback(
    (id: string) => {
      setUnfolded(true);
      call(id);
    },
    [setUnfolded, call],
  );
  return {
    isPortrait,
    /** Width by height of the stage on a phone. */
    ratio,
    /** The picture has the window; the rest comes and goes over it. */
    immersive,
    /** The panels stand beside the picture, or below it. */
    unfolded,
    theatre: isPortrait || phoneLandscape ? undefined : { on: theatre, toggle: toggleTheatre },
    toggleTheatre,
    leaveTheatre,
    setFullscreen,
    setUnfolded,
    /** Unfolds the panels with this one, and gives it the keyboard. */
    openPanel,
    /** A phone's window shows stage and panels at once: there is nothing to fold. */
    folds: immersive || !isPortrait,
  };
}

/** The shape of the stage on a phone: a film's own, from upright to wide. */
function stageRatio(picture: PictureSize | null): number {
  const [tallest, widest] = [9 / 16, 16 / 9];
  if (!picture?.height) return widest;
  return Math.min(widest, Math.max(tallest, picture.width / picture.height));
}
