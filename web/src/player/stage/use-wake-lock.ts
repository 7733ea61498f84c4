import { useEffect } from 'react';

const HANDHELD = '(pointer: coarse)';

/**
 * Keeps the screen of a phone or tablet on while the video plays, as long as the page is in front. The browser takes it
 * back when the page is hidden, and it is asked for again when it is seen.
 */
export function useWakeLock(element: HTMLVideoElement | null): void {
  useEffect(() => {
    if (!element || !('wakeLock' in navigator) || !window.matchMedia(HANDHELD).matches) return;
    let lock: WakeLockSentinel | null = null;
    let asking = false;
    const wanted = () => !element.paused && !element.ended && document.visibilityState === 'visible';
    const look = () => {
      if (!wanted()) {
        void lock?.release();
        lock = null;
      } else if ((lock === null || lock.released) && !asking) {
        asking = true;
        navigator.wakeLock
          .request('screen')
          // Refused with a low battery: the screen goes off as it always did.
          .catch(() => null)
          .then((given) => {
            asking = false;
            lock = given;
            if (!wanted()) look();
          });
      }
    };
    const events = ['play', 'playing', 'pause', 'ended', 'emptied'];
    for (const event of events) element.addEventListener(event, look);
    document.addEventListener('visibilitychange', look);
    look();
    return () => {
      for (const event of events) element.removeEventListener(event, look);
      document.removeEventListener('visibilitychange', look);
      void lock?.release();
    };
  }, [element]);
}
