import type { SessionClient } from '@cowatch/shared/client';
import type { Look } from '@cowatch/shared/protocol';
import { useEffect, useState } from 'react';
import { useLatest } from '../../lib/hooks/use-latest.ts';
import { untilItWorks } from '../../lib/until-it-works.ts';
import { lazyModule } from '../../ui/lazy-part.tsx';

/** The gate does without what is behind it: connection, clock, follower, chat and queue come while it is read. */
const fetchClient = lazyModule(() => import('./live/api.ts'));

/** Fetches the code of the client ahead. Never fails: what could not be fetched is fetched at joining. */
export const preloadSessionClient = (): void => void fetchClient().catch(() => {});

/**
 * The client of a session for as long as the page shows it: connected while `name` is known, closed when it goes.
 * A later change of name or look does not connect anew; it goes through `setOwnName` and `setOwnLook`.
 *
 * @param tries counts how often somebody asked for it again; where its code could not be fetched that is tried at once
 * @returns null without a name, and while its code is being fetched, which is tried until it works
 */
export function useSessionClient(sessionId: string, name: string | null, look: Look | undefined, tries = 0): SessionClient | null {
  const [client, setClient] = useState<SessionClient | null>(null);
  const latestName = useLatest(name);
  const latestLook = useLatest(look);
  const joining = name !== null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another run.
  useEffect(() => {
    if (!joining) return;
    let made: SessionClient | null = null;
    let gone = false;
    const stop = untilItWorks(async () => {
      const { openSession } = await fetchClient();
      if (gone) return;
      made = openSession(sessionId, latestName.current ?? '', latestLook.current);
      setClient(made);
    });
    return () => {
      gone = true;
      stop();
      made?.close();
      setClient(null);
    };
  }, [sessionId, joining, tries, latestName, latestLook]);
  return client;
}
