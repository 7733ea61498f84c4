import { useCallback, useState } from 'react';
import { useMediaQuery } from '../../../lib/hooks/use-media-query.ts';
import { type PictureSize, usePictureSize } from '../../../player/index.ts';

const PORTRAIT = '(max-width: 767px) and (orientation: portrait), (max-width: 559px)';
const PHONE_LANDSCAPE = '(orientation: landscape) and (max-height: 500px)';

export type StageLayout = ReturnType<typeof useStageLayout>;

/** Where stage, header and panel go, as the window and the person want it. */
export function useStageLayout(joined: boolean, element: HTMLVideoElement | null) {
  const [fullscreen, setFullscreen] = useState(false);
  const [theatre, setTheatre] = useState(false);
  const [panelOpen, setPanelOpen] = useState(true);
  const [sheetOpen, setSheetOpen] = useState(false);
  const isPortrait = useMediaQuery(PORTRAIT);
  const phoneLandscape = useMediaQuery(PHONE_LANDSCAPE);
  const ratio = stageRatio(usePictureSize(element));
  const toggleTheatre = useCallback(() => setTheatre((on) => !on), []);
  const leaveTheatre = useCallback(() => setTheatre(false), []);

  const immersive = joined && (fullscreen || (!isPortrait && (theatre || phoneLandscape)));
  const panelToggle = immersive
    ? { open: sheetOpen, toggle: () => setSheetOpen((open) => !open) }
    : isPortrait
      ? undefined
      : { open: panelOpen, toggle: () => setPanelOpen((open) => !open) };
  return {
    isPortrait,
    /** Width by height of the stage on a phone. */
    ratio,
    /** The picture has the window; the rest comes and goes over it. */
    immersive,
    /** The panel stands beside the picture, or below it. */
    beside: joined && !immersive && (isPortrait || panelOpen),
    theatre: isPortrait || phoneLandscape ? undefined : { on: theatre, toggle: toggleTheatre },
    toggleTheatre,
    leaveTheatre,
    setFullscreen,
    /** Absent where the panel cannot be folded away. */
    panelToggle,
    sheetOpen,
    closeSheet: () => setSheetOpen(false),
  };
}

/** The shape of the stage on a phone: a film's own, from upright to wide. */
function stageRatio(picture: PictureSize | null): number {
  const [tallest, widest] = [9 / 16, 16 / 9];
  if (!picture?.height) return widest;
  return Math.min(widest, Math.max(tallest, picture.width / picture.height));
}
