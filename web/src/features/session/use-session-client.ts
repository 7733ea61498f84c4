import { createSessionClient, type SessionClient } from '@cowatch/shared/client';
import type { Look } from '@cowatch/shared/protocol';
import { useEffect, useState } from 'react';
import { useLatest } from '../../lib/hooks/use-latest.ts';
import { ownToken } from '../../lib/identity/tab-identity.ts';
import { hearBuild } from '../../lib/newer-build.ts';

export { useClientValue as useSessionValue } from '../../lib/hooks/use-client-value.ts';

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
    const made = createSessionClient({
      serverUrl: window.location.origin,
      sessionId,
      name: latestName.current ?? '',
      onPagesBuild: hearBuild,
      ...(latestLook.current ? { look: latestLook.current } : {}),
      ...ownToken(),
    });
    made.connect();
    setClient(made);
    return () => {
      made.close();
      setClient(null);
    };
  }, [sessionId, joining, latestName, latestLook]);
  return client;
}
