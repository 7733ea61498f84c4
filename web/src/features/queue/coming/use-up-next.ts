import type { SessionClient } from '@cowatch/shared/client';
import type { Media } from '@cowatch/shared/protocol';
import { useEffect, useMemo, useState } from 'react';
import { type UpNext, UpNextWatch } from './up-next.ts';

/** How often the clock is looked at, in milliseconds: a second that is counted down is told within this. */
const LOOK_EVERY_MS = 200;

export interface ComesNext {
  /** What is up next, and how near it is; null while nothing is. */
  readonly upNext: UpNext | null;
  /** The same as something to be prepared, and where it will begin, in seconds; null while it is too early for that. */
  readonly upcoming: { readonly media: Media; readonly positionS: number } | null;
}

/** What is up next in a party. Renders again when something of that changes, and not at every look at the clock. */
export function useUpNext(session: SessionClient | null): ComesNext {
  const [upNext, setUpNext] = useState<UpNext | null>(null);
  useEffect(() => {
    if (session === null) return;
    const watch = new UpNextWatch(session);
    const look = () => setUpNext(watch.look(performance.now()));
    const stops = [session.queue.subscribe(look), session.subscribe(look)];
    const timer = setInterval(look, LOOK_EVERY_MS);
    look();
    return () => {
      clearInterval(timer);
      for (const stop of stops) stop();
      setUpNext(null);
    };
  }, [session]);
  const media = upNext?.change.prepare ? upNext.item.media : null;
  const positionS = upNext ? (upNext.item.positionS ?? upNext.item.startS) : 0;
  const upcoming = useMemo(() => media && { media, positionS }, [media, positionS]);
  return { upNext, upcoming };
}
