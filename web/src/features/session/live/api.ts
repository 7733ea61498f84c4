import { createSessionClient, type SessionClient } from '@cowatch/shared/client';
import type { Look } from '@cowatch/shared/protocol';
import { identity } from '../../../lib/identity/identity.ts';
import { hearBuild } from '../../../lib/newer-build.ts';
import { linkKey } from '../api.ts';

/** A client of a session, which connects at once; the caller closes it. */
export function openSession(sessionId: string, name: string, look: Look | undefined): SessionClient {
  const key = linkKey();
  const client = createSessionClient({
    serverUrl: window.location.origin,
    sessionId,
    name,
    onPagesBuild: hearBuild,
    ...(look ? { look } : {}),
    ...(key === null ? {} : { linkKey: key }),
    ...identity.ownToken(),
  });
  client.connect();
  return client;
}
