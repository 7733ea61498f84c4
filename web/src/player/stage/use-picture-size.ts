import { useEffect, useState } from 'react';

/** Pixels of the picture; 0 × 0 where there is sound only. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

const EVENTS = ['loadedmetadata', 'resize', 'emptied'] as const;

/** How large the picture of a medium is; null while it is not known, and for embedded players, which do not say. */
export function usePictureSize(element: HTMLVideoElement | null): PictureSize | null {
  const [size, setSize] = useState<PictureSize | null>(null);
  useEffect(() => {
    const look = () => {
      const next = sizeOf(element);
      setSize((last) => (last?.width === next?.width && last?.height === next?.height ? last : next));
    };
    look();
    for (const event of EVENTS) element?.addEventListener(event, look);
    return () => {
      for (const event of EVENTS) element?.removeEventListener(event, look);
    };
  }, [element]);
  return size;
}

function sizeOf(element: HTMLVideoElement | null): PictureSize | null {
  if (!element || element.readyState === 0) return null;
  // Files that are known to be sound are played by an audio element.
  if (element.localName === 'audio') return { width: 0, height: 0 };
  const { videoWidth: width, videoHeight: height }: Partial<HTMLVideoElement> = element;
  return width === undefined || height === undefined ? null : { width, height };
}
