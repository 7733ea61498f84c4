import type { SessionClient } from '@cowatch/shared/client';
import type { Look } from '@cowatch/shared/protocol';
import { useEffect, useState } from 'react';
import { useLatest } from '../../lib/hooks/use-latest.ts';
import { openSession } from './api.ts';

/**
 * The client of a session for as long as the page shows it: connected while `name` is known, closed when it goes.
 * A later change of name or look does not connect anew; it goes through `setOwnName` and `setOwnLook`.
 */
export function useSessionClient(sessionId: string, name: string | null, look: Look | undefined): SessionClient | null {
  const [client, setClient] = useState<SessionClient | null>(null);
  const latestName = useLatest(name);
  const latestLook = useLatest(look);
  const joining = name !== null;
  useEffect(() => {
    if (!joining) return;
    const made = openSession(sessionId, latestName.current ?? '', latestLook.current);
    setClient(made);
    return () => {
      made.close();
      setClient(null);
    };
  }, [sessionId, joining, latestName, latestLook]);
  return client;
}
