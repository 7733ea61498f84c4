import type { SessionClient } from '@cowatch/shared/client';
import { useEffect } from 'react';

const load = () => import('../player/frame-grab/grab-frame.ts');

/**
 * Gives the lists that a medium will be in a picture of it, where there is none.
 *
 * @param element what plays it; null before somebody has begun
 * @param party the party in which it plays; null for one person alone
 */
export function useFrameGrab(element: HTMLVideoElement | null, contentId: string, party: SessionClient | null = null): void {
  useEffect(() => {
    if (element === null) return;
    let stop = () => {};
    let gone = false;
    const { sessionId, memberCount = 1 } = party?.state ?? {};
    load().then(
      ({ grabFrame }) => {
        if (!gone) stop = grabFrame(element, { contentId, sessionId, people: Math.max(1, memberCount) });
      },
      // A comfort, and no duty: where its code does not come there is a colour and letters.
      () => {},
    );
    return () => {
      gone = true;
      stop();
    };
  }, [element, contentId, party]);
}
