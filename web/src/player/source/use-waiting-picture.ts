import { useEffect } from 'react';

/**
 * Lets the picture stand where it is going to begin.
 *
 * @param positionS seconds; null where it is not the page's to move
 */
export function useWaitingPicture(element: HTMLVideoElement | null, positionS: number | null) {
  useEffect(() => {
    if (!element || positionS === null || positionS <= 0) return;
    const show = () => {
      element.currentTime = positionS;
    };
    if (element.readyState > 0) show();
    else element.addEventListener('loadedmetadata', show, { once: true });
    return () => element.removeEventListener('loadedmetadata', show);
  }, [element, positionS]);
}
