import type { SessionClient } from '@cowatch/shared/client';
import { useEffect, useState } from 'react';
import { type UpNext, UpNextWatch } from './up-next.ts';

/** How often the clock is looked at, in milliseconds: a second that is counted down is told within this. */
const LOOK_EVERY_MS = 200;

/** What is up next in a party, and how near it is; null while nothing is. Renders again when something of that changes, and not at every look at the clock. */
export function useUpNext(session: SessionClient | null): UpNext | null {
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
  return upNext;
}
