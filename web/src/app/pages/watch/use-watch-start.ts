import { useEffect } from 'react';
import type { SoloWatch, WatchedMedia } from '../../../features/resume/index.ts';
import { justChosen } from '../../device.ts';

/** Below this nothing is worth going back to, in milliseconds. */
const WORTH_RESUMING_MS = 10_000;

/** Where one may begin, and what begins. */
export function useWatchStart({ known, begin }: SoloWatch, media: WatchedMedia) {
  const record = known?.record ?? null;
  const placeMs = known?.entry?.resumeAtMs ?? record?.positionMs ?? 0;
  /** Where one was, where that is worth going back to; else null. */
  const resumable = record !== null && record.state === 'active' && placeMs >= WORTH_RESUMING_MS ? record : null;
  const fromS = resumable ? placeMs / 1000 : media.startS;

  // The press in the row has said where to begin already.
  useEffect(() => {
    const chosen = justChosen.get(media.id);
    if (known === null || chosen === undefined) return;
    justChosen.delete(media.id);
    if (typeof chosen === 'number') begin(chosen);
    else begin(chosen === 'resume' ? fromS : 0);
  }, [known, begin, media.id, fromS]);
  return { resumable, fromS };
}

export type WatchStart = ReturnType<typeof useWatchStart>;
